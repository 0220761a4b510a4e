'use client'

import Image from 'next/image'
import { useState } from 'react'
import { Checkbox } from '../../../../../_ui/field'

export interface NamedBox {
  id: string
  name: string
  /** Said beside the name. */
  detail: string
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
  /** Labelled objects, and regions that texts are about. */
  groups: { title: string; boxes: NamedBox[]; isShown: boolean }[]
}

/** The image as large as its place, with its boxes over it; pointing at a name shows its box. */
export function BoxedImage({ id, name, widthPx, heightPx, groups }: Props) {
  const [shown, setShown] = useState<ReadonlySet<string>>(() => new Set(groups.flatMap(({ title, isShown }) => (isShown ? [title] : []))))
  const [pointedId, setPointedId] = useState<string | null>(null)
  const isSmall = Math.max(widthPx, heightPx) <= 128
  const drawn = groups.flatMap(({ title, boxes }) => boxes.filter((box) => shown.has(title) || box.id === pointedId))
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
          {drawn.map((box) => (
            <Box key={box.id} box={box} isPointed={box.id === pointedId} />
          ))}
        </svg>
      </div>
      {groups
        .filter(({ boxes }) => boxes.length > 0)
        .map(({ title, boxes }) => (
          <div key={title}>
            <Checkbox
              label={`Show ${boxes.length} ${title}${boxes.length === 1 ? '' : title === 'box' ? 'es' : 's'}`}
              checked={shown.has(title)}
              onChange={() => setShown(toggled(shown, title))}
              className="mt-3"
            />
            <Names title={title} boxes={boxes} onPoint={setPointedId} />
          </div>
        ))}
    </div>
  )
}

function toggled(shown: ReadonlySet<string>, title: string): ReadonlySet<string> {
  const next = new Set(shown)
  if (!next.delete(title)) next.add(title)
  return next
}

function Names({ title, boxes, onPoint }: { title: string; boxes: NamedBox[]; onPoint: (id: string | null) => void }) {
  return (
    <ul className="mt-2 flex max-h-48 flex-wrap gap-2 overflow-y-auto" aria-label={`Every ${title}`}>
      {boxes.map(({ id, name, detail }) => (
        <li key={id}>
          <button
            type="button"
            className="rounded border border-line px-2 py-0.5 text-left text-table hover:border-accent"
            onPointerEnter={() => onPoint(id)}
            onPointerLeave={() => onPoint(null)}
            onFocus={() => onPoint(id)}
            onBlur={() => onPoint(null)}
          >
            <span className="font-medium">{name}</span> <span className="text-muted">{detail}</span>
          </button>
        </li>
      ))}
    </ul>
  )
}

/** Light on dark, so that a box is seen on every picture; lines keep their width whatever the picture's size. */
function Box({ box: { x, y, width, height }, isPointed }: { box: NamedBox; isPointed: boolean }) {
  const place = { x, y, width, height, fill: 'none', vectorEffect: 'non-scaling-stroke' as const }
  return (
    <>
      <rect {...place} stroke="#000" strokeWidth={isPointed ? 6 : 4} />
      <rect {...place} stroke={isPointed ? '#ffd24a' : '#fff'} strokeWidth={isPointed ? 3 : 1.5} />
    </>
  )
}
