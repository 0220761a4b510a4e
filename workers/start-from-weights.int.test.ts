import { Readable } from 'node:stream'
import type { ReadableStream as WebStream } from 'node:stream/web'
import { afterEach, expect, test, vi } from 'vitest'
import { readArtifact } from '#lib/artifacts'
import { db } from '#lib/db'
import { createAblation } from '#lib/services/ablations/create-ablation'
import { getAblation } from '#lib/services/ablations/get-ablation'
import { systemContext } from '#lib/services/context'
import { registerWeightFile } from '#lib/services/weights/register-weight-file'
import type { NamedArrays } from '#lib/soho/contract'
import { encoderPlans } from '#lib/soho/model/encoder-plan'
import { decodeSafetensors, encodeSafetensors } from '#lib/soho/train/safetensors'
import { encoderShapes } from '#lib/soho/weights/describe-weights'
import { exportWeights } from '#lib/soho/weights/export-weights'
import { createSmallDataset, smallOverrides } from '../tests/small-dataset.ts'
import { endWorkers, startWorker, until } from '../tests/own-worker.ts'

const patienceMs = 170_000
vi.setConfig({ testTimeout: patienceMs })
afterEach(endWorkers)

const ctx = systemContext('test')
const special = ['[UNK]', '[CLS]', '[SEP]', '[MASK]']
const words = ['a', 'square', 'there', 'is', 'one', 'and', 'it', 'red', 'green', 'blue', 'yellow']
const vocabulary = ['[PAD]', ...Array.from({ length: 99 }, (_, i) => `[unused${i}]`), ...special, ...words]

/** A deeper Transformer than the configuration's, with more positions. */
const text = { layers: 2, hiddenSize: 32, feedForwardSize: 64, positions: 50 }

function textShapes(): Map<string, number[]> {
  const { layers, hiddenSize: width, feedForwardSize: wide, positions } = text
  const shapes = new Map<string, number[]>()
  const linear = (name: string, inputs: number, outputs: number) => shapes.set(`${name}.weight`, [inputs, outputs]).set(`${name}.bias`, [outputs]) // prettier-ignore
  const norm = (name: string) => shapes.set(`${name}.weight`, [width]).set(`${name}.bias`, [width])
  shapes.set('bert.embeddings.word_embeddings.weight', [vocabulary.length, width])
  shapes.set('bert.embeddings.position_embeddings.weight', [positions, width])
  shapes.set('bert.embeddings.token_type_embeddings.weight', [2, width])
  norm('bert.embeddings.LayerNorm')
  for (let n = 0; n < layers; n += 1) {
    const name = `bert.encoder.layer.${n}`
    for (const part of ['attention.self.query', 'attention.self.key', 'attention.self.value', 'attention.output.dense'])
      linear(`${name}.${part}`, width, width)
    norm(`${name}.attention.output.LayerNorm`)
    linear(`${name}.intermediate.dense`, width, wide)
    linear(`${name}.output.dense`, wide, width)
    norm(`${name}.output.LayerNorm`)
  }
  return shapes
}

/** Values apart from one another and from 0, so that a swapped axis shows. */
function filled(shapes: Map<string, number[]>): NamedArrays {
  let i = 0
  const value = () => 0.05 + ((i += 1) % 997) / 10_000
  return new Map([...shapes].map(([name, shape]) => [name, { shape, data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, value) }])) // prettier-ignore
}

async function register(name: string, bytes: Uint8Array): Promise<string> {
  const body = Readable.toWeb(Readable.from([bytes])) as WebStream<Uint8Array>
  return (await registerWeightFile(ctx, { name, body, declaredBytes: bytes.length })).file.digest
}

test('a pre-training starts with exactly the weights and the vocabulary that were registered', async () => {
  const { versionId } = await createSmallDataset()
  const encoder = filled(encoderShapes(encoderPlans.small))
  const bert = filled(textShapes())
  const digests = {
    encoder: await register('network', encodeSafetensors(exportWeights(encoder, 'encoder'))),
    text: await register('words in layers', encodeSafetensors(exportWeights(bert, 'text'))),
    vocabulary: await register('vocab.txt', Buffer.from(`${vocabulary.join('\n')}\n`)),
  }
  const { id } = await createAblation(ctx, {
    name: 'from weights',
    preset: 'tiny',
    overrides: [
      ...smallOverrides,
      { field: 'initial.encoder', value: digests.encoder },
      { field: 'initial.text', value: digests.text },
      { field: 'text.vocabulary', value: digests.vocabulary },
      // Steps too small to change a number in F32: what comes out is what went in.
      { field: 'pretrain.optimizer.learningRate', value: 1e-30 },
      { field: 'pretrain.optimizer.encoderLearningRate', value: 1e-30 },
    ],
    factors: [{ field: 'dictionary.size', values: [8] }],
    seeds: [1],
    datasets: { pretrain: versionId, retrieval: null, vqa: versionId, nlvr2: null, 'snli-ve': null },
  })
  startWorker(1)
  await until(
    'every stage succeeded',
    async () => {
      const found = await getAblation(ctx, { id })
      if (found.state === 'failed') throw new Error(JSON.stringify(found.cells))
      return found.state === 'succeeded'
    },
    patienceMs,
  )
  const stage = await db().stage.findFirstOrThrow({ where: { kind: 'pretrain' } })
  const { arrays } = decodeSafetensors(await readArtifact(stage.weightsDigest ?? ''))
  const given = [...encoder, ...bert].filter(([name]) => !/running_|layer\.1\./.test(name))
  expect(given).toHaveLength(27 + 21)
  for (const [name, { data }] of given) {
    const found = arrays.get(name)
    expect(found?.data, name).toEqual(data.subarray(0, found?.data.length))
  }
  expect(arrays.get('bert.embeddings.position_embeddings.weight')?.shape).toEqual([32, 32])
  expect(JSON.parse((await readArtifact(stage.vocabularyDigest ?? '')).toString())).toEqual(vocabulary)
  const lines = (await db().logLine.findMany({ where: { stageId: stage.id }, orderBy: { id: 'asc' } })).map(({ message }) => message)
  const loaded = lines.filter((line) => / weights/.test(line))
  expect(loaded).toEqual([
    expect.stringMatching(/^encoder weights of network: 45 tensors read, 9 ignored, 0 not known$/),
    expect.stringMatching(/^text weights of words in layers: 37 tensors read, 0 ignored, 0 not known$/),
    expect.stringMatching(/^starts from given weights: 66 arrays loaded, \d+ fresh \(neck\.conv\.weight, .*\), 16 of deeper layers ignored, 0 that the model lacks$/), // prettier-ignore
  ])
})
