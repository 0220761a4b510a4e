'use client'

import Image from 'next/image'
import { useState } from 'react'
import { Checkbox } from '../../../../../_ui/field'

interface LabelledBox {
  id: string
  category: string
  attributes: Record<string, string>
  x: number
  y: number
  width: number
  height: number
}

interface Props {
  id: string
  name: string
  widthPx: number
  heightPx: number
  objects: LabelledBox[]
}

/** The image as large as its place, with its labelled boxes over it; pointing at a label shows its box. */
export function BoxedImage({ id, name, widthPx, heightPx, objects }: Props) {
  const [areShown, setAreShown] = useState(true)
  const [pointedId, setPointedId] = useState<string | null>(null)
  const isSmall = Math.max(widthPx, heightPx) <= 128
  return (
    <div>
      <div className="relative overflow-hidden rounded border border-line">
        <Image
          unoptimized
          preload
          src={`/api/images/${id}`}
          alt={`Image ${name}`}
          width={widthPx}
          height={heightPx}
          className={`h-auto w-full ${isSmall ? '[image-rendering:pixelated]' : ''}`}
        />
        <svg viewBox={`0 0 ${widthPx} ${heightPx}`} aria-hidden="true" className="pointer-events-none absolute inset-0 size-full">
          {objects
            .filter((object) => areShown || object.id === pointedId)
            .map((object) => (
              <Box key={object.id} object={object} isPointed={object.id === pointedId} />
            ))}
        </svg>
      </div>
      {objects.length > 0 && (
        <>
          <Checkbox
            label={`Show ${objects.length} ${objects.length === 1 ? 'box' : 'boxes'}`}
            checked={areShown}
            onChange={(event) => setAreShown(event.target.checked)}
            className="mt-3"
          />
          <ul className="mt-2 flex flex-wrap gap-2" aria-label="Labelled boxes">
            {objects.map((object) => (
              <li key={object.id}>
                <button
                  type="button"
                  className="rounded border border-line px-2 py-0.5 text-left text-table hover:border-accent"
                  onPointerEnter={() => setPointedId(object.id)}
                  onPointerLeave={() => setPointedId(null)}
                  onFocus={() => setPointedId(object.id)}
                  onBlur={() => setPointedId(null)}
                >
                  <span className="font-medium">{object.category}</span>{' '}
                  <span className="text-muted">{Object.values(object.attributes).join(', ')}</span>
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  )
}

/** Light on dark, so that a box is seen on every picture; lines keep their width whatever the picture's size. */
function Box({ object: { x, y, width, height }, isPointed }: { object: LabelledBox; isPointed: boolean }) {
  const place = { x, y, width, height, fill: 'none', vectorEffect: 'non-scaling-stroke' as const }
  return (
    <>
      <rect {...place} stroke="#000" strokeWidth={isPointed ? 6 : 4} />
      <rect {...place} stroke={isPointed ? '#ffd24a' : '#fff'} strokeWidth={isPointed ? 3 : 1.5} />
    </>
  )
}
