import type { TokenLabels } from './index-rows.ts'

/** A labelled box on the pixels of the stored image. */
export interface LabelledBox {
  labels: Record<string, string>
  x: number
  y: number
  width: number
  height: number
}

/** The least share of a token's cell that a box must cover to name it. */
const leastCover = 0.25

/** Gives every cell of a grid the labels of the box that covers most of it. */
export function labelTokens(
  boxes: readonly LabelledBox[],
  image: { width: number; height: number },
  grid: { rows: number; columns: number },
) {
  const cellWidth = image.width / grid.columns
  const cellHeight = image.height / grid.rows
  const labels: TokenLabels[number] = []
  for (let row = 0; row < grid.rows; row += 1) {
    for (let column = 0; column < grid.columns; column += 1) {
      let best: LabelledBox | null = null
      let bestArea = leastCover * cellWidth * cellHeight
      for (const box of boxes) {
        const area = overlap(box.x, box.width, column * cellWidth, cellWidth) * overlap(box.y, box.height, row * cellHeight, cellHeight)
        if (area >= bestArea) [best, bestArea] = [box, area]
      }
      labels.push(best?.labels ?? null)
    }
  }
  return labels
}

function overlap(a: number, aLength: number, b: number, bLength: number): number {
  return Math.max(0, Math.min(a + aLength, b + bLength) - Math.max(a, b))
}
