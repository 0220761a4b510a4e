import { notFound } from '#lib/errors'
import { announce } from '#lib/events'
import { audit, permit } from '../context.ts'
import type { Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'
import { TagInput } from './tag-input.ts'
import { tagPlace } from './tag-place.ts'

/** Takes a tag away, whoever put it there. */
export async function removeTag(ctx: Context, input: TagInput): Promise<{ name: string }> {
  permit(ctx, 'editor')
  const tag = parseInput(TagInput, input)
  return ctx.db.$transaction(async (tx) => {
    const place = { ...(await tagPlace(tx, tag)), name: tag.name }
    const { count } = await tx.tag.deleteMany({ where: place })
    if (count === 0) throw notFound('The tag')
    await audit(tx, ctx, { action: 'tag.remove', subjectType: 'dataset', subjectId: place.datasetId, detail: place })
    await announce(tx, [`dataset:${place.datasetId}`])
    return { name: tag.name }
  })
}
