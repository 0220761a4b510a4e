'use client'

import { useState, useTransition, type FormEvent } from 'react'
import { toast } from 'sonner'
import { labelsOf } from '#lib/services/changes/labels-of'
import type { ChangeView } from '#lib/services/changes/list-changes'
import type { ImageText } from '#lib/services/datasets/get-image'
import { Button } from '../../../../../_ui/button'
import { Field, Select, TextArea, TextInput } from '../../../../../_ui/field'
import { discardChanges, draftChange } from '../../actions'

type Kind = 'text' | 'label' | 'exclude_example' | 'exclude_image'

const noAnswer = { ok: false as const, message: 'The server did not answer. Nothing was changed.', fields: {} as Record<string, string> }

interface ChangeFormProps {
  kind: Kind
  subjectId: string
  /** The text as it stands; left out where something is excluded. */
  text?: Pick<ImageText, 'kind' | 'text' | 'label'>
  onDone: () => void
}

/** What shall change, and why. Nothing changes before the next version is made. */
function ChangeForm({ kind, subjectId, text, onDone }: ChangeFormProps) {
  const [isPending, start] = useTransition()
  const [problem, setProblem] = useState<{ message: string; fields: Record<string, string> } | null>(null)
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const value = kind === 'text' || kind === 'label' ? { value: form.get('value') } : {}
    start(async () => {
      const result = await draftChange({ kind, subjectId, reason: form.get('reason'), ...value }).catch(() => noAnswer)
      setProblem(result.ok ? null : result)
      if (result.ok) onDone()
    })
  }
  const isExclusion = kind === 'exclude_example' || kind === 'exclude_image'
  return (
    <form onSubmit={submit} className="mt-2 grid max-w-[70ch] gap-2 rounded border border-line bg-surface p-3">
      {text && kind === 'text' && (
        <Field label="New text" error={problem?.fields['value']}>
          <TextArea name="value" defaultValue={text.text} rows={2} maxLength={10_000} required autoFocus />
        </Field>
      )}
      {text && kind === 'label' && (
        <Field label="New label" error={problem?.fields['value']}>
          <LabelInput text={text} />
        </Field>
      )}
      <Field label="Reason" hint={isExclusion ? 'Needed: others will ask.' : undefined} error={problem?.fields['reason']}>
        <TextInput name="reason" maxLength={2000} required={isExclusion} autoFocus={isExclusion} />
      </Field>
      {problem && Object.keys(problem.fields).length === 0 && (
        <p role="alert" className="text-sm text-bad">
          {problem.message}
        </p>
      )}
      <div className="flex gap-2">
        <Button type="submit" size="small" disabled={isPending}>
          {isExclusion ? 'Leave it out of the next version' : 'Change it in the next version'}
        </Button>
        <Button size="small" variant="quiet" onClick={onDone}>
          Keep as it is
        </Button>
      </div>
    </form>
  )
}

function LabelInput({ text }: { text: Pick<ImageText, 'kind' | 'label'> }) {
  const labels = labelsOf(text.kind)
  if (!labels) return <TextInput name="value" defaultValue={text.label ?? ''} maxLength={200} required autoFocus />
  return (
    <Select name="value" defaultValue={text.label ?? undefined}>
      {labels.map((label) => (
        <option key={label}>{label}</option>
      ))}
    </Select>
  )
}

/** Changes of one text: which can be made, and the form of the one that is. */
export function TextEditor({ text, tools }: { text: ImageText; tools: React.ReactNode }) {
  const [kind, setKind] = useState<Kind | null>(null)
  return (
    <div>
      <div className="-ml-2 flex flex-wrap items-center gap-1">
        <Button size="small" variant="quiet" onClick={() => setKind('text')}>
          Edit the text
        </Button>
        {text.kind !== 'caption' && (
          <Button size="small" variant="quiet" onClick={() => setKind('label')}>
            Edit the label
          </Button>
        )}
        <Button size="small" variant="quiet" onClick={() => setKind('exclude_example')}>
          Exclude
        </Button>
        {tools}
      </div>
      {kind && <ChangeForm key={kind} kind={kind} subjectId={text.id} text={text} onDone={() => setKind(null)} />}
    </div>
  )
}

export function ExcludeImage({ imageId, exclusion, canEdit }: { imageId: string; exclusion: ChangeView | undefined; canEdit: boolean }) {
  const [isOpen, setIsOpen] = useState(false)
  if (exclusion) return <Waiting change={exclusion} canEdit={canEdit} sentence="The next version leaves this image and its texts out." />
  return (
    <div className="mt-4">
      {!isOpen && (
        <Button size="small" onClick={() => setIsOpen(true)}>
          Exclude the image
        </Button>
      )}
      {isOpen && <ChangeForm kind="exclude_image" subjectId={imageId} onDone={() => setIsOpen(false)} />}
    </div>
  )
}

/** A change that waits for the next version. */
export function Waiting({ change, sentence, canEdit }: { change: ChangeView; sentence: React.ReactNode; canEdit: boolean }) {
  const [isPending, start] = useTransition()
  const discard = () =>
    start(async () => {
      const result = await discardChanges({ id: change.id }).catch(() => noAnswer)
      if (!result.ok) toast.error(result.message)
    })
  return (
    <div data-change={change.kind} className="mt-2 border-l-2 border-warn pl-3 text-table">
      <div className="break-words">{sentence}</div>
      <p className="text-xs text-muted">
        {change.author}
        {change.reason && `: ${change.reason}`}
      </p>
      {canEdit && (
        <Button size="small" variant="quiet" disabled={isPending} onClick={discard} className="-ml-2">
          Discard the change
        </Button>
      )}
    </div>
  )
}
