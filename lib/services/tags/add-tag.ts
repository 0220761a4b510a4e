import { forbidden } from '#lib/errors'
import { announce } from '#lib/events'
import { actorId, audit, permit } from '../context.ts'
import type { Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'
import { TagInput } from './tag-input.ts'
import { tagPlace } from './tag-place.ts'

/** Tags an image, or an example that shows it, in every version of its dataset. A tag that is there already stays as it was. */
export async function addTag(ctx: Context, input: TagInput): Promise<{ name: string }> {
  permit(ctx, 'editor')
  const authorId = actorId(ctx)
  if (!authorId) throw forbidden('A tag needs an author.')
  const tag = parseInput(TagInput, input)
  return ctx.db.$transaction(async (tx) => {
    const place = { ...(await tagPlace(tx, tag)), name: tag.name }
    const { count } = await tx.tag.createMany({ data: [{ ...place, authorId, createdAt: ctx.now() }], skipDuplicates: true })
    if (count > 0) await audit(tx, ctx, { action: 'tag.add', subjectType: 'dataset', subjectId: place.datasetId, detail: place })
    await announce(tx, [`dataset:${place.datasetId}`])
    return { name: tag.name }
  })
}
