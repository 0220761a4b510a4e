/** The look of a series. It depends on the series' own index alone, so that it is the same on every page. */
export interface SeriesLook {
  color: string
  /** SVG dash pattern; distinguishes series once the palette has been used up. */
  dash: string | undefined
}

const paletteSize = 8
const dashes = [undefined, '6 3', '2 3', '8 3 2 3']

export function seriesLook(index: number): SeriesLook {
  const dash = dashes[Math.floor(index / paletteSize) % dashes.length]
  return { color: `var(--series-${(index % paletteSize) + 1})`, dash }
}
