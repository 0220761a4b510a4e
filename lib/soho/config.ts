import { z } from 'zod'

/**
 * Everything that determines a run's result, except code and data. Forms import this file, so it depends on zod alone.
 * The first alternative of every enum is the paper's wording; what the released reference code or measurements suggest
 * instead is a named value (see README.md beside this file for sources and reasons).
 */

export const stageKinds = ['pretrain', 'retrieval', 'vqa', 'nlvr2', 'snli-ve'] as const
export const StageKind = z.enum(stageKinds)
export type StageKind = z.infer<typeof StageKind>

export const taskKinds = ['retrieval', 'vqa', 'nlvr2', 'snli-ve'] as const
export const TaskKind = z.enum(taskKinds)
export type TaskKind = z.infer<typeof TaskKind>

/** The section of a configuration that is a stage's own. */
export const sectionOf = { pretrain: 'pretrain', retrieval: 'retrieval', vqa: 'vqa', nlvr2: 'nlvr2', 'snli-ve': 'snliVe' } as const

const Count = z.int().min(1)
const Share = z.number().min(0).max(1)
const Positive = z.number().positive()
/** A registered file by the sha256 of its bytes; null: none. */
const FileDigest = z.hash('sha256').nullable()

export const ImageConfiguration = z.strictObject({
  /** The image is scaled, keeping its ratio, until its short side has this length or its long side reaches the maximum. Pixels. */
  shortSidePx: z.int().min(32).max(2048),
  longSidePx: z.int().min(32).max(4096),
})

export const EncoderConfiguration = z.strictObject({
  /** `small`: 3x3 stem and one basic block per width; `resnet…`: torchvision's networks without the classifier. */
  kind: z.enum(['small', 'resnet18', 'resnet50', 'resnet101']),
  /** Epochs of pre-training in which the convolutional network is frozen (the neck trains). Paper: 10, with ImageNet weights. */
  coldStartEpochs: z.int().min(0).max(1000),
  /** Keep stem and stage 1 frozen, batch norm in evaluation mode, throughout (reference code). */
  freezeStem: z.boolean(),
})

export const NeckConfiguration = z.strictObject({
  kind: z.enum(['dictionary', 'gated', 'sum']),
  pool: z.enum(['after-convolution', 'before-convolution']),
  /** Batch norm before the dictionary. Off in the paper's wording; on by default: without it one codeword may take every token. */
  batchNorm: z.boolean(),
})

export const DictionaryConfiguration = z.strictObject({
  /** Number of codewords K; 0 = no dictionary: features go straight to the Transformer and there is no MVM loss. */
  size: z.int().min(0).max(65536),
  update: z.enum(['mean', 'smoothed-ema']),
  /** Moving-average factor gamma: how much of the old row is kept. */
  decay: Share,
  start: z.enum(['random', 'data']),
  /** Epochs of pre-training before the dictionary: features go straight to the Transformer and there is no MVM loss (own option, 0 in the paper). */
  warmupEpochs: z.int().min(0).max(1000),
  /** Replace dead codewords by random tokens (own option, not in the paper). */
  revive: z.boolean(),
  reviveEverySteps: Count,
  /** A codeword is dead when its usage is below this share of the mean usage. */
  reviveBelow: Share,
  /** Revival ends after this share of pre-training. */
  reviveUntil: Share,
})

export const TransformerConfiguration = z.strictObject({
  layers: z.int().min(1).max(48),
  hiddenSize: z.int().min(8).max(4096),
  heads: z.int().min(1).max(64),
  feedForwardSize: z.int().min(8).max(16384),
  dropout: z.number().min(0).max(0.9),
})

export const TextConfiguration = z.strictObject({
  /** Upper bound on the number of word pieces when the vocabulary is built from the pre-training texts. */
  vocabularySize: z.int().min(32).max(65536),
  /** Tokens including [CLS] and [SEP]: pre-training, retrieval, VQA. */
  maxTokens: z.int().min(4).max(512),
  /** Tokens including [CLS] and [SEP]: NLVR2, NLVR, SNLI-VE. */
  maxTokensLong: z.int().min(4).max(512),
  /** The user's word pieces, in place of built ones; `vocabularySize` then says nothing. */
  vocabulary: FileDigest.default(null).optional(),
})

/** How memory is spent; no result depends on it. Off in configurations stored before there was a choice. */
export const MemoryConfiguration = z.strictObject({
  /** Blocks and layers keep their inputs alone and are computed again in the backward pass: a third more time, a fraction of the memory. */
  gradientCheckpointing: z.boolean(),
})

/** Weights that pre-training starts from instead of random ones. Null everywhere in configurations stored before there was a choice. */
export const InitialConfiguration = z.strictObject({
  /** The convolutional network's: torchvision's, or the encoder of a model of this lab. */
  encoder: FileDigest,
  /** Word embedding, Transformer and MLM head: BERT's, of which the first layers are taken, or those of a model of this lab. */
  text: FileDigest,
})

export const OptimizerConfiguration = z.strictObject({
  /** Optimiser of the convolutional network; everything else is trained by AdamW. */
  encoder: z.enum(['sgd', 'adamw']),
  encoderLearningRate: Positive,
  encoderWeightDecay: z.number().min(0),
  learningRate: Positive,
  weightDecay: z.number().min(0),
  warmupSteps: z.int().min(0),
  schedule: z.enum(['milestones', 'cosine', 'linear', 'constant']),
  /** Epochs at which the rate is multiplied by `milestoneFactor` (schedule `milestones`). */
  milestones: z.array(Count),
  milestoneFactor: Share,
  /** Global L2 norm above which gradients are scaled down. 0 = never. */
  clipNorm: z.number().min(0),
})

const StageConfiguration = z.strictObject({
  epochs: z.int().min(1).max(1000),
  optimizer: OptimizerConfiguration,
})

export const PretrainConfiguration = StageConfiguration.extend({
  imagesPerBatch: Count,
  accumulationSteps: Count,
  /** Texts an image; half of them match it. */
  textsPerImage: z.literal(4),
  mlmProbability: Share,
  mlmHead: z.enum(['bert', 'tied-linear']),
  mvmHead: z.enum(['linear', 'cosine']),
  mvmChoice: z.enum(['index', 'cell']),
  mvmProbability: Share,
})

const TaskConfiguration = StageConfiguration.extend({
  /** Of an update. */
  examplesPerBatch: Count,
  /** The parts that a batch is computed in, one after the other: batch norm sees one at a time, the gradient is the mean over all examples. */
  accumulationSteps: Count.default(1),
  /** `dictionary`: fine-tune on dictionary embeddings; `features`: on the network's own (reference code). Left out when the dictionary is off. */
  input: z.enum(['dictionary', 'features']),
})

export const RetrievalConfiguration = TaskConfiguration.extend({
  /** Non-matching captions for each matching pair in a batch. */
  negativesPerPair: z.int().min(1).max(64),
})
export const VqaConfiguration = TaskConfiguration.extend({
  /** Answers given to at least so many training questions are candidates. */
  answerMinimumCount: Count,
})
export const Nlvr2Configuration = TaskConfiguration.extend({ head: z.enum(['mlp', 'linear']) })
export const SnliVeConfiguration = TaskConfiguration

export const Configuration = z.strictObject({
  image: ImageConfiguration,
  encoder: EncoderConfiguration,
  neck: NeckConfiguration,
  dictionary: DictionaryConfiguration,
  transformer: TransformerConfiguration,
  text: TextConfiguration,
  initial: InitialConfiguration.default({ encoder: null, text: null }),
  memory: MemoryConfiguration.default({ gradientCheckpointing: false }),
  pretrain: PretrainConfiguration,
  retrieval: RetrievalConfiguration,
  vqa: VqaConfiguration,
  nlvr2: Nlvr2Configuration,
  snliVe: SnliVeConfiguration,
})
export type Configuration = z.infer<typeof Configuration>

export const presetNames = ['tiny', 'ablation', 'paper'] as const
export const PresetName = z.enum(presetNames)
export type PresetName = z.infer<typeof PresetName>

/** By hand, when the same configuration can give another result: stages of another version are not reused. */
export const methodVersion = 4
