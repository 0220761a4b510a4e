import * as tf from '@tensorflow/tfjs-core'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { presets } from '../config.ts'
import { chooseByCell, chooseByIndex, maskWords, placesWith } from '../data/masking.ts'
import { WordPieces } from '../data/word-pieces.ts'
import { Parameters } from '../model/parameters.ts'
import { sinePositions } from '../model/position.ts'
import { addDictionary, assign, nearest, perplexity, quantise, updateDictionary } from '../model/visual-dictionary.ts'
import { expectNear, get, readGolden, readGoldenJson } from './read-golden.ts'

describe('visual dictionary', () => {
  it('gives ties to the lowest index', () => {
    const golden = readGolden('visual-dictionary-ties')
    const [v, rows] = ['input/features', 'input/codebook'].map((name) => tf.tensor(get(golden, name).data, get(golden, name).shape))
    expect([...nearest(v as tf.Tensor2D, rows as tf.Tensor2D).indices.dataSync()]).toEqual([...get(golden, 'output/indices').data])
  })

  it.each([
    ['visual-dictionary-paper', 'mean', 0.99],
    ['visual-dictionary-repo', 'smoothed-ema', 0.4],
  ] as const)('%s: look-up, moving average, usage', (file, update, decay) => {
    const golden = readGolden(file)
    const configuration = { ...presets.tiny.dictionary, size: 24, update, decay }
    const parameters = new Parameters(1)
    addDictionary(parameters, configuration, 16)
    const start = get(golden, 'input/codebook')
    parameters.setBuffer('neck.codebook', tf.tensor(start.data, start.shape))
    for (let step = 0; step < 5; step += 1) {
      const v = tf.tensor2d(get(golden, 'input/features').data.slice(step * 960, (step + 1) * 960), [60, 16])
      const rows = parameters.buffer('neck.codebook') as tf.Tensor2D
      const { indices } = nearest(v, rows)
      expect([...indices.dataSync()]).toEqual([...get(golden, 'output/indices').data.slice(step * 60, (step + 1) * 60)])
      const quantised = get(golden, 'output/quantised_with_codebook_before_update').data.slice(step * 960, (step + 1) * 960)
      expectNear(quantise(v, rows, indices), { shape: [60, 16], data: quantised }, 1e-5)
      const found = assign(v, indices, tf.ones([60]), 24)
      expect(perplexity(found.counts.dataSync())).toBeCloseTo(get(golden, 'output/perplexity_usedcodes_total').data[step * 3] as number, 3)
      updateDictionary(parameters, configuration, found)
      const wanted = golden.get(`output/codebook_after_${step + 1}`)
      if (wanted) expectNear(parameters.buffer('neck.codebook'), wanted, 1e-5, `codebook after ${step + 1}`)
    }
  })

  it('passes the gradient straight through', () => {
    const v = tf.tensor2d([1, 2, 3, 4], [2, 2])
    const rows = tf.tensor2d([0, 0, 3, 3], [2, 2])
    const gradient = tf.grad((x) => tf.sum(tf.mul(quantise(x as tf.Tensor2D, rows, tf.tensor1d([0, 1], 'int32')), [[5, 6], [7, 8]])))(v) // prettier-ignore
    expect([...gradient.dataSync()]).toEqual([5, 6, 7, 8])
  })
})

it.each(['3x5_full', '3x5_padded', '7x7_full', '7x7_padded'])('2-D sine positions, %s', (name) => {
  const golden = readGolden('visual-position-encoding')
  const mask = get(golden, `input/${name}/mask`)
  const wanted = get(golden, `output/${name}/pos`)
  const [images, width, h, w] = wanted.shape as [number, number, number, number]
  const grids = Array.from({ length: images }, (_, b) => {
    const cells = [...mask.data.slice(b * h * w, (b + 1) * h * w)]
    const columns = cells.slice(0, w).reduce((a, v) => a + v, 0)
    return { columns, rows: cells.filter((v, i) => v === 1 && i % w === 0).length }
  })
  const turned = tf.transpose(tf.tensor(sinePositions(grids, h, w, width), [images, h, w, width]), [0, 3, 1, 2])
  expectNear(turned, wanted, 1e-5)
})

describe('masking', () => {
  it.each([
    ['standard', 0.15],
    ['dense', 0.9],
  ] as const)('words, %s', (name, probability) => {
    const golden = readGolden('masking-mlm')
    const input = (part: string) => get(golden, `input/${name}/${part}`).data
    const draws = (i: number) => ({
      select: input('u_select')[i] as number,
      action: input('u_action')[i] as number,
      word: input('u_word')[i] as number,
    })
    const { shown, labels } = maskWords(input('ids'), draws, 30522, probability, { never: [0, 101, 102], mask: 103 })
    expect(shown).toEqual(get(golden, `output/${name}/masked_ids`).data)
    expect(labels).toEqual(get(golden, `output/${name}/labels`).data)
  })

  it.each(['a', 'b', 'c'])('visual tokens, case %s', (name) => {
    const golden = readGolden('masking-mvm')
    const input = (part: string) => get(golden, `input/${name}/${part}`)
    const [samples, h, w] = input('indices').shape as [number, number, number]
    for (let s = 0; s < samples; s += 1) {
      const slice = (part: string) => [...input(part).data.slice(s * h * w, (s + 1) * h * w)]
      const valid = slice('valid')
      const indices = slice('indices').map((index, i) => (valid[i] === 1 ? index : -1))
      const keep = input('keep').data[s] === 1
      const chosen = {
        by_index: chooseByIndex(indices, input('u').data[s] as number),
        by_cell: chooseByCell(indices, input('cell').data[s] as number),
      }
      for (const [rule, code] of Object.entries(chosen)) {
        const places = placesWith(indices, keep || rule === 'by_index' ? code : null)
        const mask = Array.from({ length: h * w }, (_, i) => (places.includes(i) ? 1 : 0))
        expect(mask).toEqual([...get(golden, `output/${name}/${rule}/mask`).data.slice(s * h * w, (s + 1) * h * w)])
      }
    }
  })
})

it('word pieces are those of bert-base-uncased', () => {
  const vocabulary = readFileSync(path.join(import.meta.dirname, 'wordpiece.vocab.txt'), 'utf8').split('\n').filter(Boolean)
  const wordPieces = new WordPieces(vocabulary)
  const { items } = readGoldenJson<{ items: { text: string; tokens: string[]; input_ids_16: number[] }[] }>('wordpiece.strings')
  for (const { text, tokens, input_ids_16 } of items) {
    expect(wordPieces.pieces(text), text).toEqual(tokens)
    expect([...wordPieces.encode(text, 16).ids], text).toEqual(input_ids_16)
  }
})
