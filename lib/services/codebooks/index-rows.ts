import type { CodebookIndex } from '#lib/soho/contract'

export interface CodewordRow {
  code: number
  tokenCount: number
  usage: number
  imageCount: number
  meanDistance: number | null
  purity?: Record<string, number>
}
export interface IndexMapRow {
  imageId: string
  gridHeight: number
  gridWidth: number
  codes: number[]
  distances: number[]
}

/** What each token of each image shows, by attribute (`category`, `color`, ...); null where no box covers it. Aligned with the index maps. */
export type TokenLabels = (Record<string, string> | null)[][]

/** One row a codeword, unused ones included, and one a image. */
export function indexRows(
  { maps }: CodebookIndex,
  size: number,
  imageIds: readonly string[],
  labels: TokenLabels | null,
): { codewords: CodewordRow[]; indexMaps: IndexMapRow[] } {
  const tokens = new Array<number>(size).fill(0)
  const images = new Array<number>(size).fill(0)
  const distances = new Array<number>(size).fill(0)
  const indexMaps = maps.map(({ image, gridHeight, gridWidth, codes, distances: own }): IndexMapRow => {
    for (const [i, code] of codes.entries()) {
      if (code < 0) continue
      tokens[code] = (tokens[code] ?? 0) + 1
      distances[code] = (distances[code] ?? 0) + (own[i] as number)
    }
    for (const code of new Set(codes)) if (code >= 0) images[code] = (images[code] ?? 0) + 1
    return { imageId: imageIds[image] as string, gridHeight, gridWidth, codes: [...codes], distances: [...own] }
  })
  const total = tokens.reduce((a, b) => a + b, 0)
  const purity = labels ? codewordPurity(maps, labels) : new Map<number, Record<string, number>>()
  const codewords = tokens.map((tokenCount, code): CodewordRow => {
    const own = purity.get(code)
    return {
      code,
      tokenCount,
      usage: total > 0 ? tokenCount / total : 0,
      imageCount: images[code] ?? 0,
      meanDistance: tokenCount > 0 ? (distances[code] ?? 0) / tokenCount : null,
      ...(own ? { purity: own } : {}),
    }
  })
  return { codewords, indexMaps }
}

type Maps = readonly { codes: ArrayLike<number> }[]

/** For each codeword and attribute: the share of its labelled tokens that carry its most frequent value. */
export function codewordPurity(maps: Maps, labels: TokenLabels): Map<number, Record<string, number>> {
  const counts = countValues(maps, labels)
  const purity = new Map<number, Record<string, number>>()
  for (const [code, attributes] of counts) {
    const own: Record<string, number> = {}
    for (const [attribute, values] of attributes) {
      const all = [...values.values()]
      own[attribute] = Math.max(...all) / all.reduce((a, b) => a + b, 0)
    }
    purity.set(code, own)
  }
  return purity
}

/** Purity over all labelled tokens, by attribute: each codeword weighs by its tokens. */
export function overallPurity(maps: Maps, labels: TokenLabels): Record<string, number> {
  const pure: Record<string, number> = {}
  const total: Record<string, number> = {}
  for (const attributes of countValues(maps, labels).values()) {
    for (const [attribute, values] of attributes) {
      const all = [...values.values()]
      pure[attribute] = (pure[attribute] ?? 0) + Math.max(...all)
      total[attribute] = (total[attribute] ?? 0) + all.reduce((a, b) => a + b, 0)
    }
  }
  return Object.fromEntries(Object.entries(pure).map(([attribute, count]) => [attribute, count / (total[attribute] ?? 1)]))
}

/** The same assignments dealt out to other tokens: what purity is worth by chance. `draw(n)`: a permutation of 0 .. n - 1. */
export function shuffledPurity(maps: Maps, labels: TokenLabels, draw: (count: number) => ArrayLike<number>): Record<string, number> {
  const places = maps.flatMap(({ codes }, image) =>
    Array.from(codes, (_, token) => ({ image, token })).filter(({ token }) => labels[image]?.[token]),
  )
  const order = draw(places.length)
  const dealt = maps.map(({ codes }) => ({ codes: Array.from(codes) }))
  for (const [i, { image, token }] of places.entries()) {
    const from = places[order[i] as number] as { image: number; token: number }
    const target = dealt[image] as { codes: number[] }
    target.codes[token] = maps[from.image]?.codes[from.token] as number
  }
  return overallPurity(dealt, labels)
}

function countValues(maps: Maps, labels: TokenLabels): Map<number, Map<string, Map<string, number>>> {
  const counts = new Map<number, Map<string, Map<string, number>>>()
  for (const [image, { codes }] of maps.entries()) {
    for (let token = 0; token < codes.length; token += 1) {
      const code = codes[token] as number
      const label = labels[image]?.[token]
      if (code < 0 || !label) continue
      const attributes = counts.get(code) ?? new Map<string, Map<string, number>>()
      counts.set(code, attributes)
      for (const [attribute, value] of Object.entries(label)) {
        const values = attributes.get(attribute) ?? new Map<string, number>()
        attributes.set(attribute, values)
        values.set(value, (values.get(value) ?? 0) + 1)
      }
    }
  }
  return counts
}
