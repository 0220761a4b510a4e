import { describe, expect, it } from 'vitest'
import { presets } from '../presets.ts'
import type { Configuration } from '../config.ts'
import type { NamedArray, NamedArrays } from '../contract.ts'
import { addEncoder } from '../model/encoder.ts'
import { encoderPlans } from '../model/encoder-plan.ts'
import type { EncoderPlan } from '../model/encoder-plan.ts'
import { Parameters } from '../model/parameters.ts'
import { createSoho } from '../model/soho.ts'
import { addPretrainHeads } from '../pretrain/losses.ts'
import { encoderMisfit, textMisfit } from './check-fit.ts'
import { describeWeights, encoderShapes } from './describe-weights.ts'
import { exportWeights } from './export-weights.ts'
import { fitWeights, importWeights, translateWeights } from './import-weights.ts'

type Shapes = Map<string, number[]>

/** torchvision's `state_dict` of a ResNet: its names, order and shapes, written down independently of the mapping. */
function torchvisionResNet({ block, blocks, widths, stem }: EncoderPlan): Shapes {
  const shapes: Shapes = new Map()
  const norm = (name: string, width: number) => {
    for (const part of ['weight', 'bias', 'running_mean', 'running_var']) shapes.set(`${name}.${part}`, [width])
    shapes.set(`${name}.num_batches_tracked`, [])
  }
  shapes.set('conv1.weight', [stem.width, 3, 7, 7])
  norm('bn1', stem.width)
  let inputs = stem.width
  widths.forEach((width, stage) => {
    for (let j = 0; j < (blocks[stage] as number); j += 1) {
      const name = `layer${stage + 1}.${j}`
      const outputs = block === 'basic' ? width : 4 * width
      const kernels = block === 'basic' ? [[width, inputs, 3], [width, width, 3]] : [[width, inputs, 1], [width, width, 3], [outputs, width, 1]] // prettier-ignore
      kernels.forEach(([o = 0, i = 0, side = 0], k) => {
        shapes.set(`${name}.conv${k + 1}.weight`, [o, i, side, side])
        norm(`${name}.bn${k + 1}`, o)
      })
      if (j === 0 && (stage > 0 || block === 'bottleneck')) {
        shapes.set(`${name}.downsample.0.weight`, [outputs, inputs, 1, 1])
        norm(`${name}.downsample.1`, outputs)
      }
      inputs = outputs
    }
  })
  return shapes.set('fc.weight', [1000, inputs]).set('fc.bias', [1000])
}

interface BertSize {
  layers: number
  width: number
  wide: number
  words: number
  positions: number
}
const bertBase: BertSize = { layers: 12, width: 768, wide: 3072, words: 30522, positions: 512 }

/** Hugging Face's `state_dict` of a BertForPreTraining. */
function huggingFaceBert({ layers, width, wide, words, positions }: BertSize, prefix = 'bert.', scale = 'weight', offset = 'bias'): Shapes {
  const shapes: Shapes = new Map()
  const norm = (name: string) => shapes.set(`${name}.${scale}`, [width]).set(`${name}.${offset}`, [width])
  const linear = (name: string, o: number, i: number) => shapes.set(`${name}.weight`, [o, i]).set(`${name}.bias`, [o])
  shapes.set(`${prefix}embeddings.word_embeddings.weight`, [words, width])
  shapes.set(`${prefix}embeddings.position_embeddings.weight`, [positions, width])
  shapes.set(`${prefix}embeddings.token_type_embeddings.weight`, [2, width])
  norm(`${prefix}embeddings.LayerNorm`)
  for (let n = 0; n < layers; n += 1) {
    const name = `${prefix}encoder.layer.${n}`
    for (const part of ['query', 'key', 'value']) linear(`${name}.attention.self.${part}`, width, width)
    linear(`${name}.attention.output.dense`, width, width)
    norm(`${name}.attention.output.LayerNorm`)
    linear(`${name}.intermediate.dense`, wide, width)
    linear(`${name}.output.dense`, width, wide)
    norm(`${name}.output.LayerNorm`)
  }
  linear(`${prefix}pooler.dense`, width, width)
  return shapes
}

function withHeads(shapes: Shapes, { width, words }: BertSize, scale = 'weight', offset = 'bias'): Shapes {
  shapes.set('cls.predictions.bias', [words]).set('cls.predictions.decoder.weight', [words, width])
  shapes.set('cls.predictions.transform.dense.weight', [width, width]).set('cls.predictions.transform.dense.bias', [width])
  shapes.set(`cls.predictions.transform.LayerNorm.${scale}`, [width]).set(`cls.predictions.transform.LayerNorm.${offset}`, [width])
  return shapes.set('cls.seq_relationship.weight', [2, width]).set('cls.seq_relationship.bias', [2])
}

let counter = 0
function filled(shapes: Shapes): NamedArrays {
  return new Map(
    [...shapes].map(([name, shape]): [string, NamedArray] => {
      const size = shape.reduce((a, b) => a * b, 1)
      return [name, { shape, data: Float32Array.from({ length: size }, () => (counter = (counter + 1) % 1_000_003)) }]
    }),
  )
}

const entries = (shapes: Shapes) => [...shapes].map(([name, shape]) => ({ name, shape }))
const pick = (arrays: NamedArrays, wanted: (name: string) => boolean) => new Map([...arrays].filter(([name]) => wanted(name)))
const sorted = (arrays: NamedArrays) => new Map([...arrays].toSorted(([a], [b]) => (a < b ? -1 : 1)))

/** A thin network with the names of a real one. */
const thin = (kind: 'resnet18' | 'resnet50' | 'resnet101'): EncoderPlan => ({
  ...encoderPlans[kind],
  stem: { side: 7, width: 4, pool: true },
  widths: [4, 6, 8, 10],
})
const resNets = [
  ['resnet18', 122],
  ['resnet50', 320],
  ['resnet101', 626],
] as const

describe.each(resNets)('%s of torchvision', (kind, tensorCount) => {
  it('has the names and shapes that our encoder declares', () => {
    const parameters = new Parameters(1)
    addEncoder(parameters, thin(kind))
    const declared = parameters.shapes()
    parameters.dispose()
    expect(sorted(declared as never)).toEqual(sorted(encoderShapes(thin(kind)) as never))
    const theirs = torchvisionResNet(thin(kind))
    expect(theirs.size).toBe(tensorCount)
    const { loaded, missing, extra, ignored, wrongShape } = importWeights(filled(theirs), declared)
    expect({ loaded: loaded.length, missing, extra, wrongShape }).toEqual({ loaded: declared.size, missing: [], extra: [], wrongShape: [] })
    expect(ignored.filter((name) => !name.endsWith('num_batches_tracked'))).toEqual(['fc.weight', 'fc.bias'])
    expect(ignored).toHaveLength(tensorCount - declared.size)
  })

  it('is recognised at its true widths, fits its own encoder and no other', () => {
    const facts = describeWeights(entries(torchvisionResNet(encoderPlans[kind])))
    expect(facts).toMatchObject({ kind, encoder: kind, text: null, tensorCount, extra: [] })
    for (const other of ['small', 'resnet18', 'resnet50', 'resnet101'] as const) {
      const misfit = encoderMisfit(facts, { ...presets.ablation, encoder: { ...presets.ablation.encoder, kind: other } })
      expect(misfit).toBe(other === kind ? null : `it holds the weights of ${kind}, and the encoder is ${other}`)
    }
  })

  it('comes back as it went in', () => {
    const theirs = filled(torchvisionResNet(thin(kind)))
    const { arrays } = translateWeights(theirs)
    const back = exportWeights(arrays, 'encoder')
    const counts = [...back].filter(([name]) => name.endsWith('num_batches_tracked'))
    expect(counts).toHaveLength([...theirs.keys()].filter((name) => name.endsWith('num_batches_tracked')).length)
    expect(counts.every(([, { shape, data }]) => shape.length === 0 && data[0] === 0)).toBe(true)
    const weights = (name: string) => !name.startsWith('fc.') && !name.endsWith('num_batches_tracked')
    expect(sorted(pick(back, weights))).toEqual(sorted(pick(theirs, weights)))
  })
})

it('a network of other widths is not taken for one of ours', () => {
  const wide = torchvisionResNet({ ...encoderPlans.resnet50, widths: [128, 256, 512, 1024] })
  expect(describeWeights(entries(wide))).toMatchObject({ kind: 'unknown', encoder: null })
  expect(describeWeights(entries(torchvisionResNet({ ...encoderPlans.resnet18, blocks: [3, 4, 6, 3] })))).toMatchObject({ kind: 'unknown' })
  const torn = torchvisionResNet(encoderPlans.resnet18)
  torn.delete('layer3.1.bn2.running_var')
  expect(describeWeights(entries(torn))).toMatchObject({ kind: 'unknown', encoder: null })
})

const size: BertSize = { layers: 4, width: 8, wide: 24, words: 37, positions: 40 }
const configuration: Configuration = {
  ...presets.tiny,
  transformer: { ...presets.tiny.transformer, layers: 3, hiddenSize: 8, heads: 2, feedForwardSize: 24 },
}

function modelShapes(of: Configuration = configuration): Map<string, number[]> {
  const model = createSoho(of, { vocabularySize: size.words, seed: 1 })
  addPretrainHeads(model, size.words)
  const shapes = model.parameters.shapes()
  model.parameters.dispose()
  return shapes
}

describe('BERT of Hugging Face', () => {
  it.each([
    ['with prefix and heads', withHeads(huggingFaceBert(size), size)],
    ['bare, without prefix', huggingFaceBert(size, '')],
    ['old, with gamma and beta', withHeads(huggingFaceBert(size, 'bert.', 'gamma', 'beta'), size, 'gamma', 'beta')],
  ])('%s: the first layers are taken, with the first rows of the positions', (name, shapes) => {
    const theirs = filled(shapes)
    const found = importWeights(theirs, modelShapes())
    const hasHead = shapes.has('cls.predictions.bias')
    // Embeddings, three layers, and the head.
    expect(found.loaded).toHaveLength(5 + 3 * 16 + (hasHead ? 5 : 0))
    expect(found.missing.filter((missing) => missing.startsWith('bert.'))).toEqual([])
    expect(found.missing).toContain('neck.conv.weight')
    expect(found).toMatchObject({ extra: [], wrongShape: [] })
    // The fourth layer, the pooler; the tied decoder and the next-sentence head where they are.
    expect(found.ignored).toHaveLength(16 + 2 + (hasHead ? 3 : 0))
    const positions = found.arrays.get('bert.embeddings.position_embeddings.weight')
    expect(positions?.shape).toEqual([32, size.width])
    const given = [...theirs].find(([one]) => one.endsWith('position_embeddings.weight'))?.[1]
    expect(positions?.data).toEqual(given?.data.subarray(0, 32 * size.width))
  })

  it('a linear layer and a kernel are turned, an embedding is not', () => {
    const theirs = filled(huggingFaceBert(size))
    const { arrays } = translateWeights(theirs)
    const wide = arrays.get('bert.encoder.layer.0.intermediate.dense.weight')
    expect(wide?.shape).toEqual([size.width, size.wide])
    const given = theirs.get('bert.encoder.layer.0.intermediate.dense.weight')
    // [input 5, output 17] of ours is [output 17, input 5] of theirs.
    expect(wide?.data[5 * size.wide + 17]).toBe(given?.data[17 * size.width + 5])
    expect(arrays.get('bert.embeddings.word_embeddings.weight')).toEqual(theirs.get('bert.embeddings.word_embeddings.weight'))
    const kernel = filled(new Map([['conv1.weight', [5, 3, 7, 7]]]))
    const ours = translateWeights(kernel).arrays.get('backbone.conv1.weight')
    expect(ours?.shape).toEqual([7, 7, 3, 5])
    expect(ours?.data[((2 * 7 + 6) * 3 + 1) * 5 + 4]).toBe(kernel.get('conv1.weight')?.data[((4 * 3 + 1) * 7 + 2) * 7 + 6])
  })

  it('comes back as a bare BertModel as it went in', () => {
    const theirs = filled(huggingFaceBert(size, ''))
    const back = exportWeights(translateWeights(theirs).arrays, 'text')
    expect(sorted(back)).toEqual(sorted(pick(theirs, (name) => !name.startsWith('pooler.'))))
  })

  it('is recognised at its true size, and says why it does not fit', () => {
    const shapes = withHeads(huggingFaceBert(bertBase), bertBase)
    expect(shapes.size).toBe(199 + 8)
    const facts = describeWeights(entries(shapes))
    const { layers, width: hiddenSize, wide: feedForwardSize, positions, words: vocabularySize } = bertBase
    expect(facts).toMatchObject({ kind: 'bert', encoder: null, text: { layers, hiddenSize, feedForwardSize, positions, vocabularySize } })
    expect(facts.text?.hasMlmHead).toBe(true)
    const { ablation, paper, tiny } = presets
    expect(textMisfit(facts, 30522, ablation)).toBeNull()
    expect(textMisfit(facts, 30522, paper)).toBeNull()
    expect(textMisfit(facts, null, ablation)).toMatch(/choose that vocabulary file too/)
    expect(textMisfit(facts, 28996, ablation)).toMatch(/30522 rows, and the vocabulary 28996/)
    expect(textMisfit(facts, 30522, tiny)).toMatch(/hidden size is 768, and the configuration's 128/)
    const deeper = { ...paper, transformer: { ...paper.transformer, layers: 13 } }
    expect(textMisfit(facts, 30522, deeper)).toMatch(/12 Transformer layers, and the configuration 13/)
    expect(encoderMisfit(facts, ablation)).toMatch(/no encoder/)
  })
})

describe('our own weights', () => {
  it('are taken as they are, and after an export turned back, also where a matrix is square', () => {
    const ours = filled(modelShapes())
    const exported = exportWeights(ours)
    expect(exported.get('backbone.conv1.weight')?.shape).toEqual([32, 3, 3, 3])
    for (const arrays of [ours, exported]) {
      const { arrays: back, missing, extra, wrongShape } = importWeights(arrays, modelShapes())
      expect({ missing, extra, wrongShape }).toEqual({ missing: [], extra: [], wrongShape: [] })
      expect(sorted(back)).toEqual(sorted(ours))
    }
    const facts = describeWeights(entries(modelShapes()))
    expect(facts).toMatchObject({ kind: 'soho', encoder: 'small', text: { layers: 3, hiddenSize: 8, hasMlmHead: true } })
  })

  it('give one part alone when one is asked for', () => {
    const { arrays, ignored } = translateWeights(filled(modelShapes()), ['encoder'])
    expect([...arrays.keys()].every((name) => name.startsWith('backbone.'))).toBe(true)
    expect(ignored).toContain('bert.embeddings.LayerNorm.bias')
  })
})

it('what is missing, unknown or of another shape is listed by name', () => {
  const arrays = filled(modelShapes())
  arrays.delete('neck.conv.weight')
  arrays.set('backbone.bn1.bias', { shape: [31], data: new Float32Array(31) })
  arrays.set('heads.vqa.weight', { shape: [1], data: new Float32Array(1) })
  arrays.set('something.else', { shape: [1], data: new Float32Array(1) })
  const found = importWeights(arrays, modelShapes())
  expect(found.missing).toEqual(['neck.conv.weight'])
  expect(found.wrongShape).toEqual([{ name: 'backbone.bn1.bias', found: [31], wanted: [32] }])
  expect(found.extra.toSorted()).toEqual(['heads.vqa.weight', 'something.else'])
  expect(found.loaded).toHaveLength(modelShapes().size - 2)
  expect(fitWeights(new Map(), modelShapes()).missing).toHaveLength(modelShapes().size)
})

it('two tensors for one parameter are refused', () => {
  const twice = filled(new Map([['conv1.weight', [4, 3, 7, 7]], ['backbone.conv1.weight', [4, 3, 7, 7]]])) // prettier-ignore
  expect(() => translateWeights(twice)).toThrow('the tensors conv1.weight and backbone.conv1.weight are the same parameter')
})
