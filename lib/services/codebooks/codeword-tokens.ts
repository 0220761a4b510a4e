import { Prisma } from '#lib/generated/prisma/client'
import type { Configuration } from '#lib/soho/config'
import { patchBox, patchSidePx } from './patch-grid.ts'
import type { ImageSize, PixelBox } from './patch-grid.ts'

/** One token of a codeword: where it lies and how far it is from the codeword (L2). */
export interface CodewordPatch {
  imageId: string
  row: number
  column: number
  gridHeight: number
  gridWidth: number
  distance: number
  /** Pixels of the stored image. */
  image: ImageSize
  box: PixelBox
}

/** A token as the queries of this folder return it; `cell` counts from 0, row by row. */
export interface TokenRow {
  code: number
  imageId: string
  gridHeight: number
  gridWidth: number
  cell: number
  distance: number
  widthPx: number
  heightPx: number
}

export function toPatch(configuration: Configuration, token: TokenRow): CodewordPatch {
  const { imageId, gridHeight, gridWidth, distance } = token
  const image = { width: token.widthPx, height: token.heightPx }
  const row = Math.floor(token.cell / gridWidth)
  const column = token.cell % gridWidth
  const box = patchBox(patchSidePx(configuration, image), image, row, column)
  return { imageId, row, column, gridHeight, gridWidth, distance, image, box }
}

/** Images that one look at patches reads. Of a larger collection it reads a sample, the same every time. */
export const imagesAtMost = 20_000

/** The tokens of one codeword, through the index over codes; of a very large collection those of a sample of images. */
export function tokensOf(stageId: string, code: number, images = imagesAtMost): Prisma.Sql {
  return Prisma.sql`
    select t.code, map."imageId", map."gridHeight", map."gridWidth", (t.place - 1)::int as cell, t.distance
    from (
      select * from "IndexMap" where "stageId" = ${stageId}::uuid and codes @> array[${code}]::int[]
      order by md5("imageId"::text) limit ${images}
    ) map, unnest(map.codes, map.distances) with ordinality as t(code, distance, place)
    where t.code = ${code}`
}
