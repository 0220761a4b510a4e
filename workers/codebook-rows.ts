import { indexRows, overallPurity, shuffledPurity } from '#lib/services/codebooks/index-rows'
import type { CodewordRow, IndexMapRow } from '#lib/services/codebooks/index-rows'
import { patchSidePx } from '#lib/services/codebooks/patch-grid'
import { labelTokens } from '#lib/services/codebooks/token-labels'
import type { Context } from '#lib/services/context'
import { loadBoxes } from '#lib/services/datasets/load-stage-data'
import type { StageImage } from '#lib/services/datasets/load-stage-data'
import type { StageStart } from '#lib/services/stages/stage-start'
import type { StageResult } from '#lib/soho/contract'
import { Random } from '#lib/soho/data/random'

/** The codebook as rows of the database. Where objects are labelled, the evaluation gets the purity and what chance would give. */
export async function codebookRows(
  ctx: Context,
  { datasetVersionId, seed, configuration }: StageStart,
  images: StageImage[],
  { codebook, evaluations }: StageResult,
): Promise<{ codewords: CodewordRow[]; indexMaps: IndexMapRow[] }> {
  if (!codebook) return { codewords: [], indexMaps: [] }
  const boxes = await loadBoxes(ctx, datasetVersionId)
  const hasLabels = boxes.size > 0
  const labels = codebook.maps.map(({ image, gridHeight, gridWidth }) => {
    const { id, widthPx, heightPx } = images[image] as StageImage
    // The grid covers the padded batch, not the image alone.
    const side = patchSidePx(configuration, { width: widthPx, height: heightPx })
    const padded = { width: gridWidth * side, height: gridHeight * side }
    return labelTokens(boxes.get(id) ?? [], padded, { rows: gridHeight, columns: gridWidth })
  })
  const [evaluation] = evaluations
  if (hasLabels && evaluation) {
    const random = new Random(seed, 'purity')
    const chance = shuffledPurity(codebook.maps, labels, (count) => random.permutation(count))
    for (const [name, value] of Object.entries(overallPurity(codebook.maps, labels))) evaluation.scores[`codebook.purity.${name}`] = value
    for (const [name, value] of Object.entries(chance)) evaluation.scores[`codebook.purity.${name}.shuffled`] = value
  }
  const ids = images.map(({ id }) => id)
  return indexRows(codebook, configuration.dictionary.size, ids, hasLabels ? labels : null)
}
