'use client'

import Image from 'next/image'
import Link from 'next/link'
import { memo } from 'react'
import type { ImageView } from '#lib/services/datasets/list-images'
import { formatCount } from '../../../../_ui/format'

interface Props {
  rank: number
  /** Not there yet while it is fetched; its place is. */
  image: ImageView | undefined
  datasetId: string
  isTabStop: boolean
}

export const GridImage = memo(function GridImage({ rank, image, datasetId, isTabStop }: Props) {
  const focus = { 'data-rank': rank, tabIndex: isTabStop ? 0 : -1 }
  if (!image)
    return (
      <div role="gridcell" className="min-w-0">
        <span {...focus} aria-label={`Image number ${formatCount(rank + 1)}, loading`} role="img" className="block">
          <span className="block aspect-square rounded border border-line bg-surface" />
        </span>
      </div>
    )
  return (
    <div role="gridcell" className="min-w-0">
      <Link
        {...focus}
        href={`/datasets/${datasetId}/images/${image.id}`}
        prefetch={false}
        title={image.key}
        className="group block rounded focus-visible:-outline-offset-2"
      >
        <span className="flex aspect-square items-center justify-center overflow-hidden rounded border border-line bg-surface group-hover:border-accent">
          {image.isMissing ? (
            <span className="px-2 text-center text-xs text-muted">missing or damaged</span>
          ) : (
            <Image
              unoptimized
              src={`/api/images/${image.id}/thumbnail?size=192`}
              alt={`Image ${image.key}`}
              width={192}
              height={192}
              // Only what is in sight is drawn at all.
              loading="eager"
              className={`size-full object-contain ${isSmall(image) ? '[image-rendering:pixelated]' : ''}`}
            />
          )}
        </span>
        <span className="mt-1 block truncate text-xs text-muted group-hover:text-text">{image.key}</span>
      </Link>
    </div>
  )
})

/** Enlarged, small drawings keep their pixels sharp. */
const isSmall = ({ widthPx, heightPx }: ImageView) => Math.max(widthPx ?? 0, heightPx ?? 0) <= 128
