import type { Configuration, PresetName } from './config.ts'

type Optimizer = Configuration['pretrain']['optimizer']

const tinyOptimizer = (learningRate: number): Optimizer => ({
  encoder: 'adamw',
  encoderLearningRate: learningRate,
  encoderWeightDecay: 1e-2,
  learningRate,
  weightDecay: 1e-2,
  warmupSteps: 50,
  schedule: 'cosine',
  milestones: [],
  milestoneFactor: 0.1,
  clipNorm: 10,
})
const paperOptimizer = (milestones: number[]): Optimizer => ({
  encoder: 'sgd',
  encoderLearningRate: 1e-2,
  encoderWeightDecay: 5e-4,
  learningRate: 1e-4,
  weightDecay: 1e-2,
  warmupSteps: 1000,
  schedule: 'milestones',
  milestones,
  milestoneFactor: 0.1,
  clipNorm: 10,
})

const tiny: Configuration = {
  image: { shortSidePx: 64, longSidePx: 64 },
  encoder: { kind: 'small', coldStartEpochs: 0, freezeStem: false },
  neck: { kind: 'dictionary', pool: 'after-convolution', batchNorm: true },
  dictionary: {
    size: 64,
    update: 'mean',
    decay: 0.95,
    start: 'data',
    warmupEpochs: 2,
    revive: true,
    reviveEverySteps: 20,
    reviveBelow: 0.1,
    reviveUntil: 0.7,
  },
  transformer: { layers: 3, hiddenSize: 128, heads: 4, feedForwardSize: 512, dropout: 0 },
  text: { vocabularySize: 512, maxTokens: 16, maxTokensLong: 32, vocabulary: null },
  initial: { encoder: null, text: null },
  memory: { gradientCheckpointing: false },
  pretrain: {
    epochs: 4,
    optimizer: tinyOptimizer(1e-3),
    imagesPerBatch: 8,
    accumulationSteps: 1,
    textsPerImage: 4,
    mlmProbability: 0.3,
    mlmHead: 'bert',
    mvmHead: 'linear',
    mvmChoice: 'index',
    mvmProbability: 1,
  },
  retrieval: {
    epochs: 1,
    optimizer: tinyOptimizer(7e-4),
    examplesPerBatch: 80,
    accumulationSteps: 1,
    input: 'dictionary',
    negativesPerPair: 1,
  },
  vqa: {
    epochs: 2,
    optimizer: tinyOptimizer(5e-4),
    examplesPerBatch: 32,
    accumulationSteps: 1,
    input: 'dictionary',
    answerMinimumCount: 1,
  },
  nlvr2: { epochs: 1, optimizer: tinyOptimizer(5e-4), examplesPerBatch: 16, accumulationSteps: 1, input: 'dictionary', head: 'mlp' },
  snliVe: { epochs: 1, optimizer: tinyOptimizer(1e-3), examplesPerBatch: 32, accumulationSteps: 1, input: 'dictionary' },
}

/**
 * The setting of the paper's ablations and of the released code. Certainty of the values: S specified, C read in the released code, M
 * remembered from the paper and not checked, O our own where nothing is known.
 *
 * ResNet-18 C; 3 layers C; 768 / 12 / 3072, dropout 0.1 C; 2,048 codewords C; first 10 epochs frozen S; 600 / 1000 px C; 16 text tokens C (32
 * for statements O); decay 0.99 O (C: 0.4 with smoothing); batch norm in the neck C; heads of MLM as BERT M, of MVM linear O (C: cosine);
 * 4 texts an image S; every image masked O (C: 0.015 of them); 40 epochs C, rates 1e-2 and 1e-4 C, encoder's decay 5e-4 M (C: 1e-4), a tenth at
 * 25 and 35 C, warm-up 1,000 steps from a third C, clipping at 10 C, 256 images (1,024 pairs) an update C. VQA: 18 epochs, a tenth at 12 and
 * 16, batch 256 M, answers given at least 9 times S. NLVR2: as VQA with 128 M. SNLI-VE: 6 epochs, 128, a tenth after 4 M. Retrieval: 24 images
 * (their captions, of which one an image matches and 23 of others do not), 20 epochs, halved at 2, 4, 8, 12 M. Batches of tasks in parts of 4 to
 * 16 images O.
 */
const ablation: Configuration = {
  image: { shortSidePx: 600, longSidePx: 1000 },
  encoder: { kind: 'resnet18', coldStartEpochs: 10, freezeStem: false },
  neck: { kind: 'dictionary', pool: 'after-convolution', batchNorm: true },
  dictionary: {
    size: 2048,
    update: 'mean',
    decay: 0.99,
    start: 'random',
    warmupEpochs: 0,
    revive: false,
    reviveEverySteps: 20,
    reviveBelow: 0.1,
    reviveUntil: 0.7,
  },
  transformer: { layers: 3, hiddenSize: 768, heads: 12, feedForwardSize: 3072, dropout: 0.1 },
  text: { vocabularySize: 30522, maxTokens: 16, maxTokensLong: 32, vocabulary: null },
  initial: { encoder: null, text: null },
  memory: { gradientCheckpointing: false },
  pretrain: {
    epochs: 40,
    optimizer: paperOptimizer([25, 35]),
    imagesPerBatch: 16,
    accumulationSteps: 16,
    textsPerImage: 4,
    mlmProbability: 0.15,
    mlmHead: 'bert',
    mvmHead: 'linear',
    mvmChoice: 'index',
    mvmProbability: 1,
  },
  retrieval: {
    epochs: 20,
    examplesPerBatch: 120,
    accumulationSteps: 4,
    input: 'dictionary',
    negativesPerPair: 23,
    optimizer: {
      ...paperOptimizer([2, 4, 8, 12]),
      encoder: 'adamw',
      encoderLearningRate: 1e-4,
      encoderWeightDecay: 1e-2,
      milestoneFactor: 0.5,
    },
  },
  vqa: {
    epochs: 18,
    optimizer: paperOptimizer([12, 16]),
    examplesPerBatch: 256,
    accumulationSteps: 4,
    input: 'dictionary',
    answerMinimumCount: 9,
  },
  nlvr2: {
    epochs: 18,
    optimizer: paperOptimizer([12, 16]),
    examplesPerBatch: 128,
    accumulationSteps: 16,
    input: 'dictionary',
    head: 'mlp',
  },
  snliVe: {
    epochs: 6,
    examplesPerBatch: 128,
    accumulationSteps: 2,
    input: 'dictionary',
    optimizer: { ...paperOptimizer([4]), encoder: 'adamw', encoderLearningRate: 1e-4, encoderWeightDecay: 1e-2 },
  },
}

/** The main results': as `ablation`, with ResNet-101 M, 12 layers M and 1,024 images (4,096 pairs) an update M. */
const paper: Configuration = {
  ...ablation,
  encoder: { ...ablation.encoder, kind: 'resnet101' },
  transformer: { ...ablation.transformer, layers: 12 },
  memory: { gradientCheckpointing: true },
  pretrain: { ...ablation.pretrain, accumulationSteps: 64 },
}

export const presets: Record<PresetName, Configuration> = { tiny, ablation, paper }
