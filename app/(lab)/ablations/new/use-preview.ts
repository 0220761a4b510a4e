'use client'

import { useEffect, useState } from 'react'
import type { AblationPreview } from '#lib/services/ablations/preview-ablation'
import { previewAblation } from '../actions'

export interface PreviewState {
  value: AblationPreview | null
  /** Why there is none, in a sentence, and at which fields. */
  message: string | null
  fields: Record<string, string>
  /** Of an older state of the form: the answer for the present one is on its way. */
  isStale: boolean
}

const pauseMs = 350

/** Asks the server what a launch would do, once typing pauses. An answer that came too late is dropped. */
export function usePreview(inputJson: string, isComplete: boolean): PreviewState {
  const [answer, setAnswer] = useState<{
    for: string
    value: AblationPreview | null
    message: string | null
    fields: Record<string, string>
  }>({
    for: '',
    value: null,
    message: null,
    fields: {},
  })
  useEffect(() => {
    if (!isComplete) return
    let isCurrent = true
    const timer = setTimeout(async () => {
      const result = await previewAblation(JSON.parse(inputJson)).catch(() => null)
      if (!isCurrent) return
      if (result?.ok) setAnswer({ for: inputJson, value: result.value, message: null, fields: {} })
      else
        setAnswer({ for: inputJson, value: null, message: result?.message ?? 'The server did not answer.', fields: result?.fields ?? {} })
    }, pauseMs)
    return () => {
      isCurrent = false
      clearTimeout(timer)
    }
  }, [inputJson, isComplete])
  const isStale = answer.for !== inputJson
  return { value: answer.value, message: isStale ? null : answer.message, fields: isStale ? {} : answer.fields, isStale }
}
