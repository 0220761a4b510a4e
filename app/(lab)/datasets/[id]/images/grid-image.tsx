'use client'

import Link from 'next/link'
import { memo } from 'react'
import type { ImageView } from '#lib/services/datasets/list-images'
import { formatCount } from '../../../../_ui/format'
import { Thumbnail } from '../thumbnail'

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
          <Thumbnail image={image} sizePx={192} loading="eager" />
        </span>
        <span className="mt-1 block truncate text-xs text-muted group-hover:text-text">{image.key}</span>
      </Link>
    </div>
  )
})
