import { permitSystem } from '../context.ts'
import type { Context } from '../context.ts'
import { updateHeldImport, type ImportRef } from './import-claim.ts'

/** Ends an import that brought nothing, with the reason in a sentence. */
export async function failImport(ctx: Context, ref: ImportRef, error: string): Promise<void> {
  permitSystem(ctx)
  await ctx.db.$transaction((tx) => updateHeldImport(tx, ref, { status: 'failed', error, phase: '', finishedAt: ctx.now() }))
}
