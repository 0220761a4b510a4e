import { z } from 'zod'
import { notFound } from '#lib/errors'
import { permit } from '../context.ts'
import type { Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'
import { getCodebookRun, readyStageId } from './codebook-run.ts'
import type { CodebookRun } from './codebook-run.ts'
import { coveredGrid, patchBox, patchSidePx } from './patch-grid.ts'
import type { ImageSize, PixelBox } from './patch-grid.ts'

export const GetIndexMapInput = z.strictObject({ runId: z.string().max(100), imageId: z.string().max(100) })
export type GetIndexMapInput = z.infer<typeof GetIndexMapInput>

export interface IndexMapCell {
  row: number
  column: number
  code: number
  distance: number
  /** Share of all tokens of the codebook. */
  usage: number
  /** Pixels of the stored image. */
  box: PixelBox
}
export interface IndexMapView extends Pick<CodebookRun, 'run' | 'factors' | 'size'> {
  image: ImageSize & { id: string; key: string; fileName: string; datasetId: string; datasetName: string }
  rows: number
  columns: number
  /** Row by row; without the cells that only pad the image's batch. */
  cells: IndexMapCell[]
}

/** Which codeword each patch of one image has. @throws LabError not-found where the image was not indexed */
export async function getIndexMap(ctx: Context, input: GetIndexMapInput): Promise<IndexMapView> {
  permit(ctx, 'viewer')
  const { runId, imageId } = parseInput(GetIndexMapInput, input)
  const found = await getCodebookRun(ctx.db, runId)
  const stageId = readyStageId(found)
  if (!z.uuid().safeParse(imageId).success) throw notFound('The image')
  const map = await ctx.db.indexMap.findUnique({
    where: { stageId_imageId: { stageId, imageId } },
    include: { image: { include: { version: { select: { dataset: { select: { id: true, name: true } } } } } } },
  })
  if (!map) throw notFound("The image's index map")
  const { image, gridWidth, codes } = map
  const codewords = await ctx.db.codeword.findMany({ where: { stageId, code: { in: codes } }, select: { code: true, usage: true } })
  const usage = new Map(codewords.map((codeword) => [codeword.code, codeword.usage]))
  const size = { width: image.widthPx ?? 0, height: image.heightPx ?? 0 }
  const side = patchSidePx(found.configuration, size)
  const cells = codes.flatMap((code, cell): IndexMapCell[] => {
    if (code < 0) return []
    const row = Math.floor(cell / gridWidth)
    const column = cell % gridWidth
    return [{ row, column, code, distance: map.distances[cell] ?? 0, usage: usage.get(code) ?? 0, box: patchBox(side, size, row, column) }]
  })
  const { dataset } = image.version
  return {
    run: found.run,
    factors: found.factors,
    size: found.size,
    image: { ...size, id: image.id, key: image.key, fileName: image.fileName, datasetId: dataset.id, datasetName: dataset.name },
    ...coveredGrid(codes, map.gridHeight, gridWidth),
    cells,
  }
}
