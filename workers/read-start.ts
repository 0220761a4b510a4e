import { createHash } from 'node:crypto'
import { putArtifact, readArtifact } from '#lib/artifacts'
import type { Context } from '#lib/services/context'
import type { AttemptRef } from '#lib/services/stages/fence'
import { recordStart, recordVocabulary } from '#lib/services/stages/stage-start'
import type { StageStart } from '#lib/services/stages/stage-start'
import type { NamedArrays, StageInput, StageTools } from '#lib/soho/contract'
import { buildVocabulary } from '#lib/soho/data/vocabulary'
import { decodeSafetensors } from '#lib/soho/train/safetensors'
import { readWeights } from '#lib/soho/weights/read-weights'
import { readVocabularyFile } from '#lib/soho/weights/vocabulary-file'

type Report = StageTools['log']

/** Bytes of an artifact, refused unless they are those that were stored: a torn or altered file must not train a model. */
async function readWhole(digest: string): Promise<Buffer> {
  const bytes = await readArtifact(digest)
  const found = createHash('sha256').update(bytes).digest('hex')
  if (found !== digest) throw new Error(`the file is not the one that was stored (${bytes.length} bytes)`)
  return bytes
}

async function readArrays(digest: string): Promise<NamedArrays> {
  return decodeSafetensors(await readWhole(digest)).arrays
}

/** The newest checkpoint that can be read; null when there is none, and the stage begins at its first step. */
export async function readResume(ctx: Context, attempt: AttemptRef, start: StageStart, report: Report): Promise<StageInput['resume']> {
  for (const { step, digest } of start.checkpoints) {
    try {
      const arrays = await readArrays(digest)
      await recordStart(ctx, attempt, step)
      report('info', `continues from the checkpoint at step ${step}`)
      return { step, arrays }
    } catch (error) {
      report('warn', `the checkpoint at step ${step} cannot be read and is passed over: ${(error as Error).message}`)
    }
  }
  return null
}

/** The weights of the pre-training before, or, for the pre-training itself, what it is given to start from; null where that is nothing. */
export async function readInitial(start: StageStart, report: Report): Promise<NamedArrays | null> {
  const { initialDigest, kind } = start
  if (kind === 'pretrain') return readGiven(start, report)
  if (initialDigest === null) throw new Error('the pre-training before this stage has left no weights')
  try {
    return await readArrays(initialDigest)
  } catch (error) {
    throw new Error(`the weights of the pre-training cannot be read: ${(error as Error).message}`, { cause: error })
  }
}

/** Encoder and text weights of registered files, each its own part alone: a file may hold both. */
async function readGiven({ configuration, fileNames }: StageStart, report: Report): Promise<NamedArrays | null> {
  const given: NamedArrays = new Map()
  for (const part of ['encoder', 'text'] as const) {
    const digest = configuration.initial[part]
    if (digest === null) continue
    const name = fileNames[digest] ?? digest
    const { arrays, ignored, extra } = readWeights(await readGivenFile(digest, name), name, [part])
    for (const [ours, array] of arrays) given.set(ours, array)
    report('info', `${part} weights of ${name}: ${arrays.size} tensors read, ${ignored.length} ignored, ${extra.length} not known`)
  }
  return given.size > 0 ? given : null
}

async function readGivenFile(digest: string, name: string): Promise<Buffer> {
  try {
    return await readWhole(digest)
  } catch (error) {
    throw new Error(`${name} cannot be read: ${(error as Error).message}`, { cause: error })
  }
}

/** The word pieces of the pre-training: the registered ones, or a function of its texts, built once and stored with the stage. */
export async function readVocabulary(
  ctx: Context,
  attempt: AttemptRef,
  { kind, vocabularyDigest, configuration, fileNames }: StageStart,
  texts: () => string[],
): Promise<string[]> {
  if (kind !== 'pretrain') {
    if (vocabularyDigest === null) throw new Error('the pre-training before this stage has left no vocabulary')
    return JSON.parse((await readWhole(vocabularyDigest)).toString('utf8')) as string[]
  }
  const { vocabulary: given, vocabularySize } = configuration.text
  const name = given ? (fileNames[given] ?? given) : ''
  const vocabulary = given ? readVocabularyFile(await readGivenFile(given, name), name) : buildVocabulary(texts(), vocabularySize)
  const { digest } = await putArtifact(Buffer.from(JSON.stringify(vocabulary)))
  if (digest !== vocabularyDigest) await recordVocabulary(ctx, attempt, digest)
  return vocabulary
}
