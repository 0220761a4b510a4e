import { Prisma } from '#lib/generated/prisma/client'
import type { Tx } from '#lib/db'
import type { ContentRows } from '../imports/content-digest.ts'
import { chunkRows } from '../imports/staging/staged-content.ts'
import type { CopiedRows } from './copy-version.ts'
import { orderedId } from './ordered-id.ts'

/** The rows of a version just copied, in their order, as an import names its content. */
export function copiedContent(tx: Tx, versionId: string, { examples, objects, bases }: CopiedRows): ContentRows {
  return {
    images: imagePages(tx, versionId),
    examples: ranges(bases.example, examples).map(
      (range) => Prisma.sql`
        select e.position as n, e.kind, e.split, e."externalId", e.text, e.label, e.answers, e."answerType", e."groupKey",
          array(select i.key from "ExampleImage" x join "DatasetImage" i on i.id = x."imageId"
                where x."exampleId" = e.id order by x.position) as "imageKeys", e.box
        from "Example" e where ${range('e')}`,
    ),
    objects: ranges(bases.object, objects).map(
      (range) => Prisma.sql`
        select o.id as n, (select i.key from "DatasetImage" i where i.id = o."imageId") as "imageKey", o.category, o.attributes, o.x, o.y,
          o.width, o.height
        from "ImageObject" o where ${range('o')}`,
    ),
  }
}

const pageSize = 10_000

/** Positions of a version are dense. */
async function* imagePages(tx: Tx, versionId: string): AsyncGenerator<{ key: string; digest: string | null }[]> {
  for (let from = 0; ; from += pageSize) {
    const position = { gte: from, lt: from + pageSize }
    const page = await tx.datasetImage.findMany({
      where: { versionId, position },
      orderBy: { position: 'asc' },
      select: { key: true, digest: true },
    })
    yield page
    if (page.length < pageSize) return
  }
}

/** Conditions that cut rows into chunks: their ids rise with the numbers that they were made of, 0 to `count`. */
function ranges(base: string, count: number): ((alias: 'e' | 'o') => Prisma.Sql)[] {
  const id = (number: number) => orderedId(base, Prisma.sql`${number}::bigint`)
  return Array.from({ length: Math.floor(count / chunkRows) + 1 }, (_, i) => (alias: 'e' | 'o') => {
    const column = Prisma.raw(`${alias}.id`)
    return Prisma.sql`${column} >= ${id(i * chunkRows)} and ${column} < ${id((i + 1) * chunkRows)}`
  })
}
