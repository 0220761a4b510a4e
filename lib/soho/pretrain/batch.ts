import type { CaptionExample } from '../contract.ts'
import { Random } from '../data/random.ts'
import { maskWords, notAsked } from '../data/masking.ts'
import type { WordPieces } from '../data/word-pieces.ts'
import type { Configuration } from '../config.ts'
import { encodeTexts } from '../model/encode-texts.ts'
import type { TextBatch } from '../model/soho.ts'
import type { Masked } from './losses.ts'

/** An image of the pre-training data with its texts. */
export interface CaptionedImage {
  image: number
  texts: string[]
}

export function captionedImages(examples: readonly CaptionExample[]): CaptionedImage[] {
  const byImage = new Map<number, string[]>()
  for (const { image, text } of examples) {
    const texts = byImage.get(image)
    if (texts) texts.push(text)
    else byImage.set(image, [text])
  }
  return [...byImage].map(([image, texts]) => ({ image, texts }))
}

export interface PretrainBatch {
  images: number[]
  /** Four texts an image, in the order of `images`: two that match it, two that do not. Words are masked in all of them. */
  text: TextBatch
  /** 1 = matched, [pairs] */
  matches: Int32Array
  /** Masked words of matching pairs: place within the text, by pair. */
  words: { pair: number; place: number; label: number }[]
}

const textsPerImage = 4
/** Draws of another image's text before a coincidence with one of this image's own is accepted as unavoidable. */
const negativeTries = 16

/** A batch as a function of (seed, step): the two matching texts differ where the image has two. */
export function pretrainBatch(
  chosen: readonly CaptionedImage[],
  all: readonly CaptionedImage[],
  wordPieces: WordPieces,
  configuration: Configuration,
  seed: number,
  step: number,
): PretrainBatch {
  const random = new Random(seed, 'pre-training texts', step)
  const texts = chosen.flatMap(({ image, texts }) => {
    const order = random.permutation(texts.length)
    const own = [0, 1].map((i) => texts[order[i % texts.length] as number] as string)
    return [...own, ...own.map(() => otherText(image, texts, all, random))]
  })
  const text = encodeTexts(wordPieces, texts, configuration.text.maxTokens)
  const matches = Int32Array.from({ length: texts.length }, (_, i) => (i % textsPerImage < 2 ? 1 : 0))
  const words: PretrainBatch['words'] = []
  const { pad, classPiece, separator, mask } = wordPieces.special
  const special = { never: [pad, classPiece, separator], mask }
  for (let pair = 0; pair < text.pairs; pair += 1) {
    const ids = text.ids.subarray(pair * text.length, (pair + 1) * text.length)
    const draws = () => ({ select: random.uniform(), action: random.uniform(), word: random.uniform() })
    const { shown, labels } = maskWords(ids, draws, wordPieces.size, configuration.pretrain.mlmProbability, special)
    ids.set(shown)
    // Words are masked in every pair, else [MASK] itself would tell which pairs match; only matching pairs are asked.
    if (matches[pair] === 0) continue
    for (const [place, label] of labels.entries()) if (label !== notAsked) words.push({ pair, place, label })
  }
  return { images: chosen.map(({ image }) => image), text, matches, words }
}

function otherText(image: number, own: readonly string[], all: readonly CaptionedImage[], random: Random): string {
  let text = ''
  for (let i = 0; i < negativeTries; i += 1) {
    const other = all[random.integer(all.length)] as CaptionedImage
    text = other.texts[random.integer(other.texts.length)] as string
    if (other.image !== image && !own.includes(text)) break
  }
  return text
}

/** Rows of the fused states for masked words. @param length S, states a pair */
export function wordRows(words: PretrainBatch['words'], length: number): Masked {
  return {
    rows: Int32Array.from(words, ({ pair, place }) => pair * length + place),
    labels: Int32Array.from(words, ({ label }) => label),
  }
}
