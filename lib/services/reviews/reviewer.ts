import { forbidden } from '#lib/errors'
import { actorId, permit } from '../context.ts'
import type { Context } from '../context.ts'

/** The editor who writes: what is said in a review has a person behind it. */
export function permitReviewer(ctx: Context): string {
  permit(ctx, 'editor')
  const id = actorId(ctx)
  if (!id) throw forbidden('Only a signed-in person may review.')
  return id
}
