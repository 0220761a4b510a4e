import * as tf from '@tensorflow/tfjs-core'
import { installKernels, kernels } from '../nn/current-kernels.ts'
import type { Kernels } from '../nn/kernels.ts'
import { Comparisons } from './compare.ts'
import type { Comparison } from './compare.ts'
import type { Golden, GoldenEntry } from './golden.ts'
import { readGolden } from './read-golden.ts'

/** How the cases of a family are checked; a case belongs to the longest family name that its own begins with. */
export interface Family {
  /** Whether the outcome depends on the kernels: such a case is checked with each set of them. */
  usesKernels: boolean
  check: (golden: Golden, found: Comparisons) => void
}
export type Families = Readonly<Record<string, Family>>

export function familyOf(name: string, families: Families): Family | null {
  const fitting = Object.keys(families).filter((family) => name.startsWith(family))
  const longest = fitting.sort((a, b) => b.length - a.length)[0]
  return longest === undefined ? null : (families[longest] ?? null)
}

/** Checks one case. Never throws: what cannot be read or run is a failed comparison that says why. */
export function runGolden(directory: string, entry: GoldenEntry, families: Families, kernelSets: readonly Kernels[]): Comparison[] {
  const family = familyOf(entry.name, families)
  if (!family) return [failure(entry.name, 'not checked: no family has this name')]
  if (!family.usesKernels) return check(directory, entry, family, '')
  const before = kernels()
  try {
    return kernelSets.flatMap((set) => {
      installKernels(set)
      let comparisons: Comparison[] = []
      tf.tidy(() => {
        comparisons = check(directory, entry, family, `${set.name}: `)
      })
      return comparisons
    })
  } finally {
    installKernels(before)
  }
}

function check(directory: string, entry: GoldenEntry, family: Family, prefix: string): Comparison[] {
  const found = new Comparisons(entry.name, prefix)
  try {
    const golden = readGolden(directory, entry)
    family.check(golden, found)
    for (const key of golden.unread()) found.add(`not checked: ${key}`, NaN, 0)
    if (found.all.length === 0) found.add('not checked: nothing was compared', NaN, 0)
  } catch (error) {
    return [...found.all, failure(entry.name, prefix + (error instanceof Error ? error.message : String(error)))]
  }
  return found.all
}

function failure(name: string, what: string): Comparison {
  return { case: name, what, error: NaN, tolerance: 0, passed: false }
}

export interface GoldenSummary {
  case: string
  comparisons: number
  /** The comparison nearest to its tolerance, or furthest beyond it. */
  worst: Comparison
  passed: boolean
}

export function summarizeGolden(comparisons: readonly Comparison[]): GoldenSummary {
  const worst = comparisons.reduce((a, b) => (strain(b) > strain(a) ? b : a))
  return { case: worst.case, comparisons: comparisons.length, worst, passed: comparisons.every(({ passed }) => passed) }
}

/** Error as a multiple of its tolerance. */
function strain({ error, tolerance }: Comparison): number {
  if (Number.isNaN(error)) return Infinity
  return error === 0 ? 0 : error / tolerance
}
