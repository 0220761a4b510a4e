import { specialIdsOf } from '../data/word-pieces.ts'
import { WeightsError } from './weights-error.ts'

/** Vocabulary files are not longer. Multilingual BERT's has one megabyte. */
export const vocabularyLimitBytes = 8 * 1024 * 1024
const pieceLimit = 300_000

/**
 * A `vocab.txt`: one word piece a line, its id the number of the line from 0.
 * @throws WeightsError naming the file and the line
 */
export function readVocabularyFile(bytes: Uint8Array, file: string): string[] {
  const lines = decode(bytes, file).split('\n')
  if (lines.at(-1) === '') lines.pop()
  const pieces = lines.map((line) => line.replace(/\r$/, ''))
  if (pieces.length > pieceLimit) throw new WeightsError(`${file} has ${pieces.length} lines; a vocabulary has at most ${pieceLimit}.`)
  const seen = new Map<string, number>()
  for (const [id, piece] of pieces.entries()) {
    const before = seen.get(piece)
    if (piece === '') throw new WeightsError(`${file}, line ${id + 1}: the line is empty; every line is one word piece.`)
    if (before !== undefined) throw new WeightsError(`${file}, line ${id + 1}: ${piece} stands on line ${before + 1} already.`)
    seen.set(piece, id)
  }
  try {
    specialIdsOf(pieces)
  } catch (error) {
    throw new WeightsError(`${file} is no vocabulary for this model: ${(error as Error).message}.`)
  }
  return pieces
}

function decode(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new WeightsError(`${file} is neither a safetensors file nor a text file in UTF-8.`)
  }
}
