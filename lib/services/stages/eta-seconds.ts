import type { Context } from '../context.ts'

/** Seconds until these stages are done, with the trainers that are alive; null while nothing is known. */
export async function etaSeconds(_ctx: Context, _stageIds: string[]): Promise<number | null> {
  return null
}
