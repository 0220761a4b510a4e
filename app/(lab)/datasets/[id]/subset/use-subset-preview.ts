'use client'

import { useEffect, useState } from 'react'
import type { SubsetPreview } from '#lib/services/versions/preview-subset'
import { previewSubset } from './actions'

interface Answer {
  for: string
  value: SubsetPreview | null
  message: string | null
}

const pauseMs = 350

/** Asks the server how much a rule chooses, once typing pauses. An answer that came too late is dropped. */
export function useSubsetPreview(parentId: string, ruleJson: string, isComplete: boolean): Answer & { isStale: boolean } {
  const [answer, setAnswer] = useState<Answer>({ for: '', value: null, message: null })
  useEffect(() => {
    if (!isComplete) return
    let isCurrent = true
    const timer = setTimeout(async () => {
      const result = await previewSubset({ parentId, rule: JSON.parse(ruleJson) }).catch(() => null)
      if (!isCurrent) return
      setAnswer({
        for: ruleJson,
        value: result?.ok ? result.value : null,
        message: result?.ok ? null : (result?.message ?? 'The server did not answer.'),
      })
    }, pauseMs)
    return () => {
      isCurrent = false
      clearTimeout(timer)
    }
  }, [parentId, ruleJson, isComplete])
  return { ...answer, isStale: isComplete && answer.for !== ruleJson }
}
