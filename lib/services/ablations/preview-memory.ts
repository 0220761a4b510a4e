import { sectionOf } from '#lib/soho/config'
import { z } from 'zod'
import type { Configuration, StageKind } from '#lib/soho/config'
import { batchField, batchOf, largestBatch, predictStageMemory } from '#lib/soho/memory/largest-batch'
import type { StageFacts } from '#lib/soho/memory/stage-shape'
import type { Context } from '../context.ts'
import { silenceMs } from '../stages/recover-stages.ts'
import { stageLabels } from '../stages/stage-kind.ts'
import { fieldLabel } from './field-catalog.ts'
import type { PlanDataset, PlanDatasetDetails } from './read-plan-datasets.ts'

export interface StageMemory {
  kind: StageKind
  label: string
  /** Of the cell that needs most. */
  batch: number
  batchField: string
  predictedBytes: number
  /** When it needs so much: in a step of training, or in its evaluation. */
  moment: 'step' | 'evaluation'
  /** The largest batch that fits; 0 when not even one does, null while no worker says what it has. */
  largestBatch: number | null
  /** Fields that a step of the same batch needs less with. */
  remedies: string[]
}

export interface MemoryPreview {
  /** The stage that needs most first. */
  stages: StageMemory[]
  /** What one trainer can have: the smallest share among the workers that are alive; null while none says it. */
  availableBytes: number | null
}

/** What a trainer needs at its peak, stage by stage, beside what it has. */
export async function previewMemory(
  ctx: Context,
  configurations: readonly Configuration[],
  datasets: PlanDatasetDetails,
): Promise<MemoryPreview> {
  const availableBytes = await trainerMemory(ctx)
  const stages = await Promise.all(
    Object.values(datasets).map(async (dataset) => largestStage(configurations, dataset, await readFacts(ctx, dataset), availableBytes)),
  )
  return { stages: stages.sort((a, b) => b.predictedBytes - a.predictedBytes), availableBytes }
}

/** In sentences: which stages will not fit, and what would. */
export function memoryWarnings({ stages, availableBytes }: MemoryPreview): string[] {
  if (availableBytes === null) return []
  const size = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`
  return stages
    .filter(({ predictedBytes }) => predictedBytes > availableBytes)
    .map(({ label, batch, batchField: field, predictedBytes, moment, largestBatch: largest, remedies }) => {
      const has = `needs about ${size(predictedBytes)} of memory, and a trainer has ${size(availableBytes)}`
      if (moment === 'evaluation') return `${label}: its evaluation ${has}.`
      const way = largest ? `At most ${largest} fit (${fieldLabel(field)}).` : 'Not even a batch of one fits.'
      const less = remedies.length > 0 ? ` Less is needed with ${remedies.map(fieldLabel).join(' or ')}.` : ''
      return `${label}: a step with a batch of ${batch} ${has}. ${way}${less}`
    })
}

/** Answers that VQA's data are assumed to have where nothing is known: those of VQA v2. */
const usualAnswers = 3129

function largestStage(
  configurations: readonly Configuration[],
  { kind, examples }: PlanDataset,
  facts: StageFacts,
  availableBytes: number | null,
): StageMemory {
  const answers = Math.min(usualAnswers, examples.train)
  const each = configurations.map((configuration) => {
    const classes = { words: configuration.text.vocabularySize, answers }
    const batch = Math.min(batchOf(configuration, kind), kind === 'pretrain' ? facts.images : facts.examples)
    const { total: predictedBytes, moment } = predictStageMemory(configuration, kind, batch, facts, classes)
    return { configuration, classes, batch, predictedBytes, moment }
  })
  const { configuration, classes, batch, predictedBytes, moment } = each.reduce((a, b) => (b.predictedBytes > a.predictedBytes ? b : a))
  const largest = availableBytes === null ? null : largestBatch(configuration, kind, facts, classes, availableBytes)
  const remedies = [
    ...(configuration.memory.gradientCheckpointing ? [] : ['memory.gradientCheckpointing']),
    // A batch of pre-training is a part of an update already.
    ...(kind === 'pretrain' ? [] : [`${sectionOf[kind]}.accumulationSteps`]),
  ]
  return { kind, label: stageLabels[kind], batch, batchField: batchField(kind), predictedBytes, moment, largestBatch: largest, remedies }
}

async function readFacts({ db }: Context, { versionId, examples, images }: PlanDataset): Promise<StageFacts> {
  const found = await db.$queryRaw<{ least: number | null; most: number | null }[]>`
    select min(ratio)::float8 as "least", max(ratio)::float8 as "most" from (
      select greatest("widthPx", "heightPx")::float8 / least("widthPx", "heightPx") as ratio from "DatasetImage"
      where "versionId" = ${versionId}::uuid and "widthPx" > 0 and "heightPx" > 0
    ) as sizes`
  const { least = null, most = null } = found[0] ?? {}
  const all = examples.train + examples.val + examples.test
  return { examples: all, images, tested: examples.test, ratios: least === null || most === null ? null : { least, most } }
}

/** What a worker says about itself, as far as memory is concerned. */
const DeviceMemory = z.object({ memoryBytes: z.number().positive().optional(), deviceMemoryBytes: z.number().positive().optional() })

async function trainerMemory(ctx: Context): Promise<number | null> {
  const workers = await ctx.db.worker.findMany({
    where: { stoppedAt: null, heartbeatAt: { gte: new Date(ctx.now().getTime() - silenceMs) }, slots: { gt: 0 } },
    select: { device: true, slots: true },
  })
  const shares = workers.flatMap(({ device, slots }) => {
    const { memoryBytes, deviceMemoryBytes } = DeviceMemory.safeParse(device).data ?? {}
    // Trainers of a worker share its memory, and a GPU's.
    const bytes = deviceMemoryBytes ?? memoryBytes
    return bytes === undefined ? [] : [bytes / slots]
  })
  return shares.length === 0 ? null : Math.min(...shares)
}
