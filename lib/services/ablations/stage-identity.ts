import { createHash } from 'node:crypto'
import { methodVersion, sectionOf } from '#lib/soho/config'
import type { Configuration, StageKind, TaskKind } from '#lib/soho/config'

/** The configuration's section of a stage kind. */

interface IdentityInput {
  kind: StageKind
  configuration: Configuration
  seed: number
  /** Digest of the dataset version's content. */
  datasetDigest: string
  /** Identity of the pre-training that a task continues; null for the pre-training itself. */
  upstreamDigest: string | null
}

/** The name of a stage: a digest of everything that its result depends on, and of nothing else. */
export function stageDigest({ kind, configuration, seed, datasetDigest, upstreamDigest }: IdentityInput): string {
  const fields = kind === 'pretrain' ? pretrainFields(configuration) : taskFields(configuration, kind)
  const identity = { methodVersion, kind, seed, dataset: datasetDigest, upstream: upstreamDigest, fields }
  return createHash('sha256').update(canonicalJson(identity)).digest('hex')
}

/** The fields of a stage without its data, seed and upstream: stages that agree on them take about the same time. */
export function relevantFields(configuration: Configuration, kind: StageKind): string {
  const model = pretrainFields(configuration)
  const { gradientCheckpointing } = configuration.memory
  const fields = kind === 'pretrain' ? model : { ...model, pretrain: null, task: taskFields(configuration, kind) }
  // It changes no bit of the result, but the time.
  return canonicalJson(gradientCheckpointing ? { ...fields, gradientCheckpointing } : fields)
}

function pretrainFields(configuration: Configuration): object {
  const { image, encoder, neck, transformer, text, initial, pretrain } = configuration
  const { mvmHead, mvmChoice, mvmProbability, optimizer, ...others } = pretrain
  const hasDictionary = configuration.dictionary.size > 0
  return {
    image,
    encoder,
    // How the codewords enter the features; without codewords there is nothing to say.
    neck: { pool: neck.pool, batchNorm: neck.batchNorm, ...(hasDictionary ? { kind: neck.kind } : {}) },
    dictionary: dictionaryFields(configuration.dictionary),
    transformer,
    // The longer of both lengths is the size of the position embedding.
    text: { ...vocabularyFields(text), maxTokens: text.maxTokens, positions: Math.max(text.maxTokens, text.maxTokensLong) },
    ...initialFields(initial),
    pretrain: { ...others, optimizer: optimizerFields(optimizer), ...(hasDictionary ? { mvmHead, mvmChoice, mvmProbability } : {}) },
  }
}

/** A given vocabulary has its own size. Without one the name is what it was before there was a choice. */
function vocabularyFields({ vocabulary, vocabularySize }: Configuration['text']): object {
  return vocabulary ? { vocabulary } : { vocabularySize }
}

/** Files are named by their content. Without any the name is what it was before there was a choice. */
function initialFields(initial: Configuration['initial']): object {
  const given = Object.entries(initial).filter(([, digest]) => digest !== null)
  return given.length > 0 ? { initial: Object.fromEntries(given) } : {}
}

function dictionaryFields({ size, reviveEverySteps, reviveBelow, reviveUntil, ...rest }: Configuration['dictionary']): object {
  if (size === 0) return { size }
  return { size, ...rest, ...(rest.revive ? { reviveEverySteps, reviveBelow, reviveUntil } : {}) }
}

/** The model and the words come from the stage before: its digest stands for them. */
function taskFields(configuration: Configuration, kind: TaskKind): object {
  const { input, optimizer, accumulationSteps, ...others } = configuration[sectionOf[kind]]
  const { maxTokens, maxTokensLong } = configuration.text
  return {
    ...others,
    // In one part the name is what it was before there was a choice.
    ...(accumulationSteps > 1 ? { accumulationSteps } : {}),
    optimizer: optimizerFields(optimizer),
    tokens: kind === 'nlvr2' || kind === 'snli-ve' ? maxTokensLong : maxTokens,
    ...(configuration.dictionary.size > 0 ? { input } : {}),
  }
}

function optimizerFields({ milestones, milestoneFactor, ...rest }: Configuration['pretrain']['optimizer']): object {
  return rest.schedule === 'milestones' ? { ...rest, milestones, milestoneFactor } : rest
}

/** JSON with sorted keys: equal values give equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, found: unknown) =>
    typeof found === 'object' && found !== null && !Array.isArray(found)
      ? Object.fromEntries(Object.entries(found).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : found,
  )
}
