import type { Tx } from '#lib/db'
import { conflict, invalid, notFound } from '#lib/errors'
import { announce } from '#lib/events'
import { enqueue } from '#lib/queue'
import { actorId, audit, permit } from '../context.ts'
import type { Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'
import { readChanges } from './read-changes.ts'
import { readExclusion } from './read-exclusion.ts'
import type { Recipe } from './recipe.ts'
import { StartDerivationInput } from './start-derivation-input.ts'

type Parsed = ReturnType<typeof StartDerivationInput.parse>

interface Parent {
  id: string
  datasetId: string
  number: number
  dataset: { name: string; format: 'json_lines'; license: string; attribution: string }
}

/** Starts a version made from another one; a worker writes it. What it will be made of is fixed here. */
export async function startDerivation(ctx: Context, input: StartDerivationInput): Promise<{ id: string; datasetId: string }> {
  permit(ctx, 'editor')
  const wanted = parseInput(StartDerivationInput, input)
  return ctx.db.$transaction(
    async (tx) => {
      const parent = (await tx.datasetVersion.findUnique({
        where: { id: wanted.parentId },
        select: {
          ...{ id: true, datasetId: true, number: true },
          dataset: { select: { name: true, format: true, license: true, attribution: true } },
        },
      })) as Parent | null
      if (!parent) throw notFound('The version')
      const recipe = await toRecipe(tx, wanted)
      const datasetId = wanted.kind === 'subset' ? await provideSubsetDataset(tx, parent, wanted.name) : parent.datasetId
      const { id } = await tx.derivation.create({
        data: {
          ...{ datasetId, parentId: parent.id, recipe, reason: wanted.reason, phase: 'Waiting for a worker' },
          ...{ startedById: actorId(ctx), createdAt: ctx.now() },
        },
        select: { id: true },
      })
      await enqueue(tx, 'derive-version', { derivationId: id })
      const detail = { kind: wanted.kind, parentId: parent.id, reason: wanted.reason }
      await audit(tx, ctx, { action: 'derivation.create', subjectType: 'derivation', subjectId: id, detail })
      await announce(tx, [`derivation:${id}`, `dataset:${datasetId}`])
      return { id, datasetId }
    },
    { timeout: 120_000 },
  )
}

async function toRecipe(tx: Tx, wanted: Parsed): Promise<Recipe> {
  switch (wanted.kind) {
    case 'changes': {
      await refuseSecond(tx, wanted.parentId)
      return { kind: 'changes', changes: await readChanges(tx, wanted.parentId) }
    }
    case 'exclusion':
      return readExclusion(tx, wanted)
    case 'subset':
      return { kind: 'subset', rule: wanted.rule }
  }
}

/** The same drafts would go into two versions. */
async function refuseSecond(tx: Tx, parentId: string): Promise<void> {
  await tx.$queryRaw`select 1 from "DatasetVersion" where id = ${parentId}::uuid for update`
  const open = await tx.derivation.count({
    where: { parentId, status: { in: ['queued', 'running'] }, recipe: { path: ['kind'], equals: 'changes' } },
  })
  if (open > 0) throw conflict('A version with these changes is being made already.')
}

/** A dataset of that name that never got a version, as a canceled or failed subset leaves it, is taken again. */
async function provideSubsetDataset(tx: Tx, { dataset, number }: Parent, name: string): Promise<string> {
  const { format, license, attribution } = dataset
  const description = `A subset of ${dataset.name}, version ${number}.`
  const known = await tx.dataset.findUnique({
    where: { name },
    select: {
      id: true,
      _count: { select: { versions: true, imports: true, derivations: { where: { status: { in: ['queued', 'running'] } } } } },
    },
  })
  if (!known) return (await tx.dataset.create({ data: { name, format, license, attribution, description }, select: { id: true } })).id
  const message = `There is a dataset ${name} already: choose another name`
  const { versions, imports, derivations } = known._count
  if (versions + imports + derivations > 0) throw invalid(`${message}.`, { name: message })
  await tx.dataset.update({ where: { id: known.id }, data: { format, license, attribution, description } })
  return known.id
}
