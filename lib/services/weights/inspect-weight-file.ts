import { describeWeights } from '#lib/soho/weights/describe-weights'
import { claimOf, pickleRefusal, readWeightsHeader } from '#lib/soho/weights/read-weights'
import { readVocabularyFile, vocabularyLimitBytes } from '#lib/soho/weights/vocabulary-file'
import type { FileClaim } from '#lib/soho/weights/read-weights'
import { WeightsError } from '#lib/soho/weights/weights-error'
import type { WeightFileKind } from '#lib/generated/prisma/enums'
import { summariseVocabulary, summariseWeights } from './weight-summary.ts'
import type { WeightSummary } from './weight-summary.ts'

export interface InspectedFile {
  kind: WeightFileKind
  summary: WeightSummary
}

/**
 * Hands a file's bytes on and looks at them on their way, so that a file that cannot be used is refused before all of it has arrived
 * and gets no name in the store. Of weights only the header is read.
 * @param file what the file is called in errors
 * @throws WeightsError
 */
export async function* inspectWeightFile(
  chunks: AsyncIterable<Uint8Array>,
  file: string,
  found: (inspected: InspectedFile) => void,
): AsyncGenerator<Uint8Array> {
  const source = chunks[Symbol.asyncIterator]()
  try {
    yield* inspect(source, file, found)
  } finally {
    // Whoever sends the rest of a refused file need not go on.
    await source.return?.()
  }
}

async function* inspect(
  source: AsyncIterator<Uint8Array>,
  file: string,
  found: (inspected: InspectedFile) => void,
): AsyncGenerator<Uint8Array> {
  const head = await readHead(source, file)
  const claim = claimOf(head)
  if (claim === 'pickle') throw new WeightsError(pickleRefusal(file))
  if (claim === 'other') {
    const pieces = readVocabularyFile(head, file)
    found({ kind: 'vocabulary', summary: summariseVocabulary(pieces) })
    yield head
    return
  }
  const { tensors, sizeBytes } = readWeightsHeader(head, file)
  const facts = describeWeights(tensors, file)
  let received = head.length
  yield head
  for (let next = await source.next(); !next.done; next = await source.next()) {
    received += next.value.length
    if (received > sizeBytes) break
    yield next.value
  }
  if (received !== sizeBytes) {
    const is = received > sizeBytes ? 'has more than that' : `has ${received}: it is torn`
    throw new WeightsError(`${file}: its header speaks of ${sizeBytes} bytes, and the file ${is}.`)
  }
  found({ kind: facts.kind, summary: summariseWeights(facts) })
}

const headBytes = 8

/** The header of weights, all of anything else; more where a chunk has more. */
async function readHead(source: AsyncIterator<Uint8Array>, file: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let length = 0
  let wanted = headBytes
  let claim: FileClaim | null = null
  while (length < wanted) {
    const next = await source.next()
    if (next.done) break
    parts.push(next.value)
    length += next.value.length
    if (claim !== null || length < headBytes) continue
    const start = Buffer.concat(parts)
    claim = claimOf(start)
    wanted = { pickle: 0, safetensors: headBytes + Number(start.readBigUInt64LE(0)), other: vocabularyLimitBytes + 1 }[claim]
  }
  if (claim === 'other' && length > vocabularyLimitBytes) throw new WeightsError(`${file} is neither a safetensors file nor a vocabulary.`)
  return Buffer.concat(parts)
}
