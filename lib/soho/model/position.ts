/**
 * The parameter-free 2-D sine map of the visual tokens (DETR's form): cumulative counts of valid cells along y and along x, each divided
 * by its last value (+ 1e-6) and multiplied by 2 pi; half of the width for y, then half for x; sine on even, cosine on odd places.
 * @param valid per image the number of valid rows and columns of its grid
 * @returns row-major [B, h*w, D]
 */
export function sinePositions(valid: { rows: number; columns: number }[], h: number, w: number, width: number): Float32Array {
  const half = width / 2
  const map = new Float32Array(valid.length * h * w * width)
  const frequency = Array.from({ length: half }, (_, i) => 10000 ** ((2 * Math.floor(i / 2)) / half))
  let at = 0
  for (const { rows, columns } of valid) {
    for (let y = 0; y < h; y += 1) {
      for (let x = 0; x < w; x += 1) {
        // A padded row counts no valid cell along x, a padded column none along y; behind the last valid cell the count stays.
        const downward = x < columns ? (Math.min(y + 1, rows) / (rows + 1e-6)) * 2 * Math.PI : 0
        const rightward = y < rows ? (Math.min(x + 1, columns) / (columns + 1e-6)) * 2 * Math.PI : 0
        for (const angle of [downward, rightward]) {
          for (let i = 0; i < half; i += 1) {
            const phase = angle / (frequency[i] as number)
            map[at] = i % 2 === 0 ? Math.sin(phase) : Math.cos(phase)
            at += 1
          }
        }
      }
    }
  }
  return map
}
