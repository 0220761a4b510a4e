'use client'

import { useState, useTransition } from 'react'
import type { ReviewSubject, VerdictValue } from '#lib/services/reviews/subject'
import { Button } from '../_ui/button'
import { Field, TextArea } from '../_ui/field'
import { giveVerdict } from './actions'

const choices: { value: VerdictValue; label: string }[] = [
  { value: 'accepted', label: 'Accept' },
  { value: 'needs_work', label: 'Needs work' },
  { value: 'rejected', label: 'Reject' },
]

/** A verdict with its reason. Nothing is overwritten: the newest counts, earlier ones stay readable. */
export function VerdictForm({ subjectType, subjectId }: ReviewSubject) {
  const [value, setValue] = useState<VerdictValue>()
  const [reason, setReason] = useState('')
  const [problem, setProblem] = useState<{ message: string; fields: Record<string, string> }>()
  const [isPending, startTransition] = useTransition()
  const submit = () =>
    startTransition(async () => {
      const result = await giveVerdict({ subjectType, subjectId, value, reason }).catch(() => ({
        ok: false as const,
        message: 'The server did not answer. Nothing was saved.',
        fields: {},
      }))
      setProblem(result.ok ? undefined : result)
      if (!result.ok) return
      setValue(undefined)
      setReason('')
    })
  return (
    <form
      className="grid max-w-[80ch] gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <fieldset className="flex flex-wrap gap-x-4 gap-y-1">
        <legend className="mb-1 text-sm font-medium">Give a verdict</legend>
        {choices.map((choice) => (
          <label key={choice.value} className="inline-flex items-center gap-2">
            <input
              type="radio"
              name={`verdict ${subjectType} ${subjectId}`}
              value={choice.value}
              checked={value === choice.value}
              onChange={() => setValue(choice.value)}
              className="accent-accent"
            />
            {choice.label}
          </label>
        ))}
      </fieldset>
      <Field
        label="Reason"
        hint={value === 'accepted' || !value ? undefined : 'Needed for this verdict.'}
        error={problem?.fields['reason']}
      >
        <TextArea value={reason} onChange={(event) => setReason(event.target.value)} maxLength={5000} rows={2} />
      </Field>
      {problem && !problem.fields['reason'] && (
        <p role="alert" className="text-sm text-bad">
          {problem.message}
        </p>
      )}
      <div>
        <Button type="submit" disabled={isPending || !value}>
          Give the verdict
        </Button>
      </div>
    </form>
  )
}
