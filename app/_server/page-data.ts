import { notFound } from 'next/navigation'
import { LabError } from '#lib/errors'
import type { Context } from '#lib/services/context'

/** What a page shows, or the page that says it is not there: an address that is no id leads there too. */
export async function orNotFound<T>(wanted: Promise<T>): Promise<T> {
  return wanted.catch((error: unknown) => {
    if (error instanceof LabError && (error.code === 'not-found' || error.code === 'invalid')) notFound()
    throw error
  })
}

/** Whether to show what only editors may do; the verbs decide for themselves. */
export function mayEdit(ctx: Context): boolean {
  return ctx.actor.kind === 'user' && ctx.actor.role !== 'viewer'
}

export type SearchParams = Promise<Record<string, string | string[] | undefined>>

export function one(value: string | string[] | undefined): string {
  return (Array.isArray(value) ? value[0] : value) ?? ''
}

/** An address of this page with some parameters set and empty ones left out. */
export function hrefWith(path: string, params: Record<string, string | number | undefined>): string {
  const query = new URLSearchParams(
    Object.entries(params).flatMap(([key, value]) => (value === undefined || value === '' ? [] : [[key, String(value)]])),
  )
  return query.size === 0 ? path : `${path}?${query}`
}
