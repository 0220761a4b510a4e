import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getDataset } from '#lib/services/datasets/get-dataset'
import { getStatistics } from '#lib/services/datasets/statistics/get-statistics'
import { presetNames } from '#lib/soho/config'
import { pageContext } from '../../../../_server/page-context'
import { mayEdit, one, orNotFound, type SearchParams } from '../../../../_server/page-data'
import { EmptyState } from '../../../../_ui/empty-state'
import { chosenVersion, DatasetHeader, numberInAddress } from '../dataset-header'
import type { Chosen } from './chosen'
import { Images } from './images'
import { Labels } from './labels'
import { Splits } from './splits'
import { Texts } from './texts'

export const metadata: Metadata = { title: 'Statistics' }

export default async function StatisticsPage({ params, searchParams }: { params: Promise<{ id: string }>; searchParams: SearchParams }) {
  const ctx = await pageContext()
  const dataset = await orNotFound(getDataset(ctx, { id: (await params).id }))
  const query = await searchParams
  const version = chosenVersion(dataset, one(query['version']))
  if (!version) notFound()
  const statistics = await getStatistics(ctx, { versionId: version.id })
  const chosen: Chosen = {
    version: numberInAddress(dataset, version),
    preset: presetNames.find((name) => name === one(query['preset'])) ?? 'ablation',
    vocabulary: /^[0-9a-f]{64}$/.test(one(query['vocabulary'])) ? one(query['vocabulary']) : null,
  }
  return (
    <>
      <DatasetHeader dataset={dataset} version={version} active="statistics" canEdit={mayEdit(ctx)} />
      {statistics ? (
        <>
          <Splits dataset={dataset} version={version} statistics={statistics} />
          <Texts ctx={ctx} version={version} statistics={statistics} chosen={chosen} />
          <Labels statistics={statistics} />
          <Images statistics={statistics} chosen={chosen} />
        </>
      ) : (
        <EmptyState
          title="Being counted"
          text="The version is counted for the first time. Of millions of texts this takes a minute or two; the page then shows the result by itself."
        />
      )}
    </>
  )
}
