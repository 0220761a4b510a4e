import type { Configuration } from '#lib/soho/config'

const optimizer = {
  encoder: 'encoder optimiser',
  encoderLearningRate: 'encoder learning rate',
  encoderWeightDecay: 'encoder weight decay',
  learningRate: 'learning rate',
  weightDecay: 'weight decay',
  warmupSteps: 'warm-up steps',
  schedule: 'schedule',
  milestones: 'milestones (epochs)',
  milestoneFactor: 'milestone factor',
  clipNorm: 'gradient clip norm',
}

function stage(path: string, name: string, fields: Record<string, string>): [string, string][] {
  const own = {
    epochs: 'epochs',
    ...fields,
    ...Object.fromEntries(Object.entries(optimizer).map(([key, text]) => [`optimizer.${key}`, text])),
  }
  return Object.entries(own).map(([key, text]) => [`${path}.${key}`, `${name} ${text}`])
}

const task = { examplesPerBatch: 'examples per batch', accumulationSteps: 'accumulation steps', input: 'input' }

/** What each part of the configuration is called: lists of fields are grouped by it. */
export const sectionLabels: Readonly<Record<keyof Configuration, string>> = {
  image: 'Images',
  encoder: 'Encoder',
  neck: 'Neck',
  dictionary: 'Dictionary',
  transformer: 'Transformer',
  text: 'Text',
  initial: 'Weights to start from',
  memory: 'Memory',
  pretrain: 'Pre-training',
  retrieval: 'Retrieval',
  vqa: 'VQA',
  nlvr2: 'NLVR2',
  snliVe: 'SNLI-VE',
}

/** What each configuration field is called, by its dot path. */
export const fieldLabels: Readonly<Record<string, string>> = {
  'image.shortSidePx': 'Image short side (px)',
  'image.longSidePx': 'Image long side (px)',
  'encoder.kind': 'Encoder',
  'encoder.coldStartEpochs': 'Cold-start epochs',
  'encoder.freezeStem': 'Frozen stem',
  'neck.kind': 'Neck',
  'neck.pool': 'Neck pool',
  'neck.batchNorm': 'Neck batch norm',
  'dictionary.size': 'Dictionary size',
  'dictionary.update': 'Dictionary update',
  'dictionary.decay': 'Dictionary decay',
  'dictionary.start': 'Dictionary start',
  'dictionary.warmupEpochs': 'Dictionary warm-up epochs',
  'dictionary.revive': 'Revive dead codewords',
  'dictionary.reviveEverySteps': 'Revival interval (steps)',
  'dictionary.reviveBelow': 'Revival threshold',
  'dictionary.reviveUntil': 'Revival ends at',
  'transformer.layers': 'Transformer layers',
  'transformer.hiddenSize': 'Hidden size',
  'transformer.heads': 'Attention heads',
  'transformer.feedForwardSize': 'Feed-forward size',
  'transformer.dropout': 'Dropout',
  'text.vocabularySize': 'Vocabulary size',
  'text.maxTokens': 'Text length (tokens)',
  'text.maxTokensLong': 'Long text length (tokens)',
  'text.vocabulary': 'Vocabulary file',
  'initial.encoder': 'Encoder weights',
  'initial.text': 'Text weights',
  'memory.gradientCheckpointing': 'Gradient checkpointing',
  ...Object.fromEntries([
    ...stage('pretrain', 'Pre-training', {
      imagesPerBatch: 'images per batch',
      accumulationSteps: 'accumulation steps',
      mlmProbability: 'MLM probability',
      mlmHead: 'MLM head',
      mvmHead: 'MVM head',
      mvmChoice: 'MVM choice',
      mvmProbability: 'MVM probability',
    }),
    ...stage('retrieval', 'Retrieval', { ...task, negativesPerPair: 'negatives per pair' }),
    ...stage('vqa', 'VQA', { ...task, answerMinimumCount: 'answer minimum count' }),
    ...stage('nlvr2', 'NLVR2', { ...task, head: 'head' }),
    ...stage('snliVe', 'SNLI-VE', task),
  ]),
}
