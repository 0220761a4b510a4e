import { describe, expect, it } from 'vitest'
import { nlvr2Consistency } from '../eval/consistency.ts'
import { medianRank, recallAt, retrievalRanks } from '../eval/recall.ts'
import { normaliseAnswer, vqaCredit } from '../eval/vqa-accuracy.ts'
import { get, readGolden, readGoldenJson } from './read-golden.ts'

describe.each(['plain', 'ties'])('retrieval, %s scores', (run) => {
  const golden = readGolden('retrieval-recall')
  const scores = get(golden, `input/${run}/scores`).data as Float32Array
  const captionImages = Array.from({ length: 300 }, (_, caption) => Math.floor(caption / 5))
  const ranks = retrievalRanks(scores, 60, captionImages)
  const wanted = (name: string) => [...get(golden, `output/${run}/lowest_index_first/${name}`).data]

  it('ranks, recall, median', () => {
    expect(ranks.text.map((rank) => rank - 1)).toEqual(wanted('tr_ranks'))
    expect(ranks.image.map((rank) => rank - 1)).toEqual(wanted('ir_ranks'))
    const recalls = [ranks.text, ranks.image].flatMap((list) => [1, 5, 10].map((k) => 100 * recallAt(list, k)))
    for (const [i, recall] of recalls.entries()) expect(recall).toBeCloseTo(wanted('recall')[i] as number, 3)
    expect([medianRank(ranks.text), medianRank(ranks.image)]).toEqual([wanted('median_mean_rank')[0], wanted('median_mean_rank')[2]])
  })
})

it('VQA answers are normalised as by the official code', () => {
  const { pairs } = readGoldenJson<{ pairs: [string, string][] }>('vqa-accuracy.normalisation')
  expect(pairs.length).toBeGreaterThan(1000)
  for (const [raw, normal] of pairs) expect(normaliseAnswer(raw), JSON.stringify(raw)).toBe(normal)
})

it('VQA credit is the official one', () => {
  interface Item {
    answers: string[]
    prediction: string
    expected_accuracy_percent: number
  }
  const { items } = readGoldenJson<{ items: Item[] }>('vqa-accuracy.questions')
  for (const { answers, prediction, expected_accuracy_percent: wanted } of items) {
    expect(100 * vqaCredit(prediction, answers)).toBeCloseTo(wanted, 3)
  }
})

it('NLVR2 consistency counts sentences that are right throughout', () => {
  const golden = readGoldenJson<{ items: Record<string, unknown>[]; expected_consistency: number }>('nlvr2-metrics')
  const truth = (value: unknown) => String(value).toLowerCase()
  const outcomes = golden.items.map((item) => ({
    group: String(item['identifier']).replace(/-\d+(?=-\d+$)/, ''),
    right: truth(item['label']) === truth(item['prediction']),
  }))
  expect(nlvr2Consistency(outcomes)).toBeCloseTo(golden.expected_consistency, 10)
})
