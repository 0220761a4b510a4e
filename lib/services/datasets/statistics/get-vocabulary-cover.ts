import { z } from 'zod'
import { readArtifact } from '#lib/artifacts'
import { notFound } from '#lib/errors'
import { buildVocabulary } from '#lib/soho/data/vocabulary'
import { basicWords, WordPieces } from '#lib/soho/data/word-pieces'
import { readVocabularyFile } from '#lib/soho/weights/vocabulary-file'
import { permit } from '../../context.ts'
import type { Context } from '../../context.ts'
import { parseInput } from '../../parse-input.ts'

/** Texts that are cut into pieces for it; evenly spread over the version. */
const textsAtMost = 5000

export const GetVocabularyCoverInput = z.strictObject({
  versionId: z.uuid(),
  /** A registered vocabulary; null: one built from the version's own texts, as a stage without a given one does. */
  digest: z.hash('sha256').nullable(),
  /** Word pieces of a built one. */
  size: z.int().min(32).max(65_536),
})

export interface VocabularyCover {
  /** Texts that were looked at. */
  texts: number
  pieces: number
  words: number
  /** Words that the vocabulary has no pieces for, and those it has only in parts. */
  unknownWords: number
  splitWords: number
  /** The most frequent words that are not there as a whole. */
  topSplit: [string, number][]
  meanPieces: number
  longestPieces: number
  /** [pieces of a text, texts] */
  lengths: [number, number][]
}

/** How well a vocabulary fits the texts of a version. */
export async function getVocabularyCover(ctx: Context, input: z.input<typeof GetVocabularyCoverInput>): Promise<VocabularyCover> {
  permit(ctx, 'viewer')
  const { versionId, digest, size } = parseInput(GetVocabularyCoverInput, input)
  const texts = await readTexts(ctx, versionId)
  const vocabulary = digest ? await readVocabulary(ctx, digest) : buildVocabulary(texts, size)
  return { ...measure(texts, vocabulary), texts: texts.length, pieces: vocabulary.length }
}

/** Texts at even distances: looked up by their places, however many there are. */
async function readTexts(ctx: Context, versionId: string): Promise<string[]> {
  const [end] = await ctx.db.$queryRaw<{ last: number | null }[]>`
    select max(last)::int as last from unnest(enum_range(null::"Split")) known, lateral (
      select max(position) as last from "Example" where "versionId" = ${versionId}::uuid and split = known
    ) ends`
  if (end?.last === null || end?.last === undefined) return []
  const step = Math.max(1, Math.ceil((end.last + 1) / textsAtMost))
  const rows = await ctx.db.$queryRaw<{ text: string }[]>`
    select text from "Example"
    where "versionId" = ${versionId}::uuid and split = any(enum_range(null::"Split"))
      and position = any(array(select generate_series(0, ${end.last}::int, ${step}::int)))`
  return rows.map(({ text }) => text)
}

async function readVocabulary(ctx: Context, digest: string): Promise<string[]> {
  const file = await ctx.db.weightFile.findUnique({ where: { digest }, select: { name: true, kind: true } })
  if (file?.kind !== 'vocabulary') throw notFound('The vocabulary')
  return readVocabularyFile(await readArtifact(digest), file.name)
}

function measure(texts: string[], vocabulary: string[]): Omit<VocabularyCover, 'texts' | 'textsTotal' | 'pieces'> {
  const wordPieces = new WordPieces(vocabulary)
  const known = new Set(vocabulary)
  const split = new Map<string, number>()
  const lengths = new Map<number, number>()
  let [words, unknownWords, splitWords, pieceCount] = [0, 0, 0, 0]
  for (const text of texts) {
    const pieces = wordPieces.pieces(text)
    pieceCount += pieces.length
    unknownWords += pieces.filter((piece) => piece === '[UNK]').length
    lengths.set(pieces.length, (lengths.get(pieces.length) ?? 0) + 1)
    for (const word of basicWords(text)) {
      words += 1
      if (known.has(word)) continue
      splitWords += 1
      split.set(word, (split.get(word) ?? 0) + 1)
    }
  }
  const byCount = [...split].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
  const byLength = [...lengths].sort(([a], [b]) => a - b)
  return {
    ...{ words, unknownWords, splitWords: Math.max(0, splitWords - unknownWords), topSplit: byCount.slice(0, 20) },
    meanPieces: texts.length > 0 ? pieceCount / texts.length : 0,
    longestPieces: byLength.at(-1)?.[0] ?? 0,
    lengths: byLength,
  }
}
