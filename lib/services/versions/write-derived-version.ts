import type { Tx } from '#lib/db'
import { invalid } from '#lib/errors'
import { permitSystem } from '../context.ts'
import type { Context } from '../context.ts'
import { newId } from '../imports/new-id.ts'
import { updateHeldWork, type WorkRef } from '../work/work-claim.ts'
import { contentDigest } from '../imports/content-digest.ts'
import { copiedContent } from './copied-content.ts'
import { copyVersion } from './copy-version.ts'
import { countVersion } from './count-version.ts'
import { Recipe } from './recipe.ts'

/** Told between two statements; what it throws ends the writing. */
type OnRows = (phase: string, done: number, total: number | null) => void

export type DerivedVersion = { id: string; number: number; isNew: boolean }

/** A version of millions of examples takes minutes to write; nothing else waits for this transaction but imports of the same dataset. */
const transaction = { maxWait: 60_000, timeout: 6 * 3600_000 }

/** Ends the transaction without what it wrote: the dataset has that content already. */
class KnownContent extends Error {
  readonly version: { id: string; number: number }

  constructor(version: { id: string; number: number }) {
    super('known content')
    this.version = version
  }
}

/**
 * Writes the version that a derivation describes, and ends it, in one transaction: it exists whole or not at all, and the parent is
 * only read. Content that the dataset has already makes no new version.
 * @throws LabError when nothing is left; WorkLostError when another attempt holds the derivation
 */
export async function writeDerivedVersion(ctx: Context, ref: WorkRef, onRows: OnRows): Promise<DerivedVersion> {
  permitSystem(ctx)
  const { parentId, recipe: stored } = await ctx.db.derivation.findUniqueOrThrow({
    where: { id: ref.id },
    select: { parentId: true, recipe: true },
  })
  const recipe = Recipe.parse(stored)
  try {
    return await ctx.db.$transaction(async (tx) => {
      // One version of a dataset at a time is made: numbers follow each other, and equal content is seen.
      await tx.$queryRaw`select 1 from "Dataset" where id = ${ref.datasetId}::uuid for update`
      const created = await createVersion(ctx, tx, ref, { parentId, recipe, onRows })
      await forgetDrafts(tx, recipe)
      await updateHeldWork(tx, ref, { status: 'succeeded', phase: '', error: null, finishedAt: ctx.now() })
      await tx.derivation.update({ where: { id: ref.id }, data: { versionId: created.id } })
      return { ...created, isNew: true }
    }, transaction)
  } catch (error) {
    if (!(error instanceof KnownContent)) throw error
    return endAsKnown(ctx, ref, recipe, error.version)
  }
}

interface Making {
  parentId: string
  recipe: Recipe
  onRows: OnRows
}

async function createVersion(ctx: Context, tx: Tx, ref: WorkRef, { parentId, recipe, onRows }: Making) {
  const { datasetId } = ref
  const { _max } = await tx.datasetVersion.aggregate({ where: { datasetId }, _max: { number: true } })
  const id = newId()
  const number = (_max.number ?? 0) + 1
  // Until its content is known, a name that no content has.
  await tx.datasetVersion.create({ data: { id, datasetId, number, digest: `making ${id}`, counts: {}, createdAt: ctx.now() } })
  const copied = await copyVersion(tx, { parentId, versionId: id, recipe, onRows })
  if (copied.examples === 0) throw invalid('Nothing is left: no example fulfils the conditions.')
  const naming = () => onRows('Naming the content', 0, null)
  naming()
  const digest = await contentDigest(tx, { ...copiedContent(tx, id, copied), onChunk: naming })
  const known = await tx.datasetVersion.findFirst({ where: { datasetId, digest }, select: { id: true, number: true } })
  if (known) throw new KnownContent(known)
  onRows('Counting', 0, null)
  const counts = await countVersion(tx, { versionId: id, parentId })
  await tx.datasetVersion.update({ where: { id }, data: { digest, counts } })
  return { id, number }
}

/** Changes that the new version holds wait no longer; a draft that was changed meanwhile does. */
async function forgetDrafts(tx: Tx, recipe: Recipe): Promise<void> {
  if (recipe.kind !== 'changes') return
  await tx.$executeRaw`
    delete from "DraftChange" d using jsonb_to_recordset(${JSON.stringify(recipe.changes)}::jsonb) as c ("draftId" uuid, value text)
    where d.id = c."draftId" and d.value is not distinct from c.value`
}

async function endAsKnown(ctx: Context, ref: WorkRef, recipe: Recipe, version: { id: string; number: number }): Promise<DerivedVersion> {
  await ctx.db.$transaction(async (tx) => {
    await forgetDrafts(tx, recipe)
    const phase = `The content is the same as version ${version.number}: nothing was added.`
    await updateHeldWork(tx, ref, { status: 'succeeded', phase, error: null, finishedAt: ctx.now() })
  })
  return { ...version, isNew: false }
}
