'use client'

import { useState, useTransition } from 'react'
import { Button } from '../_ui/button'
import { Field, TextArea } from '../_ui/field'

interface TextFormProps {
  label: string
  submitLabel: string
  initialText?: string
  save: (text: string) => Promise<{ ok: boolean; message?: string }>
  onDone?: () => void
  onCancel?: () => void
}

/** One text to be saved; kept as it is when saving fails. */
export function TextForm({ label, submitLabel, initialText = '', save, onDone, onCancel }: TextFormProps) {
  const [text, setText] = useState(initialText)
  const [error, setError] = useState<string>()
  const [isPending, startTransition] = useTransition()
  const submit = () =>
    startTransition(async () => {
      const result = await save(text).catch(() => ({ ok: false, message: 'The server did not answer. Nothing was saved.' }))
      setError(result.ok ? undefined : result.message)
      if (!result.ok) return
      if (!onDone) setText('')
      onDone?.()
    })
  return (
    <form
      className="grid max-w-[80ch] gap-2"
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <Field label={label} error={error}>
        <TextArea value={text} onChange={(event) => setText(event.target.value)} maxLength={5000} rows={3} />
      </Field>
      <div className="flex gap-2">
        <Button type="submit" disabled={isPending || text.trim() === ''}>
          {submitLabel}
        </Button>
        {onCancel && (
          <Button variant="quiet" onClick={onCancel}>
            Keep as it is
          </Button>
        )}
      </div>
    </form>
  )
}
