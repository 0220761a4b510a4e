import type { Metadata } from 'next'
import { getDataset } from '#lib/services/datasets/get-dataset'
import { listDataRoots } from '#lib/services/imports/data-roots'
import { findFormat } from '#lib/services/imports/format-catalog'
import { pageContext } from '../../../_server/page-context'
import { Notice } from '../../../_ui/notice'
import { PageHeader } from '../../../_ui/page-header'
import { mayEdit, one, orNotFound, type SearchParams } from '../../../_server/page-data'
import { ImportForm } from './import-form'

export const metadata: Metadata = { title: 'Import a dataset' }

export default async function NewDatasetPage({ searchParams }: { searchParams: SearchParams }) {
  const ctx = await pageContext()
  const datasetId = one((await searchParams).dataset)
  const dataset = datasetId ? await orNotFound(getDataset(ctx, { id: datasetId })) : null
  const known = dataset && { ...dataset, format: findFormat(dataset.format)?.format ?? 'coco_karpathy' }
  return (
    <>
      <PageHeader
        title={dataset ? `Import a new version of ${dataset.name}` : 'Import a dataset'}
        trail={[{ label: 'Datasets', href: '/datasets' }, ...(dataset ? [{ label: dataset.name, href: `/datasets/${dataset.id}` }] : [])]}
      >
        The files of a public dataset as they are published, and their images. One bad record never stops the rest: whatever is set aside is
        listed with its place and reason.
      </PageHeader>
      {mayEdit(ctx) ? (
        <ImportForm dataRoots={await listDataRoots(ctx)} known={known} />
      ) : (
        <Notice tone="info">Importing needs the role editor; ask an administrator of this lab.</Notice>
      )}
    </>
  )
}
