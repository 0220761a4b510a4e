import { WordPieces } from '../data/word-pieces.ts'
import type { Comparisons } from './compare.ts'
import type { Golden } from './golden.ts'

interface Item {
  text: string
  tokens: string[]
  ids: number[]
  /** The older tokeniser's answer, where it differs: as good as the other one. */
  python_tokenizer_tokens?: string[]
}

/** Pieces and ids of strings under a given vocabulary, without special tokens and with them at a length. */
export function checkWordPieces(golden: Golden, found: Comparisons): void {
  const vocabulary = golden.text('vocab.txt').split('\n').filter(Boolean)
  const wordPieces = new WordPieces(vocabulary)
  const { items } = golden.json<{ items: (Item & Record<string, unknown>)[] }>('strings.json')
  const lines = (lists: readonly (readonly unknown[])[]) => lists.map((list) => list.join(' '))
  const pieces = items.map(({ text }) => wordPieces.pieces(text))
  const isOther = (i: number) => pieces[i]?.join(' ') === items[i]?.python_tokenizer_tokens?.join(' ')
  const kept = items.map((_, i) => i).filter((i) => !isOther(i))
  found.exact('tokens', lines(kept.map((i) => pieces[i] ?? [])), lines(kept.map((i) => items[i]?.tokens ?? [])))
  const idOf = new Map(vocabulary.map((piece, id) => [piece, id]))
  found.exact('ids', lines(kept.map((i) => (pieces[i] ?? []).map((piece) => idOf.get(piece)))), lines(kept.map((i) => items[i]?.ids ?? [])))
  for (const key of Object.keys(items[0] ?? {})) {
    const length = /^(?:input_ids|attention_mask)_(\d+)$/.exec(key)?.[1]
    if (length === undefined) continue
    const { pad } = wordPieces.special
    const encoded = kept.map((i) => [...wordPieces.encode(items[i]?.text ?? '', Number(length)).ids])
    const actual = key.startsWith('input_ids') ? encoded : encoded.map((ids) => ids.map((id) => (id === pad ? 0 : 1)))
    found.exact(key, lines(actual), lines(kept.map((i) => items[i]?.[key] as number[])))
  }
}
