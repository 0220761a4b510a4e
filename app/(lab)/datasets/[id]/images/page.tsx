import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getDataset, type DatasetVersionView } from '#lib/services/datasets/get-dataset'
import { findImages, pagePatienceMs } from '#lib/services/datasets/find-images'
import { asksOfTexts, readFilter, writeFilter, type ImageFilter } from '#lib/services/datasets/image-filter'
import { listFilterChoices } from '#lib/services/datasets/list-filter-choices'
import { pageContext } from '../../../../_server/page-context'
import { hrefWith, mayEdit, one, orNotFound, type SearchParams } from '../../../../_server/page-data'
import { ButtonLink } from '../../../../_ui/button'
import { EmptyState } from '../../../../_ui/empty-state'
import { formatCount } from '../../../../_ui/format'
import { chosenVersion, DatasetHeader, numberInAddress } from '../dataset-header'
import { blockSize } from './block-size'
import { FilterForm } from './filter-form'
import { FoundImages } from './found-images'

export const metadata: Metadata = { title: 'Images' }

export default async function ImagesPage({ params, searchParams }: { params: Promise<{ id: string }>; searchParams: SearchParams }) {
  const ctx = await pageContext()
  const dataset = await orNotFound(getDataset(ctx, { id: (await params).id }))
  const query = await searchParams
  const version = chosenVersion(dataset, one(query['version']))
  if (!version) notFound()
  const filter = readFilter((name) => one(query[name]))
  const written = writeFilter(filter)
  const start = Math.min(Math.max(0, Math.floor(Number(one(query['at']))) || 0), 100_000_000)
  const from = start - (start % blockSize)
  const [first, choices] = await Promise.all([
    findImages(ctx, { versionId: version.id, filter, from, limit: blockSize }, pagePatienceMs),
    listFilterChoices(ctx, { versionId: version.id }),
  ])
  const path = `/datasets/${dataset.id}/images`
  const number = numberInAddress(dataset, version)
  const source = hrefWith(`/api/datasets/${version.id}/images`, written)
  return (
    <>
      <DatasetHeader dataset={dataset} version={version} active="images" canEdit={mayEdit(ctx)} />
      <FilterForm
        key={`filter ${source}`}
        path={path}
        version={number}
        filter={filter}
        choices={choices}
        splits={Object.entries(version.counts.examples).flatMap(([split, count]) => (count > 0 ? [split] : []))}
      />
      <FoundImages
        key={source}
        datasetId={dataset.id}
        source={source}
        first={first}
        from={from}
        start={start}
        lookedThrough={lookedThrough(version, filter)}
        nothing={
          <EmptyState
            title="No image is shown"
            text={
              Object.keys(written).length > 0 ? 'No image of this version has all of this. Ask for less.' : 'This version has no image.'
            }
            action={Object.keys(written).length > 0 && <ButtonLink href={hrefWith(path, { version: number })}>Show every image</ButtonLink>}
          />
        }
      />
    </>
  )
}

function lookedThrough({ counts }: DatasetVersionView, filter: ImageFilter): string {
  if (!asksOfTexts(filter)) return `${formatCount(counts.images)} images`
  return `${formatCount(Object.values(counts.examples).reduce((sum, count) => sum + count, 0))} texts`
}
