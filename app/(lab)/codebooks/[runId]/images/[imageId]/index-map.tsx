'use client'

import Image from 'next/image'
import { parseAsBoolean, useQueryState } from 'nuqs'
import { useState } from 'react'
import type { IndexMapCell } from '#lib/services/codebooks/get-index-map'
import { Checkbox } from '../../../../../_ui/field'
import { CellDetail } from './cell-detail'
import { CodewordList } from './codeword-list'
import { MapCell } from './map-cell'

interface IndexMapProps {
  runId: string
  imageId: string
  imageName: string
  width: number
  height: number
  cells: IndexMapCell[]
  /** The codeword that the reader came from, and `row.column` of its patch. */
  initialCode: number | null
  place: string
}

/** Smaller images are scaled up to this, pixel by pixel. */
const shownSidePx = 560

/** The whole image, every patch with its codeword. A cell under the pointer or in focus shows all patches of its codeword. */
export function IndexMap({ runId, imageId, imageName, width, height, cells, initialCode, place }: IndexMapProps) {
  const [isShown, setIsShown] = useQueryState('map', parseAsBoolean.withDefault(true))
  const [pointed, setPointed] = useState<IndexMapCell | null>(null)
  const chosen = cells.find(({ row, column }) => `${row}.${column}` === place) ?? cells.find(({ code }) => code === initialCode) ?? null
  const current = pointed ?? chosen
  const scale = shownSidePx / Math.max(width, height, 1)
  const colours = colourCodes(cells)
  return (
    <div className="grid gap-8 lg:grid-cols-[minmax(0,560px)_minmax(0,1fr)]">
      <div>
        <div className="relative w-full overflow-hidden bg-hover" style={{ aspectRatio: `${width} / ${height}`, maxWidth: width * scale }}>
          <Image
            unoptimized
            priority
            src={`/api/images/${imageId}`}
            alt={`Image ${imageName}`}
            width={width}
            height={height}
            className={`size-full ${scale > 1.5 ? '[image-rendering:pixelated]' : ''}`}
          />
          {cells.map((cell) => (
            <MapCell
              key={`${cell.row}.${cell.column}`}
              cell={cell}
              runId={runId}
              image={{ width, height }}
              isShown={isShown}
              isChosen={cell === chosen}
              isSame={cell.code === current?.code}
              colour={colours.get(cell.code) ?? 'var(--series-8)'}
              onPoint={setPointed}
            />
          ))}
        </div>
        <Checkbox
          label="Show the index map"
          checked={isShown}
          onChange={(event) => void setIsShown(event.target.checked)}
          className="mt-3"
        />
      </div>
      <div>
        <CellDetail cell={current} runId={runId} count={cells.filter(({ code }) => code === current?.code).length} />
        <CodewordList runId={runId} cells={cells} colours={colours} current={current?.code ?? null} />
      </div>
    </div>
  )
}

/** The most frequent codewords of the image have a colour of their own; the number tells the others apart. */
function colourCodes(cells: readonly IndexMapCell[]): Map<number, string> {
  const counts = new Map<number, number>()
  for (const { code } of cells) counts.set(code, (counts.get(code) ?? 0) + 1)
  const codes = [...counts].toSorted(([a, m], [b, n]) => n - m || a - b).map(([code]) => code)
  return new Map(codes.slice(0, 7).map((code, i) => [code, `var(--series-${i + 1})`]))
}
