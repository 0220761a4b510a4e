import { Tokenizer } from '@huggingface/tokenizers'

export const specialPieces = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'] as const
/** Ids of the special pieces: 0 to 4 in a built vocabulary, wherever they stand in a given one (BERT's: 0, 100 to 103). */
export interface SpecialIds {
  pad: number
  unknown: number
  classPiece: number
  separator: number
  mask: number
}

/** @throws Error naming the special pieces that the vocabulary lacks */
export function specialIdsOf(vocabulary: readonly string[]): SpecialIds {
  const ids = specialPieces.map((piece) => vocabulary.indexOf(piece))
  const missing = specialPieces.filter((_, i) => ids[i] === -1)
  if (missing.length > 0) throw new Error(`the vocabulary lacks ${missing.join(', ')}`)
  const [pad, unknown, classPiece, separator, mask] = ids as [number, number, number, number, number]
  return { pad, unknown, classPiece, separator, mask }
}

/** The library's normaliser knows only the ideographs of the basic plane; BERT puts spaces around all of them. */
const distantIdeographs = /[\u{20000}-\u{2a6df}\u{2a700}-\u{2ebef}\u{2f800}-\u{2fa1f}]/gu

/** Ids of a text, [CLS] first, [SEP] after it, padded to a length. */
export interface Tokens {
  ids: Int32Array
  /** Whether pieces were cut off. */
  truncated: boolean
}

/** Texts whose pieces are remembered: an epoch asks for each again. */
const knownLimit = 500_000

/** Word pieces as bert-base-uncased makes them, over a given vocabulary. */
export class WordPieces {
  readonly vocabulary: readonly string[]
  readonly special: SpecialIds
  private readonly tokenizer: Tokenizer
  private readonly known = new Map<string, number[]>()

  /** @param vocabulary pieces by id, with the five of `specialPieces` among them */
  constructor(vocabulary: readonly string[]) {
    this.special = specialIdsOf(vocabulary)
    this.vocabulary = vocabulary
    this.tokenizer = new Tokenizer(description(vocabulary), {})
  }

  get size(): number {
    return this.vocabulary.length
  }

  /** Without special tokens. */
  pieces(text: string): string[] {
    return this.tokenizer.encode(text.replace(distantIdeographs, ' $& '), { add_special_tokens: false }).tokens
  }

  encode(text: string, length: number): Tokens {
    const found = this.ids(text)
    const kept = found.slice(0, length - 2)
    const { pad, classPiece, separator } = this.special
    const ids = new Int32Array(length).fill(pad)
    ids.set([classPiece, ...kept, separator])
    return { ids, truncated: kept.length < found.length }
  }

  private ids(text: string): number[] {
    const known = this.known.get(text)
    if (known) return known
    const { ids } = this.tokenizer.encode(text.replace(distantIdeographs, ' $& '), { add_special_tokens: false })
    if (this.known.size >= knownLimit) this.known.clear()
    this.known.set(text, ids)
    return ids
  }
}

function description(vocabulary: readonly string[]): Record<string, unknown> {
  const special = specialPieces.map((content) => ({
    id: vocabulary.indexOf(content),
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  }))
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: special,
    normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: null,
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(vocabulary.map((piece, id) => [piece, id])),
    },
  }
}

/** Splits a text into BERT's basic words: lower case, no accents, punctuation apart. */
export function basicWords(text: string): string[] {
  const clean = text.normalize('NFD').replace(/\p{Mn}/gu, '').toLowerCase() // prettier-ignore
  return clean.match(/[\p{L}\p{N}]+|[^\s\p{L}\p{N}]/gu) ?? []
}
