import { Prisma } from '#lib/generated/prisma/client'
import type { Tx } from '#lib/db'
import { newId } from '../imports/new-id.ts'
import { orderedId } from '../versions/ordered-id.ts'
import { findingCode, longestTextCharacters, type FindingCodeName } from './finding-catalog.ts'

/** How two images are found to be the same one: a join of `a`, of the checked version, and `b`; the best evidence first. */
const evidence = {
  bytes: { join: Prisma.sql`first_image b on b.digest = a.digest`, bits: Prisma.sql`null::int` },
  coco: { join: Prisma.sql`checked_image b on b.coco = a.coco`, bits: Prisma.sql`null::int` },
  flickr: { join: Prisma.sql`checked_image b on b.flickr = a.flickr`, bits: Prisma.sql`null::int` },
  near: { join: Prisma.sql`near_pair p on p.digest = a.digest join first_image b on b.digest = p.other`, bits: Prisma.sql`p.bits` },
}
type Evidence = keyof typeof evidence

/** An image that is trained on, and one that a result is measured on; both may be the same image, used for both. */
const leaks = Prisma.sql`a.trained and b.held`
/** On the same side, or one of them unused: no leak, but the same image twice. */
const isNoLeak = Prisma.sql`not (a.trained and b.held) and not (a.held and b.trained)`

interface Finder {
  tx: Tx
  checkId: string
  versionId: string
}

/** Findings about images: leaks by the best evidence, then what is twice. At most one of a kind for an image. */
export async function insertImageFindings(finder: Finder): Promise<void> {
  const inOthers = Prisma.sql`b.version <> a.version`
  await insertPairs(finder, 'leak-bytes', 'bytes', leaks)
  for (const [code, how] of [
    ['leak-coco-id', 'coco'],
    ['leak-flickr-id', 'flickr'],
    ['leak-near', 'near'],
  ] as const)
    // prettier-ignore
    await insertPairs(finder, code, how, Prisma.sql`${leaks} and a.id <> b.id and ${isNew('leak-%')}`)
  for (const how of ['bytes', 'coco', 'flickr', 'near'] as const)
    await insertPairs(
      finder,
      'held-out-elsewhere',
      how,
      Prisma.sql`${inOthers} and a.held and b.trained and ${isNew('held-out-elsewhere')}`,
    )
  const earlier = Prisma.sql`b.version = a.version and (b.position, b.id) < (a.position, a.id) and ${isNoLeak}`
  await insertPairs(finder, 'duplicate-bytes', 'bytes', earlier)
  await insertPairs(finder, 'duplicate-near', 'near', Prisma.sql`${earlier} and ${isNew('duplicate-%')}`)
  for (const how of ['bytes', 'coco', 'flickr'] as const)
    await insertPairs(finder, 'shared-image', how, Prisma.sql`${inOthers} and ${isNoLeak} and ${isNew('shared-image')}`)
  await insertUnreadable(finder)
}

/** The image has no finding of such a code yet. */
const isNew = (like: string) => Prisma.sql`not exists (
  select 1 from "CheckFinding" f where f."checkId" = current_check.id and f."imageId" = a.id and f.code like ${like})`

async function insertPairs({ tx, checkId, versionId }: Finder, code: FindingCodeName, how: Evidence, condition: Prisma.Sql): Promise<void> {
  const { join, bits } = evidence[how]
  await tx.$executeRaw`
    insert into "CheckFinding" (id, "checkId", code, severity, "imageId", "otherImageId", distance, detail)
    select ${orderedId(newId(), Prisma.sql`row_number() over (order by found.distance nulls first, found.position)`)}, ${checkId}::uuid, ${code},
      ${severityOf(code)}::"ProblemSeverity", found.image, found.other, found.distance, jsonb_build_object('by', ${how}::text)
    from (
      select distinct on (a.id) a.id as image, b.id as other, a.position, ${bits} as distance
      from (select ${checkId}::uuid as id) as current_check, checked_image a join ${join}
      where a.version = ${versionId}::uuid and ${condition}
      order by a.id, b.rank, ${bits}, b.position, b.id) as found`
}

async function insertUnreadable({ tx, checkId, versionId }: Finder): Promise<void> {
  await tx.$executeRaw`
    insert into "CheckFinding" (id, "checkId", code, severity, "imageId", detail)
    select ${orderedId(newId(), Prisma.sql`row_number() over (order by a.position)`)}, ${checkId}::uuid, 'unreadable-image',
      ${severityOf('unreadable-image')}::"ProblemSeverity", a.id,
      jsonb_build_object('by', case when a.digest is null then 'import' else 'check' end)
    from checked_image a
    where a.version = ${versionId}::uuid and (a.digest is null or a.digest in (select digest from unreadable_digest))`
}

/** Findings about texts and labels of the checked version alone. */
export async function insertExampleFindings({ tx, checkId, versionId }: Finder): Promise<void> {
  await insertTexts({ tx, checkId, versionId }, 'empty-text', Prisma.sql`btrim(e.text, E' \t\r\n') = ''`)
  await insertTexts({ tx, checkId, versionId }, 'long-text', Prisma.sql`length(e.text) > ${longestTextCharacters}`)
  // The same text, whatever its case and spaces, about images of the same bytes. Digests of both keep the table small.
  await tx.$executeRaw`
    create temp table same_said on commit drop as
    select e.id, e.position, e.label, e.kind, md5(e.kind || ' ' || lower(regexp_replace(btrim(e.text), '\\s+', ' ', 'g')) || ' ' || shown.images) as said
    from "Example" e join (
      select x."exampleId", string_agg(coalesce(i.digest, i.id::text), ' ' order by x.position) as images
      from "DatasetImage" i join "ExampleImage" x on x."imageId" = i.id where i."versionId" = ${versionId}::uuid group by x."exampleId"
    ) as shown on shown."exampleId" = e.id
    where e."versionId" = ${versionId}::uuid`
  const ranked = Prisma.sql`
    select id, position, label, first_value(id) over same as first, first_value(label) over same as first_label,
      row_number() over same as number
    from same_said window same as (partition by said order by position, id)`
  const said = { tx, checkId, versionId, ranked }
  await insertSaid(said, 'contradictory-label', Prisma.sql`number > 1 and label is distinct from first_label`)
  await insertSaid(said, 'duplicate-example', Prisma.sql`number > 1 and label is not distinct from first_label`)
}

async function insertTexts({ tx, checkId, versionId }: Finder, code: FindingCodeName, condition: Prisma.Sql): Promise<void> {
  await tx.$executeRaw`
    insert into "CheckFinding" (id, "checkId", code, severity, "exampleId", "imageId", detail)
    select ${orderedId(newId(), Prisma.sql`row_number() over (order by e.position)`)}, ${checkId}::uuid, ${code},
      ${severityOf(code)}::"ProblemSeverity", e.id,
      (select x."imageId" from "ExampleImage" x where x."exampleId" = e.id order by x.position limit 1),
      jsonb_build_object('characters', length(e.text))
    from "Example" e where e."versionId" = ${versionId}::uuid and ${condition}`
}

async function insertSaid(
  { tx, checkId, ranked }: Finder & { ranked: Prisma.Sql },
  code: FindingCodeName,
  condition: Prisma.Sql,
): Promise<void> {
  await tx.$executeRaw`
    insert into "CheckFinding" (id, "checkId", code, severity, "exampleId", "otherExampleId", "imageId", detail)
    select ${orderedId(newId(), Prisma.sql`row_number() over (order by r.position)`)}, ${checkId}::uuid, ${code},
      ${severityOf(code)}::"ProblemSeverity", r.id, r.first,
      (select x."imageId" from "ExampleImage" x where x."exampleId" = r.id order by x.position limit 1),
      jsonb_build_object('label', r.label, 'otherLabel', r.first_label)
    from (${ranked}) as r where ${condition}`
}

const severityOf = (code: FindingCodeName) => findingCode(code)?.severity ?? 'notice'
