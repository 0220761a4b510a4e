import { Prisma } from '#lib/generated/prisma/client'
import type { Recipe, SubsetRule } from './recipe.ts'

const exampleKey = Prisma.sql`(e.kind || ' ' || e.split || ' ' || e."externalId")`

/** Selects the ids of the parent's examples that a recipe keeps. */
export function keptExamples(parentId: string, recipe: Recipe): Prisma.Sql {
  switch (recipe.kind) {
    case 'changes': {
      const subjects = (kind: string) => recipe.changes.filter((change) => change.kind === kind).map(({ subject }) => subject)
      return withoutExcluded(parentId, subjects('exclude_image'), subjects('exclude_example'), false)
    }
    case 'exclusion':
      return withoutExcluded(parentId, recipe.imageKeys, recipe.exampleKeys, recipe.isTrainingOnly)
    case 'subset':
      return sampledExamples(parentId, recipe.rule)
  }
}

function withoutExcluded(parentId: string, imageKeys: string[], exampleKeys: string[], isTrainingOnly: boolean): Prisma.Sql {
  const scope = isTrainingOnly ? Prisma.sql`and e.split in ('train', 'restval')` : Prisma.empty
  return Prisma.sql`
    select e.id from "Example" e where e."versionId" = ${parentId}::uuid
      and not (${exampleKey} = any(${exampleKeys}))
      and not (e.id in (
        select x."exampleId" from "ExampleImage" x join "DatasetImage" i on i.id = x."imageId"
        where i."versionId" = ${parentId}::uuid and i.key = any(${imageKeys})) ${scope})`
}

/** Of the examples that match, those of a share of their images: in the order of a hash over seed and key, never by chance. */
const sampledExamples = (parentId: string, rule: SubsetRule) => Prisma.sql`${sampling(parentId, rule)} select id from sampled`

/** Tables of a query: `sampled` has the id, the split and the key of the first image of every chosen example. */
export function sampling(parentId: string, rule: SubsetRule): Prisma.Sql {
  const shares = JSON.stringify(Object.fromEntries(rule.splits.map((split) => [split, String(rule.samples[split] ?? 1)])))
  return Prisma.sql`
    with matching as materialized (
      select e.id, e.split, i.key from "Example" e
      join "ExampleImage" x on x."exampleId" = e.id and x.position = 0
      join "DatasetImage" i on i.id = x."imageId"
      where e."versionId" = ${parentId}::uuid ${conditions(rule)}
    ), ranked as (
      select split, key, count(*) over (partition by split) as n,
        row_number() over (partition by split order by md5(${String(rule.seed)} || ' ' || key) collate "C", key collate "C") as rank
      from (select distinct split, key from matching) as one
    ), sampled as (
      select m.id, m.split, m.key from matching m join ranked r on r.split = m.split and r.key = m.key
      where r.rank <= ceil((${shares}::jsonb->>(r.split::text))::numeric * r.n))`
}

function conditions({ splits, label, category, search, minimumSidePx }: SubsetRule): Prisma.Sql {
  const all = [
    Prisma.sql`e.split = any(${splits}::"Split"[])`,
    ...(label ? [Prisma.sql`e.label = ${label}`] : []),
    ...(search ? [Prisma.sql`e.words @@ websearch_to_tsquery('english', ${search})`] : []),
    ...(category
      ? [showing(Prisma.sql`exists (select 1 from "ImageObject" o where o."imageId" = j.id and o.category = ${category})`)]
      : []),
    ...(minimumSidePx > 0
      ? [Prisma.sql`not ${showing(Prisma.sql`coalesce(least(j."widthPx", j."heightPx"), 0) < ${minimumSidePx}`)}`]
      : []),
  ]
  return Prisma.join(
    all.map((condition) => Prisma.sql`and ${condition}`),
    ' ',
  )
}

const showing = (condition: Prisma.Sql) => Prisma.sql`exists (
  select 1 from "ExampleImage" y join "DatasetImage" j on j.id = y."imageId" where y."exampleId" = e.id and ${condition})`
