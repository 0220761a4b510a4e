import { createHash } from 'node:crypto'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { miniConfiguration, miniImages, miniInput, quietTools } from '../../tests/mini-world.ts'
import { stageKinds } from './config.ts'
import { StageInterruptedError } from './contract.ts'
import type { NamedArrays, StageResult } from './contract.ts'
import { Random } from './data/random.ts'
import { countConstants } from './nn/constants.ts'
import { runStage } from './run-stage.ts'
import { decodeSafetensors, encodeSafetensors } from './train/safetensors.ts'

interface Trace {
  result: StageResult
  losses: number[]
  checkpoints: Map<number, NamedArrays>
  tensors: number[]
}

/** A whole stage, with a checkpoint after every step. */
async function trace(kind: (typeof stageKinds)[number]): Promise<Trace> {
  const losses: number[] = []
  const checkpoints: Trace['checkpoints'] = new Map()
  const tensors: number[] = []
  const tools = quietTools({
    points: (step, { loss }) => {
      if (loss !== undefined) losses[step] = loss
      // Constants are bounded by themselves, and every new length of a text brings some.
      tensors.push(tf.memory().numTensors - countConstants())
      return Promise.resolve()
    },
    shouldCheckpoint: () => true,
    checkpoint: (step, arrays) => Promise.resolve(void checkpoints.set(step, arrays)),
  })
  return { result: await runStage(miniInput(kind), tools), losses, checkpoints, tensors }
}

/** Equal for equal bits alone: zeros of two signs differ. */
const bits = (arrays: NamedArrays) => createHash('sha256').update(encodeSafetensors(arrays)).digest('hex')
/** Through a file, as a checkpoint goes. */
const stored = (arrays: NamedArrays) => decodeSafetensors(encodeSafetensors(arrays)).arrays

describe.each(stageKinds)('%s', (kind) => {
  let first: Trace
  beforeAll(async () => {
    first = await trace(kind)
  })

  it('gives bit-equal weights, losses and scores for equal seeds', async () => {
    const [a, b] = [first, await trace(kind)]
    expect(b.losses).toEqual(a.losses)
    expect(bits(b.result.weights)).toBe(bits(a.result.weights))
    expect(b.result.evaluations).toEqual(a.result.evaluations)
  })

  it('gives other weights for another seed', async () => {
    const other = await runStage(miniInput(kind, { seed: 4 }), quietTools())
    expect(bits(other.weights)).not.toBe(bits(first.result.weights))
  })

  it('continues from any checkpoint to the bits of the run that never stopped', async () => {
    const { result, losses, checkpoints } = first
    const steps = [...checkpoints.keys()]
    const random = new Random(Date.now() % 100_000, 'kill points')
    const chosen = [steps[0], steps.at(-1), ...Array.from({ length: 3 }, () => steps[random.integer(steps.length)])] as number[]
    for (const step of new Set(chosen)) {
      const again: number[] = []
      const points = (at: number, { loss }: Record<string, number>) => Promise.resolve(void (loss === undefined || (again[at] = loss)))
      const resume = { step, arrays: stored(checkpoints.get(step) as NamedArrays) }
      const continued = await runStage(miniInput(kind, { resume }), quietTools({ points }))
      expect(again.slice(step), `losses from step ${step}`).toEqual(losses.slice(step))
      expect(bits(continued.weights), `weights from step ${step}`).toBe(bits(result.weights))
      expect(continued.evaluations, `scores from step ${step}`).toEqual(result.evaluations)
    }
  })

  it('writes a checkpoint when it is asked to stop, and goes on from there', async () => {
    const { result } = first
    const stop = new AbortController()
    let kept: { step: number; arrays: NamedArrays } | null = null
    const tools = quietTools({
      signal: stop.signal,
      points: (step) => Promise.resolve(step === 2 ? stop.abort() : undefined),
      checkpoint: (step, arrays) => Promise.resolve(void (kept = { step, arrays })),
    })
    await expect(runStage(miniInput(kind), tools)).rejects.toThrow(StageInterruptedError)
    expect(kept).toMatchObject({ step: 3 })
    const continued = await runStage(miniInput(kind, { resume: kept }), quietTools())
    expect(bits(continued.weights)).toBe(bits(result.weights))
  })

  it.skipIf(kind === 'pretrain')('stops in the evaluation too, and goes on in it', async () => {
    const { result, checkpoints } = first
    const last = Math.max(...checkpoints.keys())
    const stop = new AbortController()
    let kept: { step: number; arrays: NamedArrays } | null = null
    const stopAfterTraining = (step: number) => Promise.resolve(step === last - 1 ? void setImmediate(() => stop.abort()) : undefined)
    const checkpoint = (step: number, arrays: NamedArrays) => Promise.resolve(void (kept = { step, arrays: stored(arrays) }))
    const tools = quietTools({ signal: stop.signal, points: stopAfterTraining, checkpoint })
    await expect(runStage(miniInput(kind), tools)).rejects.toThrow(StageInterruptedError)
    expect(kept).toMatchObject({ step: last })
    const continued = await runStage(miniInput(kind, { resume: kept }), quietTools())
    expect(bits(continued.weights)).toBe(bits(result.weights))
    expect(continued.evaluations).toEqual(result.evaluations)
  })

  it('holds as many tensors after one epoch as after the next', async () => {
    const { tensors } = first
    const perEpoch = tensors.length / (kind === 'pretrain' ? 4 : 3)
    expect(new Set(tensors.slice(Math.ceil(2 * perEpoch))).size).toBe(1)
  })
})

describe('images of two orientations', () => {
  it.each(['pretrain', 'vqa'] as const)('%s trains on batches of one orientation and evaluates all', async (kind) => {
    const batches: number[][] = []
    const images = {
      ...miniImages,
      isWide: (index: number) => index % 2 === 1,
      read: (indexes: readonly number[]) => {
        batches.push([...indexes])
        return miniImages.read(indexes)
      },
    }
    const vqa = { ...miniConfiguration.vqa, examplesPerBatch: 4, accumulationSteps: 1, epochs: 1 }
    const result = await runStage(miniInput(kind, { images, configuration: { ...miniConfiguration, vqa } }), quietTools())
    const training = batches.filter((batch) => batch.length === 4 && batch.every((image) => image < 16))
    expect(training.length).toBeGreaterThanOrEqual(4)
    for (const batch of training) expect(new Set(batch.map(images.isWide)).size, batch.join()).toBe(1)
    expect(result.evaluations.every(({ exampleCount }) => exampleCount > 0)).toBe(true)
  })
})
