import { z } from 'zod'
import type { ChangeKind } from '#lib/generated/prisma/enums'
import { permit } from '../context.ts'
import type { Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'

export const ListChangesInput = z.strictObject({ versionId: z.uuid(), limit: z.int().min(1).max(500).default(100) })

export interface ChangeView {
  id: string
  kind: ChangeKind
  subjectId: string
  author: string
  createdAt: Date
  reason: string
  /** What it is about: an image's key, or an example's name in its dataset. */
  subject: string
  /** The text or label as it is; null where there is none. */
  before: string | null
  /** As it will be; null: left out. */
  after: string | null
  /** An image that shows it. */
  imageId: string | null
}

/** What waits for the next version, the newest first. */
export async function listChanges(
  ctx: Context,
  input: z.input<typeof ListChangesInput>,
): Promise<{ changes: ChangeView[]; total: number }> {
  permit(ctx, 'viewer')
  const { versionId, limit } = parseInput(ListChangesInput, input)
  const [total, changes] = await Promise.all([
    ctx.db.draftChange.count({ where: { versionId } }),
    ctx.db.$queryRaw<ChangeView[]>`
      select draft.id, draft.kind::text as kind, draft."subjectId", author.name as author, draft."createdAt", draft.reason,
        coalesce(image.key, example.kind || ' ' || example.split || ' ' || example."externalId", '') as subject,
        case draft.kind when 'label' then example.label when 'exclude_image' then null else example.text end as before,
        draft.value as after,
        coalesce(image.id, (select "imageId" from "ExampleImage" where "exampleId" = example.id and position = 0)) as "imageId"
      from "DraftChange" draft join "User" author on author.id = draft."authorId"
      left join "DatasetImage" image on image.id = draft."subjectId" and draft.kind = 'exclude_image'
      left join "Example" example on example.id = draft."subjectId" and draft.kind <> 'exclude_image'
      where draft."versionId" = ${versionId}::uuid
      order by draft."createdAt" desc, draft.id desc
      limit ${limit}`,
  ])
  return { changes, total }
}
