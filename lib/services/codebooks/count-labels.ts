import type { Db } from '#lib/db'
import type { Configuration } from '#lib/soho/config'
import { tokensOf } from './codeword-tokens.ts'
import type { TokenRow } from './codeword-tokens.ts'
import { patchSidePx } from './patch-grid.ts'
import { labelTokens } from './token-labels.ts'
import type { LabelledBox } from './token-labels.ts'

/** What the tokens of a codeword show, by attribute (`category`, `color`, ...), the most frequent value first. */
export interface LabelCounts {
  /** Tokens looked at, and those of them on a labelled object. */
  tokenCount: number
  labelledCount: number
  attributes: { attribute: string; values: { value: string; count: number }[] }[]
}

/** Images whose boxes are read for one codeword. */
const labelledImages = 2000

/** Null where no box of the codeword's images is known. */
export async function countLabels(db: Db, stageId: string, code: number, configuration: Configuration): Promise<LabelCounts | null> {
  const tokens = await db.$queryRaw<TokenRow[]>`
    select token.*, image."widthPx", image."heightPx"
    from (${tokensOf(stageId, code, labelledImages)}) token
    join "DatasetImage" image on image.id = token."imageId"`
  const boxes = await readBoxes(db, [...new Set(tokens.map(({ imageId }) => imageId))])
  if (boxes.size === 0) return null
  const found = tokens.map((token) => labelOf(token, boxes.get(token.imageId) ?? [], configuration))
  return { tokenCount: tokens.length, ...countValues(found) }
}

async function readBoxes(db: Db, imageIds: string[]): Promise<Map<string, LabelledBox[]>> {
  const objects = await db.imageObject.findMany({ where: { imageId: { in: imageIds } } })
  const boxes = new Map<string, LabelledBox[]>()
  for (const { imageId, category, attributes, x, y, width, height } of objects) {
    const named = Object.entries(attributes as Record<string, unknown>).map(([name, value]) => [name, String(value)] as const)
    const own = boxes.get(imageId) ?? []
    boxes.set(imageId, own)
    own.push({ labels: { category, ...Object.fromEntries(named) }, x, y, width, height })
  }
  return boxes
}

function labelOf(token: TokenRow, boxes: LabelledBox[], configuration: Configuration): Record<string, string> | null {
  const { gridHeight: rows, gridWidth: columns, cell } = token
  const side = patchSidePx(configuration, { width: token.widthPx, height: token.heightPx })
  return labelTokens(boxes, { width: columns * side, height: rows * side }, { rows, columns })[cell] ?? null
}

/** Counts the values of each attribute; a token without a label counts nowhere. */
export function countValues(labels: readonly (Record<string, string> | null)[]): Omit<LabelCounts, 'tokenCount'> {
  const counts = new Map<string, Map<string, number>>()
  for (const [attribute, value] of labels.flatMap((label) => Object.entries(label ?? {}))) {
    const values = counts.get(attribute) ?? new Map<string, number>()
    counts.set(attribute, values.set(value, (values.get(value) ?? 0) + 1))
  }
  const attributes = [...counts].map(([attribute, values]) => ({
    attribute,
    values: [...values].map(([value, count]) => ({ value, count })).toSorted((a, b) => b.count - a.count || a.value.localeCompare(b.value)),
  }))
  return { labelledCount: labels.filter((label) => label !== null).length, attributes }
}
