import { Prisma } from '#lib/generated/prisma/client'
import type { ImageFilter } from './image-filter.ts'

const all = (conditions: Prisma.Sql[]) => Prisma.join(conditions, ' and ')

/** The filter as one condition on `"DatasetImage" image`; the version itself is the caller's to name. Null for every image. */
export function filterCondition(versionId: string, filter: ImageFilter): Prisma.Sql | null {
  const conditions = [...imageConditions(filter)]
  const example = exampleConditions(filter)
  if (example.length > 0)
    conditions.push(Prisma.sql`image.id in (
      select shown."imageId" from "Example" example join "ExampleImage" shown on shown."exampleId" = example.id
      where example."versionId" = ${versionId}::uuid and ${all(example)})`)
  return conditions.length === 0 ? null : all(conditions)
}

/** The split alone is asked of the texts: which images that are is known of every version. */
export const asksSplitOnly = (filter: ImageFilter): filter is ImageFilter & { split: NonNullable<ImageFilter['split']> } =>
  filter.split !== null && exampleConditions(filter).length === 1

function exampleConditions(filter: ImageFilter): Prisma.Sql[] {
  const { search, split, label, answer, minimumWords, maximumWords } = filter
  const conditions: Prisma.Sql[] = []
  if (search) conditions.push(Prisma.sql`example.words @@ websearch_to_tsquery('english', ${search})`)
  if (split) conditions.push(Prisma.sql`example.split = ${split}::"Split"`)
  if (label) conditions.push(Prisma.sql`example.label = ${label}`)
  if (answer) conditions.push(Prisma.sql`${answer} = any(example.answers)`)
  if (minimumWords !== null || maximumWords !== null) conditions.push(wordsCondition(minimumWords, maximumWords))
  return conditions
}

/**
 * Words are what stands between blanks. Where blanks stand alone, as nearly always, it is enough to look whether there is a word of that
 * number: counting all of them takes one and a half times as long, three times where both bounds are asked for.
 */
function wordsCondition(minimum: number | null, maximum: number | null): Prisma.Sql {
  const count = Prisma.sql`cardinality(array_remove(string_to_array(example.text, ' '), ''))`
  const counted: Prisma.Sql[] = []
  const looked: Prisma.Sql[] = []
  if (minimum !== null) {
    counted.push(Prisma.sql`${count} >= ${minimum}`)
    looked.push(Prisma.sql`split_part(example.text, ' ', ${minimum}::int) <> ''`)
  }
  if (maximum !== null) {
    counted.push(Prisma.sql`${count} <= ${maximum}`)
    looked.push(Prisma.sql`split_part(example.text, ' ', ${maximum + 1}::int) = ''`)
  }
  return Prisma.sql`case when example.text like '%  %' or example.text like ' %' then ${all(counted)} else ${all(looked)} end`
}

function imageConditions(filter: ImageFilter): Prisma.Sql[] {
  const { minimumSidePx, maximumSidePx, category, attribute, problem, tag } = filter
  const conditions: Prisma.Sql[] = []
  if (problem === 'missing') conditions.push(Prisma.sql`image.digest is null`)
  if (minimumSidePx !== null) conditions.push(Prisma.sql`least(image."widthPx", image."heightPx") >= ${minimumSidePx}`)
  if (maximumSidePx !== null) conditions.push(Prisma.sql`greatest(image."widthPx", image."heightPx") <= ${maximumSidePx}`)
  if (category || attribute) conditions.push(objectCondition(category, attribute))
  if (tag)
    conditions.push(Prisma.sql`image.key in (
      select tag."imageKey" from "Tag" tag join "DatasetVersion" tagged on tagged."datasetId" = tag."datasetId"
      where tagged.id = image."versionId" and tag.name = ${tag})`)
  return conditions
}

function objectCondition(category: string, attribute: string): Prisma.Sql {
  const conditions = [Prisma.sql`object."imageId" = image.id`]
  if (category) conditions.push(Prisma.sql`object.category = ${category}`)
  if (attribute) {
    conditions.push(mentions(attribute))
    conditions.push(Prisma.sql`exists (select 1 from jsonb_each_text(object.attributes) attribute where attribute.value = ${attribute})`)
  }
  return Prisma.sql`exists (select 1 from "ImageObject" object where ${all(conditions)})`
}

/** Looked at first, and enough for nearly every box: taking its attributes apart costs four times as much. */
function mentions(attribute: string): Prisma.Sql {
  const forms = new Set([attribute, JSON.stringify(attribute).slice(1, -1)])
  const conditions = [...forms].map((form) => Prisma.sql`strpos(object.attributes::text, ${form}) > 0`)
  return Prisma.sql`(${Prisma.join(conditions, ' or ')})`
}
