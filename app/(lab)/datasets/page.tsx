import type { Metadata } from 'next'
import Link from 'next/link'
import { listDatasets, type DatasetSummary } from '#lib/services/datasets/list-datasets'
import { findFormat } from '#lib/services/imports/format-catalog'
import { Live } from '../../_live/live'
import { pageContext } from '../../_server/page-context'
import { ButtonLink } from '../../_ui/button'
import { EmptyState } from '../../_ui/empty-state'
import { formatBytes, formatCount } from '../../_ui/format'
import { Missing } from '../../_ui/missing'
import { PageHeader } from '../../_ui/page-header'
import { Table, TBody, Td, Th, THead, Tr } from '../../_ui/table'
import { ImportState } from './import-state'
import { mayEdit } from '../../_server/page-data'

export const metadata: Metadata = { title: 'Datasets' }

export default async function DatasetsPage() {
  const ctx = await pageContext()
  const { datasets } = await listDatasets(ctx)
  const newImport = mayEdit(ctx) && (
    <ButtonLink href="/datasets/new" variant="primary">
      Import a dataset
    </ButtonLink>
  )
  return (
    <>
      <PageHeader title="Datasets" actions={newImport} />
      <Live topics={datasets.slice(0, 60).map(({ id }) => `dataset:${id}`)} />
      {datasets.length === 0 ? (
        <EmptyState
          title="No dataset yet"
          text="Image-text data in one of the public formats: captions, questions, statements, hypotheses, with their images."
          action={newImport || undefined}
        />
      ) : (
        <DatasetTable datasets={datasets} />
      )}
    </>
  )
}

function DatasetTable({ datasets }: { datasets: DatasetSummary[] }) {
  return (
    <Table label="Datasets by name">
      <THead>
        <Tr>
          <Th>Name</Th>
          <Th className="hidden sm:table-cell">Format</Th>
          <Th numeric>Version</Th>
          <Th numeric>Train</Th>
          <Th numeric>Val</Th>
          <Th numeric>Test</Th>
          <Th numeric>Images</Th>
          <Th numeric>Size</Th>
          <Th className="pl-6">Last import</Th>
        </Tr>
      </THead>
      <TBody>
        {datasets.map((dataset) => (
          <DatasetRow key={dataset.id} dataset={dataset} />
        ))}
      </TBody>
    </Table>
  )
}

const noVersion = 'No import of this dataset has succeeded yet.'

function DatasetRow({ dataset }: { dataset: DatasetSummary }) {
  const { id, name, format, version, import: latest } = dataset
  const counts = version?.counts
  const shown = (value: string | undefined) => value ?? <Missing reason={noVersion} />
  const count = (value: number | undefined) => shown(value === undefined ? undefined : formatCount(value))
  return (
    <Tr>
      <Td>
        <Link href={`/datasets/${id}`} className="font-medium whitespace-nowrap text-accent hover:underline">
          {name}
        </Link>
      </Td>
      <Td className="hidden whitespace-nowrap sm:table-cell">{findFormat(format)?.label ?? format}</Td>
      <Td numeric>{shown(version ? String(version.number) : undefined)}</Td>
      <Td numeric>{count(counts && counts.examples.train + counts.examples.restval)}</Td>
      <Td numeric>{count(counts?.examples.val)}</Td>
      <Td numeric>{count(counts?.examples.test)}</Td>
      <Td numeric>{count(counts && counts.images - counts.missingImages)}</Td>
      <Td numeric className="whitespace-nowrap">
        {shown(counts && formatBytes(counts.imageBytes))}
      </Td>
      <Td className="pl-6">{latest ? <ImportState latest={latest} /> : <Missing reason="Nothing was imported yet." />}</Td>
    </Tr>
  )
}
