import { Tokenizer } from '@huggingface/tokenizers'

export const specialPieces = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'] as const
export const pad = 0
export const unknown = 1
export const classPiece = 2
export const separator = 3
export const maskPiece = 4

/** The library's normaliser knows only the ideographs of the basic plane; BERT puts spaces around all of them. */
const distantIdeographs = /[\u{20000}-\u{2a6df}\u{2a700}-\u{2ebef}\u{2f800}-\u{2fa1f}]/gu

/** Ids of a text, [CLS] first, [SEP] after it, padded to a length. */
export interface Tokens {
  ids: Int32Array
  /** Whether pieces were cut off. */
  truncated: boolean
}

/** Word pieces as bert-base-uncased makes them, over a given vocabulary. */
export class WordPieces {
  readonly vocabulary: readonly string[]
  private readonly tokenizer: Tokenizer
  private readonly known = new Map<string, number[]>()

  /** @param vocabulary pieces by id, starting with the five special ones in the order of `specialPieces` */
  constructor(vocabulary: readonly string[]) {
    for (const [id, piece] of specialPieces.entries()) {
      if (vocabulary[id] !== piece) throw new Error(`word piece ${id} must be ${piece}, found ${vocabulary[id] ?? 'nothing'}`)
    }
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
    const ids = new Int32Array(length)
    ids.set([classPiece, ...kept, separator])
    return { ids, truncated: kept.length < found.length }
  }

  private ids(text: string): number[] {
    const known = this.known.get(text)
    if (known) return known
    const { ids } = this.tokenizer.encode(text.replace(distantIdeographs, ' $& '), { add_special_tokens: false })
    this.known.set(text, ids)
    return ids
  }
}

function description(vocabulary: readonly string[]): Record<string, unknown> {
  const special = specialPieces.map((content, id) => ({
    id,
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
