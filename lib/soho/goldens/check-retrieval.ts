import { meanRank, medianRank, recallAt, retrievalFolds, retrievalRanks } from '../eval/recall.ts'
import type { RetrievalRanks, TieRule } from '../eval/recall.ts'
import type { Comparisons } from './compare.ts'
import type { Golden } from './golden.ts'

/** Ranks and recalls of given score matrices, under each rule for ties. */
export function checkRetrieval(golden: Golden, found: Comparisons): void {
  const tolerance = golden.tolerance('forward', 1e-4)
  for (const run of golden.runs('input/')) {
    const { shape, data } = golden.get(`input/${run}/scores`)
    const [images, captions] = shape as [number, number]
    const captionImages = Array.from({ length: captions }, (_, caption) => Math.floor(caption / golden.size('captions_per_image')))
    const scores = Float32Array.from(data)
    for (const rule of golden.runs(`output/${run}/`)) {
      const ties = rule.replaceAll('_', '-') as TieRule
      const key = (name: string) => `output/${run}/${rule}/${name}`
      const ranks = retrievalRanks(scores, images, captionImages, ties)
      found.exact(`${run} ${rule} tr_ranks`, ranks.text.map((rank) => rank - 1), golden.get(key('tr_ranks')).data) // prettier-ignore
      found.exact(`${run} ${rule} ir_ranks`, ranks.image.map((rank) => rank - 1), golden.get(key('ir_ranks')).data) // prettier-ignore
      found.near(`${run} ${rule} recall`, recalls(ranks), golden.get(key('recall')).data, tolerance)
      const middles = [ranks.text, ranks.image].flatMap((list) => [medianRank(list), meanRank(list)])
      found.near(`${run} ${rule} median and mean rank`, middles, golden.get(key('median_mean_rank')).data, tolerance)
      for (const name of golden.under(key('recall_mean_of_'))) {
        const folds = retrievalFolds(scores, images, captionImages, parseInt(name, 10))
        const each = folds.map((fold) => recalls(retrievalRanks(fold.scores, fold.images, fold.captionImages, ties)))
        const mean = recalls(ranks).map((_, i) => each.reduce((sum, list) => sum + (list[i] as number), 0) / each.length)
        found.near(`${run} ${rule} mean of ${name}`, mean, golden.get(key(`recall_mean_of_${name}`)).data, tolerance)
      }
    }
  }
}

function recalls({ text, image }: RetrievalRanks): number[] {
  return [text, image].flatMap((list) => [1, 5, 10].map((k) => 100 * recallAt(list, k)))
}
