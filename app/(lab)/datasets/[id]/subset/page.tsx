import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getDataset } from '#lib/services/datasets/get-dataset'
import { listFilterChoices } from '#lib/services/datasets/list-filter-choices'
import { splits } from '#lib/services/imports/format-catalog'
import { pageContext } from '../../../../_server/page-context'
import { mayEdit, one, orNotFound, type SearchParams } from '../../../../_server/page-data'
import { Notice } from '../../../../_ui/notice'
import { PageHeader } from '../../../../_ui/page-header'
import { chosenVersion } from '../dataset-header'
import { SubsetForm } from './subset-form'

export const metadata: Metadata = { title: 'New subset' }

interface Props {
  params: Promise<{ id: string }>
  searchParams: SearchParams
}

export default async function SubsetPage({ params, searchParams }: Props) {
  const ctx = await pageContext()
  const dataset = await orNotFound(getDataset(ctx, { id: (await params).id }))
  const version = chosenVersion(dataset, one((await searchParams)['version']))
  if (!version) notFound()
  const choices = await listFilterChoices(ctx, { versionId: version.id })
  const held = splits.flatMap((split) => (version.counts.examples[split] > 0 ? [{ split, examples: version.counts.examples[split] }] : []))
  return (
    <>
      <PageHeader
        title={`A subset of ${dataset.name}`}
        trail={[
          { label: 'Datasets', href: '/datasets' },
          { label: dataset.name, href: `/datasets/${dataset.id}` },
        ]}
        status={<span className="text-sm text-muted">version {version.number}</span>}
      >
        A part by rule becomes a dataset of its own. Its rule is kept, and draws the same part again.
      </PageHeader>
      {mayEdit(ctx) ? (
        <SubsetForm
          parentId={version.id}
          datasetName={dataset.name}
          splits={held}
          choices={{ labels: [...new Set([...choices.labels, ...choices.answers])], categories: choices.categories }}
        />
      ) : (
        <Notice tone="info">Your role is viewer: making datasets needs the role editor.</Notice>
      )}
    </>
  )
}
