import type { Configuration } from '#lib/soho/config'

/** A rectangle on the pixels of the stored image. */
export interface PixelBox {
  x: number
  y: number
  width: number
  height: number
}
export interface ImageSize {
  width: number
  height: number
}

/** Pixels of the scaled image for each visual token. */
const tokenStridePx: Record<Configuration['encoder']['kind'], number> = { small: 16, resnet18: 64, resnet50: 64, resnet101: 64 }

/** The side of a token's patch on the pixels of the stored image: tokens lie on the scaled one. */
export function patchSidePx({ image, encoder }: Pick<Configuration, 'image' | 'encoder'>, size: ImageSize): number {
  const factor = Math.min(image.shortSidePx / Math.min(size.width, size.height), image.longSidePx / Math.max(size.width, size.height))
  return tokenStridePx[encoder.kind] / factor
}

/** Rows and columns of visual tokens that lie on an image after the resize rule. */
export function tokenGrid(
  { image, encoder }: Pick<Configuration, 'image' | 'encoder'>,
  { width, height }: ImageSize,
): { rows: number; columns: number } {
  const factor = Math.min(image.shortSidePx / Math.min(width, height), image.longSidePx / Math.max(width, height))
  const tokens = (side: number) => Math.ceil(Math.max(1, Math.round(side * factor)) / tokenStridePx[encoder.kind])
  return { rows: tokens(height), columns: tokens(width) }
}

/** The part of the image behind one token; at the right and lower edge only what is left of it. */
export function patchBox(side: number, { width, height }: ImageSize, row: number, column: number): PixelBox {
  const x = Math.min(column * side, width)
  const y = Math.min(row * side, height)
  return { x, y, width: Math.min(side, width - x), height: Math.min(side, height - y) }
}

/** How many rows and columns of a map lie on the image; the rest pads its batch. */
export function coveredGrid(codes: readonly number[], gridHeight: number, gridWidth: number): { rows: number; columns: number } {
  let rows = 0
  let columns = 0
  for (let row = 0; row < gridHeight; row += 1) {
    for (let column = 0; column < gridWidth; column += 1) {
      if ((codes[row * gridWidth + column] ?? -1) < 0) continue
      rows = row + 1
      columns = Math.max(columns, column + 1)
    }
  }
  return { rows, columns }
}
