import type { NamedArray } from '../contract.ts'
import { chooseByCell, notAsked, placesWith } from '../data/masking.ts'

/** Rows and columns of each image's grid that show it, from a mask [B, h, w] whose ones fill a corner. */
export function gridsOf({ shape, data }: NamedArray): { rows: number; columns: number }[] {
  const [images, h, w] = shape as [number, number, number]
  return Array.from({ length: images }, (_, b) => {
    const cells = [...data.slice(b * h * w, (b + 1) * h * w)]
    return { columns: cells.slice(0, w).filter((v) => v === 1).length, rows: cells.filter((v, i) => v === 1 && i % w === 0).length }
  })
}

/** A choice of codeword for each sample, with the places that have it and their labels; row-major over (sample, cell). */
export interface VisualMask {
  /** `notAsked` where nothing is chosen. */
  chosen: number[]
  mask: number[]
  labels: number[]
}

/**
 * @param indices codeword of each cell, [samples, cells]
 * @param valid 1 or 0 for each cell
 * @param choose the codeword to hide, from the codewords of the valid cells (-1 elsewhere)
 * @param kept whether the sample's mask is kept
 */
export function maskSamples(
  samples: number,
  indices: ArrayLike<number>,
  valid: ArrayLike<number>,
  choose: (cells: number[], sample: number) => number | null,
  kept: (sample: number) => boolean,
): VisualMask {
  const cells = indices.length / samples
  const found: VisualMask = { chosen: [], mask: new Array<number>(indices.length).fill(0), labels: [] }
  for (let sample = 0; sample < samples; sample += 1) {
    const place = (i: number) => sample * cells + i
    const own = Array.from({ length: cells }, (_, i) => (valid[place(i)] === 1 ? (indices[place(i)] as number) : -1))
    const chosen = choose(own, sample)
    found.chosen.push(chosen ?? notAsked)
    for (const i of placesWith(own, kept(sample) ? chosen : null)) found.mask[place(i)] = 1
  }
  found.labels = found.mask.map((masked, i) => (masked === 1 ? (indices[i] as number) : notAsked))
  return found
}

/** The reference code's: the codeword at one cell of each sample. */
export function maskByCell(
  indices: ArrayLike<number>,
  valid: ArrayLike<number>,
  cell: readonly number[],
  keep: readonly number[],
): VisualMask {
  return maskSamples(
    cell.length,
    indices,
    valid,
    (own, sample) => chooseByCell(own, cell[sample] as number),
    (sample) => keep[sample] === 1,
  )
}
