import type { Configuration } from '../config.ts'
import { blocksOf, encoderPlans } from '../model/encoder-plan.ts'
import type { EncoderPlan } from '../model/encoder-plan.ts'
import { shapeToOurs } from './layout.ts'
import type { TensorShape } from './names.ts'
import { everyPart, sortTensors } from './sort-tensors.ts'

type EncoderKind = Configuration['encoder']['kind']
export const weightKinds = ['resnet18', 'resnet50', 'resnet101', 'bert', 'soho', 'unknown'] as const
export type WeightKind = (typeof weightKinds)[number]

/** The Transformer of a file, with its embeddings. */
export interface TextFacts {
  layers: number
  hiddenSize: number
  feedForwardSize: number
  /** Rows of the position embedding. */
  positions: number
  /** Rows of the word embedding. */
  vocabularySize: number
  hasMlmHead: boolean
}

/** What a weights file holds for us. */
export interface WeightFacts {
  kind: WeightKind
  tensorCount: number
  /** The network that is there whole; null: none that we have. */
  encoder: EncoderKind | null
  text: TextFacts | null
  /** The file's names of tensors that are known and not used, and of those that are not known. */
  ignored: string[]
  extra: string[]
}

/** From names and shapes alone: no tensor is read. @throws WeightsError when two tensors are the same parameter */
export function describeWeights(tensors: readonly TensorShape[], file = ''): WeightFacts {
  const { layout, mapped, ignored, extra } = sortTensors(tensors, everyPart, file)
  const shapes = new Map([...mapped].map(([name, { shape }]) => [name, layout === 'ours' ? [...shape] : shapeToOurs(name, shape)]))
  const encoder = encoderOf(shapes)
  const text = textOf(shapes)
  return { kind: kindOf(encoder, text, shapes), tensorCount: tensors.length, encoder, text, ignored, extra }
}

function kindOf(encoder: EncoderKind | null, text: TextFacts | null, shapes: ReadonlyMap<string, number[]>): WeightKind {
  if (!encoder && !text) return 'unknown'
  if (encoder === 'small' || [...shapes.keys()].some((name) => name.startsWith('neck.'))) return 'soho'
  if (encoder && text) return 'soho'
  return encoder ?? 'bert'
}

function encoderOf(shapes: ReadonlyMap<string, number[]>): EncoderKind | null {
  const found = [...shapes.keys()].filter((name) => name.startsWith('backbone.')).length
  const fits = ([, plan]: [string, EncoderPlan]) => {
    const wanted = encoderShapes(plan)
    return wanted.size === found && [...wanted].every(([name, shape]) => shapes.get(name)?.join() === shape.join())
  }
  return (Object.entries(encoderPlans).find(fits)?.[0] as EncoderKind | undefined) ?? null
}

/** Every parameter and buffer of a network, in our layout: what `addEncoder` declares. */
export function encoderShapes(plan: EncoderPlan): Map<string, number[]> {
  const shapes = new Map<string, number[]>()
  const add = (convolution: string, norm: string, side: number, inputs: number, outputs: number) => {
    shapes.set(`${convolution}.weight`, [side, side, inputs, outputs])
    for (const part of ['weight', 'bias', 'running_mean', 'running_var']) shapes.set(`${norm}.${part}`, [outputs])
  }
  add('backbone.conv1', 'backbone.bn1', plan.stem.side, 3, plan.stem.width)
  for (const { name, inputs, width, outputs, stride } of blocksOf(plan)) {
    const isBasic = plan.block === 'basic'
    add(`${name}.conv1`, `${name}.bn1`, isBasic ? 3 : 1, inputs, width)
    add(`${name}.conv2`, `${name}.bn2`, 3, width, width)
    if (!isBasic) add(`${name}.conv3`, `${name}.bn3`, 1, width, outputs)
    if (stride > 1 || inputs !== outputs) add(`${name}.downsample.0`, `${name}.downsample.1`, 1, inputs, outputs)
  }
  return shapes
}

/** Null unless embeddings and at least one layer are there whole and agree on their width. */
function textOf(shapes: ReadonlyMap<string, number[]>): TextFacts | null {
  const [vocabularySize, hiddenSize] = shapes.get('bert.embeddings.word_embeddings.weight') ?? []
  const [positions] = shapes.get('bert.embeddings.position_embeddings.weight') ?? []
  const [, feedForwardSize] = shapes.get('bert.encoder.layer.0.intermediate.dense.weight') ?? []
  if (!vocabularySize || !hiddenSize || !positions || !feedForwardSize) return null
  const has = (wanted: Map<string, number[]>) => [...wanted].every(([name, shape]) => shapes.get(name)?.join() === shape.join())
  const embeddings = new Map([
    ['bert.embeddings.position_embeddings.weight', [positions, hiddenSize]],
    ['bert.embeddings.token_type_embeddings.weight', [2, hiddenSize]],
    ['bert.embeddings.LayerNorm.weight', [hiddenSize]],
    ['bert.embeddings.LayerNorm.bias', [hiddenSize]],
  ])
  let layers = 0
  while (has(layerShapes(layers, hiddenSize, feedForwardSize))) layers += 1
  if (layers === 0 || !has(embeddings)) return null
  return { layers, hiddenSize, feedForwardSize, positions, vocabularySize, hasMlmHead: has(mlmShapes(hiddenSize, vocabularySize)) }
}

function layerShapes(layer: number, width: number, wide: number): Map<string, number[]> {
  const name = `bert.encoder.layer.${layer}`
  const shapes = new Map<string, number[]>()
  const add = (part: string, inputs: number, outputs: number) => {
    shapes.set(`${name}.${part}.weight`, [inputs, outputs])
    shapes.set(`${name}.${part}.bias`, [outputs])
  }
  for (const part of ['query', 'key', 'value']) add(`attention.self.${part}`, width, width)
  add('attention.output.dense', width, width)
  add('intermediate.dense', width, wide)
  add('output.dense', wide, width)
  for (const part of ['attention.output', 'output'])
    for (const kind of ['weight', 'bias']) shapes.set(`${name}.${part}.LayerNorm.${kind}`, [width])
  return shapes
}

function mlmShapes(width: number, vocabularySize: number): Map<string, number[]> {
  return new Map([
    ['heads.mlm_bias', [vocabularySize]],
    ['heads.mlm.dense.weight', [width, width]],
    ['heads.mlm.dense.bias', [width]],
    ['heads.mlm.LayerNorm.weight', [width]],
    ['heads.mlm.LayerNorm.bias', [width]],
  ])
}
