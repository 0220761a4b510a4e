import type { Metadata } from 'next'
import { getDataset, type DatasetDetail, type DatasetVersionView } from '#lib/services/datasets/get-dataset'
import { findFormat } from '#lib/services/imports/format-catalog'
import { Live } from '../../../_live/live'
import { pageContext } from '../../../_server/page-context'
import { ButtonLink } from '../../../_ui/button'
import { EmptyState } from '../../../_ui/empty-state'
import { PageHeader } from '../../../_ui/page-header'
import { mayEdit, one, orNotFound, type SearchParams } from '../../../_server/page-data'
import { Facts } from './facts'
import { History } from './history'
import { ImageGrid } from './image-grid'

interface Props {
  params: Promise<{ id: string }>
  searchParams: SearchParams
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const ctx = await pageContext()
  return { title: (await orNotFound(getDataset(ctx, { id: (await params).id }))).name }
}

export default async function DatasetPage({ params, searchParams }: Props) {
  const ctx = await pageContext()
  const dataset = await orNotFound(getDataset(ctx, { id: (await params).id }))
  const query = await searchParams
  const version = chosenVersion(dataset, one(query.version))
  return (
    <>
      <PageHeader
        title={dataset.name}
        trail={[{ label: 'Datasets', href: '/datasets' }]}
        status={<span className="text-sm text-muted">{findFormat(dataset.format)?.label ?? dataset.format}</span>}
        actions={mayEdit(ctx) && <ButtonLink href={`/datasets/new?dataset=${dataset.id}`}>Import a new version</ButtonLink>}
      >
        {dataset.description || null}
      </PageHeader>
      <Live topics={[`dataset:${dataset.id}`]} />
      {version ? (
        <>
          <Facts dataset={dataset} version={version} />
          <ImageGrid
            ctx={ctx}
            dataset={dataset}
            version={version}
            search={one(query.q)}
            split={one(query.split)}
            page={Math.max(1, Math.floor(Number(one(query.page)) || 1))}
          />
        </>
      ) : (
        <EmptyState title="No version yet" text="A version appears here when an import has succeeded." className="mb-8" />
      )}
      <History dataset={dataset} shownId={version?.id ?? null} />
    </>
  )
}

/** The version in the address, else the newest. */
function chosenVersion(dataset: DatasetDetail, number: string): DatasetVersionView | null {
  return dataset.versions.find((version) => String(version.number) === number) ?? dataset.versions[0] ?? null
}
