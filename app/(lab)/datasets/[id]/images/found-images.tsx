'use client'

import type { ReactNode } from 'react'
import type { ImageList } from '#lib/services/datasets/list-images'
import { EmptyState } from '../../../../_ui/empty-state'
import { ImageGrid } from './image-grid'
import { LoadFailure } from './load-failure'
import { useFirstImages } from './use-first-images'

interface Props {
  datasetId: string
  /** Where images of this view are fetched. */
  source: string
  /** Null while the server looks for them. */
  first: ImageList | null
  /** Where `first` begins in the view. */
  from: number
  /** The number of the image at the top, from the address. */
  start: number
  /** What is looked through: `5,000,000 texts`. */
  lookedThrough: string
  /** In place of a grid without images. */
  nothing: ReactNode
}

/** The grid, as soon as it is known what it shows. */
export function FoundImages({ datasetId, source, first, from, start, lookedThrough, nothing }: Props) {
  const { found, failure, retry } = useFirstImages(source, first, from)
  if (failure !== null) return <LoadFailure message={failure} onRetry={retry} />
  if (!found)
    return (
      <div role="status">
        <EmptyState
          title={`Looking through ${lookedThrough}…`}
          text="This is asked for the first time. Of millions of texts it takes up to a minute; the page then shows the images by itself."
        />
        <noscript>
          <meta httpEquiv="refresh" content="2" />
        </noscript>
      </div>
    )
  return found.total > 0 ? (
    <ImageGrid datasetId={datasetId} source={source} first={found} start={Math.min(start, found.total - 1)} />
  ) : (
    nothing
  )
}
