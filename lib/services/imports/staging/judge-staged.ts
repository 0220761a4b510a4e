import { Prisma } from '#lib/generated/prisma/client'
import type { ProblemSeverity } from '#lib/generated/prisma/enums'
import type { Tx } from '#lib/db'
import { permitSystem } from '../../context.ts'
import type { Context } from '../../context.ts'
import type { ImportFormat } from '../format-catalog.ts'
import { checkHeldImport, type ImportRef } from '../import-claim.ts'
import { exists, stagingTables, tableName, type StagingTables } from './staging-tables.ts'

/** What is found once all records are known. `value` and `first` fill the rule's sentence. */
export interface JudgedRecord {
  part: number
  n: number
  rule: JudgeRule
  place: string
  at: number | null
  size: number | null
  value: string
  first: string | null
  firstPart: number | null
}

export const judgeRules = ['duplicate', 'repeat', 'unknown-question', 'image-mismatch', 'no-annotation', 'conflicting-label'] as const
export type JudgeRule = (typeof judgeRules)[number]

export interface Judgement {
  /** Records that were taken when they were read and are now set aside. */
  refusedRecords: number
  warnings: number
}

/** A transaction may sort millions of rows. */
const transaction = { maxWait: 60_000, timeout: 3600_000 }

/**
 * Finds what can only be judged when every record is known: repeated ids, answers without a question, labels that contradict each other.
 * Such records leave the tables, once; a second call only counts. Sets in memory would end at some size, tables do not.
 */
export async function judgeStaged(ctx: Context, ref: ImportRef, format: ImportFormat, parts: number[]): Promise<Judgement> {
  permitSystem(ctx)
  return ctx.db.$transaction(async (tx) => {
    // Waits for a lost attempt that is at it, whose result counts as well; the import itself stays free for the heartbeat.
    await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${tableName(ref.importId, 'refused')}, 0))`
    await checkHeldImport(tx, ref)
    const tables = stagingTables(ref.importId)
    if (!(await exists(tx, ref.importId, 'refused'))) await judge(tx, tables, format, ref, parts)
    const [counts] = await tx.$queryRaw<{ records: number; warnings: number }[]>`
      select (count(distinct (part, record, rule)) filter (where whole))::int as records,
        (count(*) filter (where severity = 'warning'))::int as warnings
      from ${tables.refused}`
    return { refusedRecords: counts?.records ?? 0, warnings: counts?.warnings ?? 0 }
  }, transaction)
}

async function judge(tx: Tx, tables: StagingTables, format: ImportFormat, { fence }: ImportRef, parts: number[]): Promise<void> {
  await tx.$executeRaw`set local work_mem = '128MB'`
  // Sorting keeps to that memory whatever the number of rows; helpers would sort parts of them, and merge.
  await tx.$executeRaw`set local enable_hashagg = off`
  await tx.$executeRaw`set local max_parallel_workers_per_gather = 0`
  await tx.$executeRaw`
    create unlogged table ${tables.refused} (id bigint generated always as identity, part int, n int, record int, rule text,
      severity text, whole boolean, place text, "at" bigint, size int, value text, first text, "firstPart" int)`
  const read = [tables.examples, tables.annotations, tables.objects, tables.images]
  // What an attempt that died left behind of a file that it did not finish.
  if (fence > 1) for (const table of read) await tx.$executeRaw`delete from ${table} where part <> all(${parts})`
  for (const table of [tables.examples, tables.objects]) await tx.$executeRaw`create index on ${table} (part, n)`
  await tx.$executeRaw`analyze ${tables.examples} (part, n, split, "externalId"), ${tables.annotations} (part, n, split, "questionId")`
  await judgeRepeats(tx, tables, format)
  if (format === 'vqa_v2') await judgeAnnotations(tx, tables)
  if (format === 'snli_ve') await judgeLabels(tx, tables)
}

/** Ids are unique in their file, and in their split over all files; Karpathy's are unique over the splits of their file. */
async function judgeRepeats(tx: Tx, tables: StagingTables, format: ImportFormat): Promise<void> {
  const ofFile = format === 'coco_karpathy' ? Prisma.sql`part, kind` : Prisma.sql`part, kind, split`
  const isWarning = format === 'coco_karpathy'
  // Numbers sort faster than texts; two ids of one number are told apart below.
  await tx.$executeRaw`
    create temp table candidate on commit drop as
    select hashtextextended("externalId", 0) as id from ${tables.examples} group by 1 having count(*) > 1`
  const [found] = await tx.$queryRaw<{ any: boolean }[]>`select exists (select 1 from candidate) as any`
  if (!found?.any) return
  await tx.$executeRaw`
    create temp table repeated on commit drop as
    with ranked as (
      select e.part, e.n, e.record, e.kind, e."externalId", e.place, e."at", e.size, e.held, e.siblings,
        row_number() over in_file as file_rank, first_value(e.place) over in_file as file_first,
        row_number() over in_split as split_rank, first_value(e.place) over in_split as split_first,
        first_value(e.part) over in_split as split_part
      from ${tables.examples} e join candidate on candidate.id = hashtextextended(e."externalId", 0)
      window in_file as (partition by ${ofFile}, "externalId" order by n),
        in_split as (partition by kind, split, "externalId" order by part, n)
    )
    select *, count(*) over (partition by part, record) = siblings as whole from ranked
    where not held and (file_rank > 1 or split_rank > 1)`
  await tx.$executeRaw`
    insert into ${tables.refused} (part, n, record, rule, severity, whole, place, "at", size, value, first, "firstPart")
    select part, n, record, case when file_rank > 1 then 'duplicate' else 'repeat' end,
      case when siblings = 1 and not ${isWarning} then 'refused' else 'warning' end, whole, place, "at", size, "externalId",
      case when file_rank > 1 then file_first else split_first end, case when file_rank > 1 then part else split_part end
    from repeated order by part, n`
  await tx.$executeRaw`delete from ${tables.examples} e using repeated r where e.part = r.part and e.n = r.n`
}

async function judgeAnnotations(tx: Tx, tables: StagingTables): Promise<void> {
  const into = Prisma.sql`insert into ${tables.refused} (part, n, record, rule, severity, whole, place, "at", size, value, first, "firstPart")`
  const remove = async (found: Promise<number>) => {
    if ((await found) === 0) return
    await tx.$executeRaw`delete from ${tables.annotations} a using ${tables.refused} r where r.part = a.part and r.n = a.n`
  }
  await remove(tx.$executeRaw`
    ${into}
    select part, n, n, 'duplicate', 'refused', true, place, "at", size, "questionId", first, part from (
      select *, row_number() over same as rank, first_value(place) over same as first from ${tables.annotations}
      where hashtextextended("questionId", 0) in (
        select hashtextextended("questionId", 0) from ${tables.annotations} group by 1 having count(*) > 1
      )
      window same as (partition by split, "questionId" order by part, n)
    ) ranked where rank > 1 order by part, n`)
  await remove(tx.$executeRaw`
    ${into}
    select a.part, a.n, a.n, case when e.n is null then 'unknown-question' else 'image-mismatch' end, 'refused', true, a.place, a."at", a.size,
      case when e.n is null then a."questionId" else a."imageId" end, e."imageKeys"[1], null
    from ${tables.annotations} a
    left join ${tables.examples} e on e.split = a.split and e."externalId" = a."questionId" and not e.held
    where e.n is null or a."imageId" <> e."imageKeys"[1] order by e.n is not null, a.part, a.n`)
  await tx.$executeRaw`create index on ${tables.annotations} ("questionId", split)`
  await tx.$executeRaw`
    ${into}
    select e.part, e.n, e.record, 'no-annotation', 'warning', false, e.place, e."at", e.size, e."externalId", null, null
    from ${tables.examples} e
    where not e.held and exists (select 1 from ${tables.files} f where f.state ->> 'annotates' = e.split::text)
      and not exists (select 1 from ${tables.annotations} a where a.split = e.split and a."questionId" = e."externalId")
    order by e.part, e.n`
}

/** The same image and hypothesis with another label than at its first place; both are kept. */
async function judgeLabels(tx: Tx, tables: StagingTables): Promise<void> {
  const subject = Prisma.sql`hashtextextended(text, hashtextextended("imageKeys"[1], 0))`
  await tx.$executeRaw`
    insert into ${tables.refused} (part, n, record, rule, severity, whole, place, "at", size, value, first, "firstPart")
    select part, n, record, 'conflicting-label', 'warning', false, place, "at", size, label, first, part from (
      select *, first_value(label) over same as first_label, first_value(place) over same as first from ${tables.examples}
      where not held and ${subject} in (
        select ${subject} from ${tables.examples} where not held group by 1 having min(label) <> max(label)
      )
      window same as (partition by part, "imageKeys"[1], text order by n)
    ) ranked where label <> first_label order by part, n`
}

const pageSize = 1000

/** All that was found, in its order. */
export async function* readJudged(ctx: Context, importId: string): AsyncGenerator<(JudgedRecord & { severity: ProblemSeverity })[]> {
  permitSystem(ctx)
  const { refused } = stagingTables(importId)
  let last = 0n
  for (;;) {
    const rows = await ctx.db.$queryRaw<(JudgedRecord & { id: bigint; severity: ProblemSeverity })[]>`
      select id, part, n, rule, severity, place, "at"::float8 as "at", size, value, first, "firstPart"
      from ${refused} where id > ${last} order by id limit ${pageSize}`
    if (rows.length > 0) yield rows
    if (rows.length < pageSize) return
    last = rows.at(-1)?.id ?? last
  }
}
