import { Prisma } from '#lib/generated/prisma/client'
import type { Tx } from '#lib/db'
import { keptExamples } from './kept-examples.ts'
import { newIdBases, orderedId, type IdBases } from './ordered-id.ts'
import { withoutReferenceChecks } from './reference-checks.ts'
import type { Recipe } from './recipe.ts'

/** So many rows are copied by one statement; between two the work can be canceled. */
const batchSize = 50_000

interface Copy {
  parentId: string
  versionId: string
  recipe: Recipe
  onRows: (phase: string, done: number, total: number | null) => void
}

export interface CopiedRows {
  images: number
  examples: number
  objects: number
  bases: IdBases
}

/** Copies what a recipe keeps of the parent's rows, changed as it says, into a version that has none yet. */
export async function copyVersion(tx: Tx, copy: Copy): Promise<CopiedRows> {
  await tx.$executeRaw`set local work_mem = '128MB'`
  // The words of a chunk enter the full-text index sorted, in one go.
  await tx.$executeRaw`set local gin_pending_list_limit = '64MB'`
  const chosen = await choose(tx, copy)
  const bases = newIdBases()
  return withoutReferenceChecks(tx, async () => {
    await inBatches(chosen.images, 'Copying images', copy, (from, to) => copyImages(tx, copy, bases.image, from, to))
    await inBatches(chosen.examples, 'Copying examples', copy, async (from, to) => {
      await copyExamples(tx, copy, bases.example, from, to)
      await linkExamples(tx, bases, from, to)
    })
    copy.onRows('Copying objects', 0, null)
    return { ...chosen, objects: await copyObjects(tx, bases), bases }
  })
}

async function inBatches(total: number, phase: string, { onRows }: Copy, step: (from: number, to: number) => Promise<void>): Promise<void> {
  for (let from = 0; from < total; from += batchSize) {
    onRows(phase, from, total)
    await step(from, Math.min(total, from + batchSize))
  }
}

/** Which rows stay, in their order, numbered anew; and the values that change. Tables of this transaction alone. */
async function choose(tx: Tx, { parentId, recipe, onRows }: Copy): Promise<{ images: number; examples: number }> {
  onRows('Choosing', 0, null)
  await tx.$executeRaw`
    create temp table derived_example on commit drop as
    select e.id as old, (row_number() over (order by e.position, e.id))::int - 1 as position
    from "Example" e where e.id in (${keptExamples(parentId, recipe)})`
  await tx.$executeRaw`
    create temp table derived_image on commit drop as
    select i.id as old, (row_number() over (order by i.position, i.id))::int - 1 as position
    from "DatasetImage" i where i."versionId" = ${parentId}::uuid and (${keptImages(recipe)})`
  await tx.$executeRaw`create unique index on derived_example (position)`
  await tx.$executeRaw`create unique index on derived_example (old)`
  await tx.$executeRaw`create unique index on derived_image (position)`
  await tx.$executeRaw`create unique index on derived_image (old)`
  const changes = recipe.kind === 'changes' ? recipe.changes.filter(({ kind }) => kind === 'text' || kind === 'label') : []
  await tx.$executeRaw`
    create temp table derived_change on commit drop as
    select e.id as old, c.kind, c.value from jsonb_to_recordset(${JSON.stringify(changes)}::jsonb) as c (kind text, subject text, value text)
    join "Example" e on e."versionId" = ${parentId}::uuid and (e.kind || ' ' || e.split || ' ' || e."externalId") = c.subject`
  await tx.$executeRaw`create unique index on derived_change (old, kind)`
  await tx.$executeRaw`analyze derived_example, derived_image, derived_change`
  const [counts] = await tx.$queryRaw<{ images: bigint; examples: bigint }[]>`
    select (select count(*) from derived_image) as images, (select count(*) from derived_example) as examples`
  return { images: Number(counts?.images), examples: Number(counts?.examples) }
}

const isShown = Prisma.sql`exists (select 1 from "ExampleImage" x join derived_example d on d.old = x."exampleId" where x."imageId" = i.id)`

function keptImages(recipe: Recipe): Prisma.Sql {
  switch (recipe.kind) {
    case 'changes':
      return Prisma.sql`not (i.key = any(${recipe.changes.filter(({ kind }) => kind === 'exclude_image').map(({ subject }) => subject)}))`
    case 'exclusion':
      return Prisma.sql`not (i.key = any(${recipe.imageKeys})) or ${isShown}`
    case 'subset':
      return isShown
  }
}

async function copyImages(tx: Tx, { versionId }: Copy, base: string, from: number, to: number): Promise<void> {
  await tx.$executeRaw`
    insert into "DatasetImage" (id, "versionId", key, "fileName", position, digest, "widthPx", "heightPx", "mediaType", "sizeBytes",
      location, "cocoId", "flickrId")
    select ${orderedId(base, Prisma.sql`d.position`)}, ${versionId}::uuid, i.key, i."fileName", d.position, i.digest, i."widthPx",
      i."heightPx", i."mediaType", i."sizeBytes", i.location, i."cocoId", i."flickrId"
    from derived_image d join "DatasetImage" i on i.id = d.old
    where d.position >= ${from} and d.position < ${to} order by d.position`
}

/** A question's new answer takes the place of all ten: it is what the annotators should have said. */
async function copyExamples(tx: Tx, { versionId }: Copy, base: string, from: number, to: number): Promise<void> {
  await tx.$executeRaw`
    insert into "Example" (id, "versionId", kind, split, position, "externalId", text, words, label, answers, "answerType", "groupKey", box)
    select ${orderedId(base, Prisma.sql`d.position`)}, ${versionId}::uuid, e.kind, e.split, d.position, e."externalId",
      coalesce(t.value, e.text), case when t.value is null then e.words else to_tsvector('english', t.value) end, coalesce(l.value, e.label),
      case when l.value is null then e.answers else array_fill(l.value, array[cardinality(e.answers)]) end, e."answerType", e."groupKey", e.box
    from derived_example d join "Example" e on e.id = d.old
    left join derived_change t on t.old = e.id and t.kind = 'text'
    left join derived_change l on l.old = e.id and l.kind = 'label'
    where d.position >= ${from} and d.position < ${to} order by d.position`
}

async function linkExamples(tx: Tx, bases: IdBases, from: number, to: number): Promise<void> {
  await tx.$executeRaw`
    insert into "ExampleImage" ("exampleId", position, "imageId")
    select ${orderedId(bases.example, Prisma.sql`d.position`)}, x.position, ${orderedId(bases.image, Prisma.sql`m.position`)}
    from derived_example d join "ExampleImage" x on x."exampleId" = d.old join derived_image m on m.old = x."imageId"
    where d.position >= ${from} and d.position < ${to} order by d.position, x.position`
}

async function copyObjects(tx: Tx, bases: IdBases): Promise<number> {
  return tx.$executeRaw`
    insert into "ImageObject" (id, "imageId", category, attributes, x, y, width, height)
    select ${orderedId(bases.object, Prisma.sql`o.number`)}, ${orderedId(bases.image, Prisma.sql`o.place`)}, o.category, o.attributes, o.x, o.y,
      o.width, o.height
    from (
      select b.*, m.position as place, row_number() over (order by b.id) as number
      from derived_image m join "ImageObject" b on b."imageId" = m.old) as o
    order by o.number`
}
