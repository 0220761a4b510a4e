import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { ReadableStream as WebStream } from 'node:stream/web'
import { beforeAll, expect, test } from 'vitest'
import { hasArtifact, putArtifact, readArtifact } from '#lib/artifacts'
import { db } from '#lib/db'
import type { NamedArrays } from '#lib/soho/contract'
import { encoderPlans } from '#lib/soho/model/encoder-plan'
import { encodeSafetensors } from '#lib/soho/train/safetensors'
import { encoderShapes } from '#lib/soho/weights/describe-weights'
import { exportWeights } from '#lib/soho/weights/export-weights'
import { memberContext } from '../../../tests/member-context.ts'
import { createSmallDataset, smallOverrides } from '../../../tests/small-dataset.ts'
import { createAblation } from '../ablations/create-ablation.ts'
import type { CreateAblationInput } from '../ablations/create-ablation-input.ts'
import { getAblation } from '../ablations/get-ablation.ts'
import { previewAblation } from '../ablations/preview-ablation.ts'
import { createContext, systemContext } from '../context.ts'
import type { Context } from '../context.ts'
import { deleteWeightFile } from './delete-weight-file.ts'
import { listWeightFiles } from './list-weight-files.ts'
import { registerWeightFile } from './register-weight-file.ts'

const ctx = systemContext('test')
let versionId = ''

beforeAll(async () => {
  versionId = (await createSmallDataset()).versionId
})

/** Weights of a network with one value throughout, as torchvision's or as ours. */
function encoderWeights(kind: 'small' | 'resnet18', value: number): Uint8Array {
  const shapes = encoderShapes(encoderPlans[kind])
  const arrays: NamedArrays = new Map(
    [...shapes].map(([name, shape]) => [
      name,
      {
        shape,
        data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(value),
      },
    ]),
  )
  return encodeSafetensors(kind === 'small' ? arrays : exportWeights(arrays, 'encoder'))
}

const small = encoderWeights('small', 0.5)
const resnet18 = encoderWeights('resnet18', 0.25)
const pieces = ['[PAD]', ...Array.from({ length: 99 }, (_, i) => `[unused${i}]`), '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'red', 'square']
const vocabulary = Buffer.from(`${pieces.join('\n')}\n`)
const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** In chunks, as a network would bring it. */
function register(as: Context, name: string, bytes: Uint8Array, declaredBytes: number | null = bytes.length, chunk = 100_000) {
  const chunks = Array.from({ length: Math.ceil(bytes.length / chunk) }, (_, i) => bytes.subarray(i * chunk, (i + 1) * chunk))
  const body = Readable.toWeb(Readable.from(chunks)) as WebStream<Uint8Array>
  return registerWeightFile(as, { name, fileName: `${name}.file`, body, declaredBytes })
}

const input = (change: Partial<CreateAblationInput> = {}): CreateAblationInput => ({
  ...{ name: 'from weights', description: '', preset: 'tiny', overrides: smallOverrides, seeds: [1] },
  factors: [{ field: 'dictionary.size', values: [8] }],
  datasets: { pretrain: versionId, retrieval: null, vqa: null, nlvr2: null, 'snli-ve': null },
  ...change,
})

test('an editor registers weights and a vocabulary; everybody sees what was found in them', async () => {
  const { file, isNew } = await register(await memberContext('editor'), 'ImageNet', resnet18)
  expect(isNew).toBe(true)
  expect(file).toMatchObject({ name: 'ImageNet', kind: 'resnet18', digest: digestOf(resnet18), sizeBytes: resnet18.length })
  expect(file).toMatchObject({ createdBy: 'editor', summary: { encoder: 'resnet18', text: null, extraCount: 0, ignoredCount: 20 } })
  expect((await readArtifact(file.digest)).equals(resnet18)).toBe(true)
  await register(ctx, 'own encoder', small)
  // Cut into single bytes the head still comes together.
  const words = await register(ctx, 'BERT words', vocabulary, null, 1)
  expect(words.file).toMatchObject({ kind: 'vocabulary', summary: { pieces: 106, isCased: false }, createdBy: null })
  const seen = await listWeightFiles(await memberContext('viewer'))
  expect(seen.map(({ name, kind }) => [name, kind])).toEqual([
    ['BERT words', 'vocabulary'],
    ['own encoder', 'soho'],
    ['ImageNet', 'resnet18'],
  ])
  const audited = await db().auditEvent.findFirstOrThrow({ where: { action: 'weights.register', subjectId: file.id } })
  expect(audited).toMatchObject({ actorId: 'editor', detail: { name: 'ImageNet', digest: file.digest } })
})

test('known content is answered with the file that is there, also by ten uploads at once', async () => {
  const again = await register(ctx, 'another name', resnet18)
  expect(again).toMatchObject({ isNew: false, file: { name: 'ImageNet', digest: digestOf(resnet18) } })
  const fresh = encoderWeights('small', 3)
  const many = await Promise.all(Array.from({ length: 10 }, (_, i) => register(ctx, `try ${i}`, fresh)))
  expect(many.filter(({ isNew }) => isNew)).toHaveLength(1)
  expect(new Set(many.map(({ file }) => file.id)).size).toBe(1)
})

test('nobody, and a viewer, may neither register nor delete', async () => {
  const [{ id } = { id: '' }] = await listWeightFiles(ctx)
  const bytes = encoderWeights('small', 4)
  for (const [who, code] of [
    [createContext({ kind: 'anonymous' }), 'unauthenticated'],
    [await memberContext('viewer'), 'forbidden'],
  ] as const) {
    await expect(register(who, 'x', bytes)).rejects.toMatchObject({ code })
    await expect(deleteWeightFile(who, { id })).rejects.toMatchObject({ code })
  }
  await expect(listWeightFiles(createContext({ kind: 'anonymous' }))).rejects.toMatchObject({ code: 'unauthenticated' })
  expect(await hasArtifact(digestOf(bytes))).toBe(false)
})

test.each([
  ['a pickle', Buffer.from('504b03040000080800000000', 'hex'), /^bad\.file is a PyTorch pickle .* convert it with python -c/],
  ['a torn file', small.subarray(0, -5), /^bad\.file: its header speaks of \d+ bytes, and the file has \d+: it is torn\.$/],
  ['a file with something behind it', Buffer.concat([small, Buffer.from('x')]), /has more than that/],
  ['half a header', small.subarray(0, 100), /^bad\.file is not a valid safetensors file: its header ends/],
  [
    'a text that is no vocabulary',
    Buffer.from('red\nsquare\n'),
    /^bad\.file is no vocabulary for this model: the vocabulary lacks \[PAD\]/,
  ],
  ['anything else', Buffer.from('89504e470d0a1a0a0000', 'hex'), /^bad\.file is neither a safetensors file nor a text file/],
  ['nothing', Buffer.alloc(0), /^The upload is empty/],
])('%s is refused by name, and nothing of it is kept', async (_, bytes, message) => {
  const before = await db().weightFile.count()
  await expect(register(ctx, 'bad', bytes, null)).rejects.toMatchObject({ code: 'invalid', message: expect.stringMatching(message) })
  expect(await db().weightFile.count()).toBe(before)
  expect(await hasArtifact(digestOf(bytes))).toBe(false)
})

test('what is larger than the limit is refused before it is read', async () => {
  await expect(register(ctx, 'big', small, 3 * 1024 ** 3)).rejects.toMatchObject({ code: 'too-large' })
})

test('a launch refuses a file that does not fit, at the field that chose it, and takes one that does', async () => {
  const editor = await memberContext('editor')
  const start = (field: string, value: string) => input({ overrides: [...smallOverrides, { field, value }] })
  const at = `overrides.${smallOverrides.length}.value`
  const refusals: [CreateAblationInput, string, RegExp][] = [
    [start('initial.encoder', digestOf(resnet18)), at, /ImageNet does not fit: it holds the weights of resnet18, and the encoder is small/],
    [start('initial.encoder', digestOf(vocabulary)), at, /BERT words does not fit: it holds no encoder/],
    [start('initial.text', digestOf(small)), at, /own encoder does not fit: it holds an encoder and no text weights/],
    [start('text.vocabulary', digestOf(small)), at, /own encoder does not fit: it is no vocabulary/],
    [start('initial.encoder', 'a'.repeat(64)), at, /not registered/],
    [input({ factors: [{ field: 'initial.encoder', values: [null, digestOf(resnet18)] }] }), 'factors.0.values', /ImageNet does not fit/],
  ]
  for (const [wanted, field, message] of refusals) {
    const refused = { code: 'invalid', fields: { [field]: expect.stringMatching(message) } }
    await expect(previewAblation(editor, wanted)).rejects.toMatchObject(refused)
    await expect(createAblation(editor, wanted)).rejects.toMatchObject(refused)
  }
  await expect(createAblation(editor, start('initial.encoder', 'no digest'))).rejects.toMatchObject({ code: 'invalid' })
  const { id } = await createAblation(
    editor,
    input({ factors: [{ field: 'initial.encoder', values: [null, digestOf(small)] }], overrides: [...smallOverrides, { field: 'text.vocabulary', value: digestOf(vocabulary) }] }), // prettier-ignore
  )
  const { cells } = await getAblation(ctx, { id })
  expect(cells.map(({ label }) => label)).toEqual(['none', digestOf(small).slice(0, 8)])
  expect(new Set(cells.map(({ runs }) => runs[0]?.stages[0]?.stageId)).size).toBe(2)
})

test('a file that a run starts from stays; an unused one goes with its bytes', async () => {
  const editor = await memberContext('editor')
  const find = async (bytes: Uint8Array) => (await listWeightFiles(ctx)).find(({ digest }) => digest === digestOf(bytes))?.id ?? ''
  for (const used of [small, vocabulary])
    await expect(deleteWeightFile(editor, { id: await find(used) })).rejects.toMatchObject({ code: 'conflict' })
  const unused = await find(resnet18)
  await deleteWeightFile(editor, { id: unused })
  expect(await find(resnet18)).toBe('')
  expect(await hasArtifact(digestOf(resnet18))).toBe(false)
  expect(await hasArtifact(digestOf(small))).toBe(true)
  await expect(deleteWeightFile(editor, { id: unused })).rejects.toMatchObject({ code: 'not-found' })
  // It may come again.
  expect(await register(editor, 'again', resnet18)).toMatchObject({ isNew: true })
})

test('bytes that are also a stage’s weights outlive the file', async () => {
  const bytes = encoderWeights('small', 9)
  const { file } = await register(ctx, 'of a stage', bytes)
  const stage = await db().stage.findFirstOrThrow()
  await db().stage.update({ where: { id: stage.id }, data: { weightsDigest: file.digest } })
  await deleteWeightFile(ctx, { id: file.id })
  expect(await hasArtifact(file.digest)).toBe(true)
})

test('of a launch and a deletion at the same moment only one succeeds', async () => {
  for (let i = 0; i < 5; i += 1) {
    const bytes = encoderWeights('small', 100 + i)
    const { file } = await register(ctx, `contested ${i}`, bytes)
    const outcomes = await Promise.allSettled([
      createAblation(ctx, input({ overrides: [...smallOverrides, { field: 'initial.encoder', value: file.digest }] })),
      deleteWeightFile(ctx, { id: file.id }),
    ])
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await hasArtifact(file.digest)).toBe(outcomes[0]?.status === 'fulfilled')
  }
})

test('a checkpoint that is also a registered file is not dropped with its stage', async () => {
  const { dropCheckpoints } = await import('../stages/release-artifacts.ts')
  const bytes = encoderWeights('small', 11)
  const { file } = await register(ctx, 'checkpoint', bytes)
  const stage = await db().stage.findFirstOrThrow()
  const { digest } = await putArtifact(bytes)
  await db().checkpoint.create({ data: { stageId: stage.id, attempt: 1, step: 5, digest, sizeBytes: bytes.length } })
  expect(await db().$transaction((tx) => dropCheckpoints(tx, [stage.id]))).not.toContain(file.digest)
})
