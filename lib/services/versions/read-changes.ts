import type { Tx } from '#lib/db'
import { conflict } from '#lib/errors'
import type { RecipeChange } from './recipe.ts'

/** The changes that wait for the next version, with their authors and reasons, in the order in which they were made. */
export async function readChanges(tx: Tx, versionId: string): Promise<RecipeChange[]> {
  const rows = await tx.$queryRaw<RecipeChange[]>`
    select d.id as "draftId", d.kind::text as kind, d.value, d.reason, u.name as author,
      coalesce(i.key, e.kind || ' ' || e.split || ' ' || e."externalId") as subject
    from "DraftChange" d join "User" u on u.id = d."authorId"
    left join "DatasetImage" i on i.id = d."subjectId" and i."versionId" = d."versionId" and d.kind = 'exclude_image'
    left join "Example" e on e.id = d."subjectId" and e."versionId" = d."versionId" and d.kind <> 'exclude_image'
    where d."versionId" = ${versionId}::uuid and (i.id is not null or e.id is not null)
    order by d."createdAt", d.id`
  if (rows.length === 0) throw conflict('No change waits for a new version.')
  return rows
}
