import { permit } from '../context.ts'
import type { Context } from '../context.ts'
import { toWeightFileView, weightFileSelect } from './weight-file-view.ts'
import type { WeightFileView } from './weight-file-view.ts'

/** Registered weights and vocabularies, newest first; at most 500. */
export async function listWeightFiles(ctx: Context): Promise<WeightFileView[]> {
  permit(ctx, 'viewer')
  const files = await ctx.db.weightFile.findMany({ select: weightFileSelect, orderBy: [{ createdAt: 'desc' }, { id: 'desc' }], take: 500 })
  return files.map(toWeightFileView)
}
