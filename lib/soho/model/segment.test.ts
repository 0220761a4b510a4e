import * as tf from '@tensorflow/tfjs-core'
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { miniConfiguration, miniImages, miniInput } from '../../../tests/mini-world.ts'
import type { Configuration } from '../config.ts'
import type { NamedArrays } from '../contract.ts'
import { WordPieces } from '../data/word-pieces.ts'
import { captionedImages, pretrainBatch } from '../pretrain/batch.ts'
import { addPretrainHeads } from '../pretrain/losses.ts'
import { pretrainForward } from '../pretrain/objective.ts'
import { differentiate } from '../train/step.ts'
import type { EncoderPlan } from './encoder-plan.ts'
import { linear } from './layers.ts'
import { toArray } from './parameters.ts'
import { segment } from './segment.ts'
import { createSoho } from './soho.ts'

const bottlenecks: EncoderPlan = { stem: { side: 7, width: 8, pool: true }, block: 'bottleneck', blocks: [2, 2], widths: [8, 16] }
const { data, vocabulary } = miniInput('pretrain')
const wordPieces = new WordPieces(vocabulary)
const pixels = await miniImages.read([0, 1, 2, 3])

interface Step {
  gradients: NamedArrays
  buffers: NamedArrays
  report: Record<string, number>
  /** Bytes in tensors when the forward pass has ended, and tensors left when everything that was handed over is gone. */
  bytes: number
  left: number
}

/** One step of pre-training, with dropout. */
function step(change: Partial<Configuration>, gradientCheckpointing: boolean, frozenEncoder = false, plan?: EncoderPlan): Step {
  const configuration = { ...miniConfiguration, ...change, memory: { gradientCheckpointing } }
  const model = createSoho(configuration, { vocabularySize: wordPieces.size, seed: 1, ...(plan ? { plan } : {}) })
  addPretrainHeads(model, wordPieces.size)
  const all = data.kind === 'pretrain' ? captionedImages(data.examples.train) : []
  const batch = pretrainBatch(all.slice(0, 4), all, wordPieces, configuration, 1, 0)
  const before = tf.memory()
  let bytes = 0
  const { gradients, report } = differentiate(model, [7, 9], frozenEncoder, (pass) => {
    const { dictionary, ...objective } = pretrainForward(model, pass, pixels, batch, 1, 0)
    for (const tensor of dictionary ? [dictionary.counts, dictionary.sums, dictionary.tokens] : []) tensor.dispose()
    bytes = tf.memory().numBytes - before.numBytes
    return objective
  })
  const arrays = new Map([...gradients].map(([name, tensor]) => [name, toArray(tensor, true)]))
  const left = tf.memory().numTensors - before.numTensors
  const trained = new Set(model.parameters.all().map(({ name }) => name))
  const buffers = new Map([...model.parameters.arrays()].filter(([name]) => !trained.has(name)))
  model.parameters.dispose()
  return { gradients: arrays, buffers, report, bytes, left }
}

/** Names of what is not in both, or not to the bit. */
function differing(a: NamedArrays, b: NamedArrays): string[] {
  const bytes = (arrays: NamedArrays, name: string) => {
    const { buffer, byteOffset, byteLength } = arrays.get(name)?.data ?? new Float32Array()
    return Buffer.from(buffer, byteOffset, byteLength)
  }
  return [...new Set([...a.keys(), ...b.keys()])].filter((name) => !bytes(a, name).equals(bytes(b, name)))
}

const frozenStem = { encoder: { ...miniConfiguration.encoder, freezeStem: true } }
const plain = { transformer: { ...miniConfiguration.transformer, dropout: 0 } }

describe.each([
  ['basic blocks', {}, false, undefined],
  ['bottlenecks', {}, false, bottlenecks],
  ['without dropout', plain, false, undefined],
  ['a frozen stem', frozenStem, false, undefined],
  ['a frozen encoder', {}, true, bottlenecks],
] as const)('with checkpoints, %s', (_, change, frozen, plan) => {
  const [off, on] = [step(change, false, frozen, plan), step(change, true, frozen, plan)]

  it('give the bits of gradients, losses and running statistics that are there without', () => {
    expect(on.report).toEqual(off.report)
    expect(differing(on.gradients, off.gradients)).toEqual([])
    expect(differing(on.buffers, off.buffers)).toEqual([])
  })

  it('hold less when the forward pass has ended, and nothing when the step has', () => {
    expect(on.bytes).toBeLessThan(0.7 * off.bytes)
    // Not the first such step: the kernels' constants are made at their first use.
    expect(step(change, true, frozen, plan).left).toBe(0)
  })
})

it('what is frozen is computed without a trace, and asked of no gradient', () => {
  const [free, frozen] = [step({}, false), step({}, false, true)]
  expect(frozen.bytes).toBeLessThan(0.8 * free.bytes)
  expect([...frozen.gradients.keys()].filter((name) => name.startsWith('backbone.'))).toEqual([])
  const rest = new Map([...free.gradients].filter(([name]) => !name.startsWith('backbone.')))
  expect(differing(frozen.gradients, rest)).toEqual([])
})

it('a segment that reads what it does not name is refused: a gradient would be lost', () => {
  const model = createSoho({ ...miniConfiguration, memory: { gradientCheckpointing: true } }, { vocabularySize: wordPieces.size, seed: 1 })
  const width = miniConfiguration.transformer.hiddenSize
  const objective = (layers: string[]) => () =>
    differentiate(model, [0, 0], false, (pass) => {
      const part = { layers, x: tf.ones([2, width]) as Tensor2D, constants: [] as [] }
      const name = 'bert.encoder.layer.0.attention.self.query'
      return { loss: tf.sum(segment(pass, part, (pass, x): Tensor => linear(pass, name, x))), report: {} }
    })
  expect(objective(['bert.encoder.layer.1'])).toThrow(/reads bert.encoder.layer.0.*no gradient/)
  expect(objective(['bert.encoder.layer.0'])().gradients.size).toBeGreaterThan(0)
})
