'use client'

import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { useTopics } from '../_live/live'
import { joinPoints } from './prepare/curves'
import type { Points } from './prepare/curves'

/** Series of a stage by metric name. */
export type StagePoints = Record<string, Points>

interface PointsAnswer {
  series: { name: string; points: Points }[]
  lastStep: number | null
}

const atOnce = 4

/**
 * Points of stages, fetched once and then from where they ended: a topic of a stage fetches what is new in it, never its history.
 * `names` empty: all series.
 */
export function useStagePoints(stageIds: readonly string[], names: readonly string[], maximumPoints: number) {
  const [found, setFound] = useState<Record<string, StagePoints>>({})
  const [error, setError] = useState<string | null>(null)
  const [isLoading, setIsLoading] = useState(true)
  const cursors = useRef(new Map<string, number>())
  const busy = useRef(false)

  const update = async () => {
    if (busy.current) return
    busy.current = true
    const failure = await fetchAll(stageIds, async (id) => {
      const answer = await fetchPoints(id, cursors.current.get(id) ?? -1, names, maximumPoints)
      if (answer.lastStep !== null) cursors.current.set(id, answer.lastStep)
      setFound((known) => ({ ...known, [id]: joinSeries(known[id] ?? {}, answer.series) }))
    })
    busy.current = false
    setError(failure)
    setIsLoading(false)
  }

  const load = useEffectEvent(() => void update())
  // Once: for other stages or names the caller mounts anew (its `key`).
  useEffect(() => load(), [])
  useTopics(
    stageIds.slice(0, 60).map((id) => `stage:${id}`),
    () => void update(),
  )
  return { found, error, isLoading }
}

/** A few at a time. @returns what went wrong, in words; null when nothing did */
async function fetchAll(stageIds: readonly string[], fetchOne: (id: string) => Promise<void>): Promise<string | null> {
  try {
    for (let at = 0; at < stageIds.length; at += atOnce) await Promise.all(stageIds.slice(at, at + atOnce).map(fetchOne))
    return null
  } catch (reason) {
    return reason instanceof Error ? reason.message : String(reason)
  }
}

function joinSeries(known: StagePoints, series: PointsAnswer['series']): StagePoints {
  const joined = { ...known }
  for (const { name, points } of series) joined[name] = joinPoints(known[name] ?? [], points)
  return joined
}

async function fetchPoints(stageId: string, after: number, names: readonly string[], maximumPoints: number): Promise<PointsAnswer> {
  const query = new URLSearchParams([
    ['after', String(after)],
    ['maximumPoints', String(maximumPoints)],
    ...names.map((name): [string, string] => ['name', name]),
  ])
  const response = await fetch(`/api/stages/${stageId}/points?${query}`)
  if (!response.ok) throw new Error(`Points could not be fetched (${response.status}).`)
  return (await response.json()) as PointsAnswer
}
