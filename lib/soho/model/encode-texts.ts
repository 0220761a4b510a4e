import type { WordPieces } from '../data/word-pieces.ts'
import type { TextBatch } from './soho.ts'

/** Texts as one batch, cut to the longest of them: padding beyond it would change nothing but the time. */
export function encodeTexts(wordPieces: WordPieces, texts: readonly string[], maximum: number): TextBatch {
  const { pad } = wordPieces.special
  const rows = texts.map((text) => wordPieces.encode(text, maximum).ids)
  let length = 2
  for (const row of rows) {
    let end = row.length
    while (end > length && row[end - 1] === pad) end -= 1
    length = Math.max(length, end)
  }
  const ids = new Int32Array(rows.length * length)
  for (const [i, row] of rows.entries()) ids.set(row.subarray(0, length), i * length)
  return { ids, pairs: rows.length, length, pad }
}

/** How many texts lose pieces at a length. */
export function countTruncated(wordPieces: WordPieces, texts: readonly string[], maximum: number): number {
  return texts.filter((text) => wordPieces.encode(text, maximum).truncated).length
}
