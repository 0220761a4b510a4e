import type { Metadata } from 'next'
import { getDataset } from '#lib/services/datasets/get-dataset'
import { pageContext } from '../../../_server/page-context'
import { mayEdit, one, orNotFound, type SearchParams } from '../../../_server/page-data'
import { EmptyState } from '../../../_ui/empty-state'
import { Changes } from './changes'
import { chosenVersion, DatasetHeader } from './dataset-header'
import { Facts } from './facts'
import { History } from './history'
import { Preview } from './preview'
import { UsedBy } from './used-by'

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
  const version = chosenVersion(dataset, one((await searchParams)['version']))
  return (
    <>
      <DatasetHeader dataset={dataset} version={version} active="overview" canEdit={mayEdit(ctx)} />
      {version ? (
        <>
          <Facts dataset={dataset} version={version} />
          <Preview ctx={ctx} dataset={dataset} version={version} />
          <Changes ctx={ctx} dataset={dataset} version={version} />
          <UsedBy ctx={ctx} version={version} />
        </>
      ) : (
        <EmptyState title="No version yet" text="A version appears here when an import has succeeded." className="mb-8" />
      )}
      <History dataset={dataset} shownId={version?.id ?? null} />
    </>
  )
}
