import { describe, expect, it } from 'vitest'
import { presets } from '../presets.ts'
import { WordPieces } from '../data/word-pieces.ts'
import { pretrainBatch } from '../pretrain/batch.ts'
import { encodeTexts } from '../model/encode-texts.ts'
import { readVocabularyFile } from './vocabulary-file.ts'

/** Special pieces where bert-base-uncased has them. */
const unused = Array.from({ length: 99 }, (_, i) => `[unused${i}]`)
const words = ['a', 'red', 'blue', 'square', 'circle', 'and', '##s']
const bertLike = ['[PAD]', ...unused, '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...words]
const text = (pieces: readonly string[], end = '\n') => Buffer.from(pieces.join(end) + end)

describe('a vocabulary file', () => {
  it('gives its pieces, whatever ends its lines', () => {
    expect(readVocabularyFile(text(bertLike), 'vocab.txt')).toEqual(bertLike)
    expect(readVocabularyFile(text(bertLike, '\r\n'), 'vocab.txt')).toEqual(bertLike)
    expect(readVocabularyFile(text(bertLike).subarray(0, -1), 'vocab.txt')).toEqual(bertLike)
  })

  it.each([
    ['without special pieces', ['[PAD]', '[CLS]', 'a'], 'vocab.txt is no vocabulary for this model: the vocabulary lacks [UNK], [SEP], [MASK].'], // prettier-ignore
    ['with a piece twice', [...bertLike, 'red'], 'vocab.txt, line 112: red stands on line 106 already.'],
    ['with an empty line', ['[PAD]', '', 'a'], 'vocab.txt, line 2: the line is empty; every line is one word piece.'],
  ])('%s is refused', (_, pieces, message) => {
    expect(() => readVocabularyFile(text(pieces), 'vocab.txt')).toThrow(message)
  })

  it('that is no text is refused', () => {
    expect(() => readVocabularyFile(Buffer.from([0xff, 0xfe, 0x41]), 'x.bin')).toThrow('neither a safetensors file nor a text file')
  })
})

describe('ids of the special pieces come from the vocabulary', () => {
  it('as BERT has them', () => {
    const wordPieces = new WordPieces(bertLike)
    expect(wordPieces.special).toEqual({ pad: 0, unknown: 100, classPiece: 101, separator: 102, mask: 103 })
    expect([...wordPieces.encode('a red square, blues', 10).ids]).toEqual([101, 104, 105, 107, 100, 106, 110, 102, 0, 0])
  })

  it('also where padding is not 0: it is cut from batches and marked for the attention', () => {
    const turned = [...words, '[MASK]', '[SEP]', '[CLS]', '[UNK]', '[PAD]']
    const batch = encodeTexts(new WordPieces(turned), ['a red square', 'blue'], 12)
    expect(batch).toMatchObject({ pairs: 2, length: 5, pad: 11 })
    expect([...batch.ids]).toEqual([9, 0, 1, 3, 8, 9, 2, 8, 11, 11])
  })

  it('masking shows [MASK] and asks neither [CLS], [SEP] nor padding', () => {
    const images = Array.from({ length: 8 }, (_, image) => ({ image, texts: ['a red square', 'blue circles and a square'] }))
    const configuration = { ...presets.tiny, pretrain: { ...presets.tiny.pretrain, mlmProbability: 1 } }
    const { text: batch, words: asked } = pretrainBatch(images, images, new WordPieces(bertLike), configuration, 1, 1)
    expect(asked.length).toBeGreaterThan(50)
    expect(asked.every(({ label }) => label >= 104)).toBe(true)
    expect([...batch.ids].filter((id) => id === 103).length).toBeGreaterThan(batch.ids.length / 3)
    for (let pair = 0; pair < batch.pairs; pair += 1) expect(batch.ids[pair * batch.length]).toBe(101)
  })
})
