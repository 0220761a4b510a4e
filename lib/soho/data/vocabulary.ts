import { basicEnglish } from './basic-words.ts'
import { basicWords, specialPieces } from './word-pieces.ts'

/**
 * A vocabulary from texts, for data without a given one: the special pieces, every character alone and as a continuation (so that no
 * word of the same alphabet is unknown), then whole words by falling frequency, ties by code point, and after them the basic words of
 * English, until `size` is reached.
 */
export function buildVocabulary(texts: Iterable<string>, size: number): string[] {
  const words = new Map<string, number>()
  for (const text of texts) for (const word of basicWords(text)) words.set(word, (words.get(word) ?? 0) + 1)
  const characters = new Set<string>()
  for (const word of [...words.keys(), ...basicEnglish]) for (const character of word) characters.add(character)
  const letters = [...characters].sort()
  const pieces: string[] = [...specialPieces, ...letters, ...letters.map((letter) => `##${letter}`)].slice(0, size)
  const present = new Set(pieces)
  const byFrequency = [...words].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
  for (const word of [...byFrequency.map(([word]) => word), ...basicEnglish]) {
    if (pieces.length >= size) break
    if (present.has(word)) continue
    pieces.push(word)
    present.add(word)
  }
  return pieces
}
