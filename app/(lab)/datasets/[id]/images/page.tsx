import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getDataset } from '#lib/services/datasets/get-dataset'
import { readFilter, writeFilter } from '#lib/services/datasets/image-filter'
import { listFilterChoices } from '#lib/services/datasets/list-filter-choices'
import { listImages } from '#lib/services/datasets/list-images'
import { pageContext } from '../../../../_server/page-context'
import { hrefWith, mayEdit, one, orNotFound, type SearchParams } from '../../../../_server/page-data'
import { ButtonLink } from '../../../../_ui/button'
import { EmptyState } from '../../../../_ui/empty-state'
import { chosenVersion, DatasetHeader, numberInAddress } from '../dataset-header'
import { blockSize } from './block-size'
import { FilterForm } from './filter-form'
import { ImageGrid } from './image-grid'

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
    listImages(ctx, { versionId: version.id, filter, from, limit: blockSize }),
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
      {first.total > 0 ? (
        <ImageGrid key={source} datasetId={dataset.id} source={source} first={first} start={Math.min(start, first.total - 1)} />
      ) : (
        <EmptyState
          title="No image is shown"
          text={Object.keys(written).length > 0 ? 'No image of this version has all of this. Ask for less.' : 'This version has no image.'}
          action={Object.keys(written).length > 0 && <ButtonLink href={hrefWith(path, { version: number })}>Show every image</ButtonLink>}
        />
      )}
    </>
  )
}
