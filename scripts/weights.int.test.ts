import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { putArtifact } from '#lib/artifacts'
import { db } from '#lib/db'
import { createAblation } from '#lib/services/ablations/create-ablation'
import { systemContext } from '#lib/services/context'
import { encoderPlans } from '#lib/soho/model/encoder-plan'
import { decodeSafetensors, encodeSafetensors } from '#lib/soho/train/safetensors'
import { encoderShapes } from '#lib/soho/weights/describe-weights'
import { createSmallDataset, smallOverrides } from '../tests/small-dataset.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'soho-weights-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** The command as npm starts it from the folder. */
async function weights(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const env: NodeJS.ProcessEnv = { ...process.env, LOG_LEVEL: 'warn', NODE_ENV: 'production', INIT_CWD: folder }
  try {
    const run = await promisify(execFile)(process.execPath, [path.resolve(import.meta.dirname, 'weights.ts'), ...args], { env })
    return { code: 0, ...run }
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
    return { code, stdout, stderr }
  }
}

const shapes = encoderShapes(encoderPlans.small)
const own = encodeSafetensors(
  new Map([...shapes].map(([name, shape]) => [name, { shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(2) }])),
)

test('adds a file once, lists it, and says on one line why another is refused', async () => {
  await writeFile(path.join(folder, 'net.safetensors'), own)
  await writeFile(path.join(folder, 'net.pth'), Buffer.from('504b030400000808', 'hex'))
  const added = await weights('add', 'net.safetensors', '--name', 'Mine', '--json')
  expect(added).toMatchObject({ code: 0, stderr: '' })
  expect(JSON.parse(added.stdout)).toMatchObject({ name: 'Mine', kind: 'soho', isNew: true, summary: { encoder: 'small' } })
  expect((await weights('add', 'net.safetensors')).stdout).toMatch(
    /^Known already: Mine {2}a model of this lab, encoder small {2}sha256 [0-9a-f]{64}\n$/,
  )
  expect(JSON.parse((await weights('list', '--json')).stdout)).toMatchObject([{ name: 'Mine', createdBy: null }])
  expect(await weights('add', 'net.pth')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^net\.pth is a PyTorch pickle [^\n]*\n$/),
  })
  expect(await weights('add', 'none')).toMatchObject({ code: 1, stderr: expect.stringMatching(/^There is no file [^\n]*none\.\n$/) })
  for (const wrong of [[], ['add'], ['remove', 'x'], ['list', '--colour']]) expect(await weights(...wrong)).toMatchObject({ code: 1, stderr: expect.stringMatching(/Say what to do/) }) // prettier-ignore
})

test('exports the weights of a run in PyTorch’s layout, and overwrites nothing', async () => {
  const { versionId } = await createSmallDataset()
  const datasets = { pretrain: versionId, retrieval: null, vqa: null, nlvr2: null, 'snli-ve': null }
  const factors = [{ field: 'dictionary.size', values: [0] }]
  await createAblation(systemContext('test'), { name: 'e', preset: 'tiny', overrides: smallOverrides, factors, seeds: [1], datasets })
  const run = await db().run.findFirstOrThrow()
  expect(await weights('export', run.id, '--to', 'out.safetensors')).toMatchObject({ code: 1, stderr: 'Pre-training has not finished: it has no weights yet.\n' }) // prettier-ignore
  await db().stage.updateMany({ data: { weightsDigest: (await putArtifact(own)).digest } })
  expect(await weights('export', run.id, '--to', 'out.safetensors', '--part', 'encoder')).toMatchObject({ code: 0, stderr: '' })
  const { arrays, metadata } = decodeSafetensors(await readFile(path.join(folder, 'out.safetensors')))
  expect(metadata).toEqual({ format: 'pt' })
  expect(arrays.get('layer2.0.downsample.0.weight')?.shape).toEqual([64, 32, 1, 1])
  expect(await weights('export', run.id, '--to', 'out.safetensors')).toMatchObject({
    code: 1,
    stderr: 'out.safetensors is there already.\n',
  })
})
