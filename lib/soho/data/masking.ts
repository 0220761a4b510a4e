/** Ids of the pieces that are never asked, and of [MASK]. */
export interface MaskingIds {
  never: readonly number[]
  mask: number
}

/** The label of a place that is not asked. */
export const notAsked = -100

/** One number in [0, 1) a token, in three roles. */
export interface WordDraws {
  select: number
  action: number
  word: number
}

/**
 * BERT's masking: 15 % of the pieces, never [PAD], [CLS], [SEP]; of these 80 % become [MASK], 10 % a random piece, 10 % stay.
 * @returns the ids shown and the labels (`notAsked` where nothing is asked)
 */
export function maskWords(
  ids: ArrayLike<number>,
  draws: (i: number) => WordDraws,
  vocabularySize: number,
  probability: number,
  special: MaskingIds,
): { shown: Int32Array; labels: Int32Array } {
  const shown = Int32Array.from(ids)
  const labels = new Int32Array(ids.length).fill(notAsked)
  for (let i = 0; i < ids.length; i += 1) {
    const id = ids[i] as number
    if (special.never.includes(id)) continue
    const { select, action, word } = draws(i)
    if (select >= probability) continue
    labels[i] = id
    if (action < 0.8) shown[i] = special.mask
    else if (action < 0.9) shown[i] = Math.floor(word * vocabularySize)
  }
  return { shown, labels }
}

/** The paper's choice: one of the codewords present, each equally likely. `indices`: -1 where a token is padding. */
export function chooseByIndex(indices: ArrayLike<number>, draw: number): number | null {
  const present = [...new Set(Array.from(indices).filter((index) => index >= 0))].sort((a, b) => a - b)
  return present[Math.floor(draw * present.length)] ?? null
}

/** The reference code's choice: the codeword at a cell; null if the cell is padding. */
export function chooseByCell(indices: ArrayLike<number>, cell: number): number | null {
  const index = indices[cell] ?? -1
  return index >= 0 ? index : null
}

/** Every valid place that has the chosen codeword, so that no neighbour gives the answer away. */
export function placesWith(indices: ArrayLike<number>, chosen: number | null): number[] {
  if (chosen === null) return []
  return Array.from(indices).flatMap((index, place) => (index === chosen ? [place] : []))
}
