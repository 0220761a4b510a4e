'use client'

import { useRouter } from 'next/navigation'
import { useState, type FormEvent } from 'react'
import { inWords } from '#lib/services/weights/in-words'
import type { WeightFileView } from '#lib/services/weights/weight-file-view'
import { Button } from '../../../_ui/button'
import { Field, TextInput } from '../../../_ui/field'
import { ProgressBar } from '../../../_ui/progress-bar'
import { uploadWeights } from './upload-weights'

type State =
  { kind: 'idle' } | { kind: 'sending'; share: number } | { kind: 'done'; sentence: string } | { kind: 'failed'; message: string }

/** One file and its name; the answer says what was found in it. */
export function WeightForm() {
  const router = useRouter()
  const [file, setFile] = useState<File | null>(null)
  const [name, setName] = useState('')
  const [state, setState] = useState<State>({ kind: 'idle' })

  const choose = (chosen: File | undefined) => {
    setFile(chosen ?? null)
    setName(chosen?.name ?? '')
    setState({ kind: 'idle' })
  }
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    if (!file) return setState({ kind: 'failed', message: 'Choose a file.' })
    setState({ kind: 'sending', share: 0 })
    try {
      const answer = await uploadWeights(file, name, (share) => setState({ kind: 'sending', share }))
      form.reset()
      setFile(null)
      setName('')
      setState({ kind: 'done', sentence: sentenceOf(answer) })
      router.refresh()
    } catch (error) {
      setState({ kind: 'failed', message: (error as Error).message })
    }
  }
  const isSending = state.kind === 'sending'
  return (
    <form onSubmit={(event) => void submit(event)} noValidate className="flex max-w-xl flex-col gap-4">
      <Field
        label="File"
        hint="A .safetensors file or a vocab.txt. Pickles (.pt, .pth, .bin) are refused: the answer says how to convert them."
        error={state.kind === 'failed' ? state.message : undefined}
      >
        <TextInput
          type="file"
          accept=".safetensors,.txt,.pt,.pth,.bin"
          disabled={isSending}
          onChange={(event) => choose(event.target.files?.[0])}
          className="py-1 text-sm file:mr-3 file:cursor-pointer file:border-0 file:bg-transparent file:text-accent"
        />
      </Field>
      <Field label="Name" hint="What launches call it, for example ResNet-18 of ImageNet.">
        <TextInput value={name} maxLength={120} autoComplete="off" disabled={isSending} onChange={(event) => setName(event.target.value)} />
      </Field>
      {state.kind === 'sending' && <ProgressBar value={state.share} label={`Uploading ${file?.name ?? ''}`} />}
      {state.kind === 'done' && (
        <p role="status" className="text-sm text-good">
          {state.sentence}
        </p>
      )}
      <div>
        <Button type="submit" variant="primary" disabled={isSending || file === null}>
          {isSending ? 'Uploading' : 'Register the file'}
        </Button>
      </div>
    </form>
  )
}

function sentenceOf({ file, isNew }: { file: WeightFileView; isNew: boolean }): string {
  return isNew ? `Registered ${file.name}: ${inWords(file)}.` : `This content is registered already, as ${file.name}: ${inWords(file)}.`
}
