import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { compareVersions, type ExampleDifference, type ImageDifference } from '#lib/services/datasets/compare-versions'
import { getDataset } from '#lib/services/datasets/get-dataset'
import { pageContext } from '../../../../_server/page-context'
import { one, orNotFound, type SearchParams } from '../../../../_server/page-data'
import { formatCount } from '../../../../_ui/format'
import { PageHeader } from '../../../../_ui/page-header'
import { Section } from '../../../../_ui/section'
import { Table, TBody, Td, Th, THead, Tr } from '../../../../_ui/table'

export const metadata: Metadata = { title: 'Difference of versions' }

const sorts = ['added', 'removed', 'changed'] as const

/** `?from=1&to=2`: what version 2 adds to version 1, lacks of it and has changed. */
export default async function DifferencePage({ params, searchParams }: { params: Promise<{ id: string }>; searchParams: SearchParams }) {
  const ctx = await pageContext()
  const dataset = await orNotFound(getDataset(ctx, { id: (await params).id }))
  const query = await searchParams
  const numbered = (name: string) => dataset.versions.find(({ number }) => String(number) === one(query[name]))
  const [from, to] = [numbered('from'), numbered('to')]
  if (!from || !to) notFound()
  const { examples, images } = await orNotFound(compareVersions(ctx, { versionId: to.id, otherVersionId: from.id }))
  return (
    <>
      <PageHeader
        title={`Version ${from.number} and version ${to.number}`}
        trail={[
          { label: 'Datasets', href: '/datasets' },
          { label: dataset.name, href: `/datasets/${dataset.id}` },
        ]}
      >
        Texts: {inWords(examples.counts)}. Images: {inWords(images.counts)}.
      </PageHeader>
      {sorts.map((sort) => (
        <Examples key={sort} sort={sort} differences={examples[sort]} total={examples.counts[sort]} />
      ))}
      {sorts.map((sort) => (
        <Images key={sort} sort={sort} datasetId={dataset.id} differences={images[sort]} total={images.counts[sort]} />
      ))}
    </>
  )
}

const inWords = (counts: Record<(typeof sorts)[number], number>) => sorts.map((sort) => `${formatCount(counts[sort])} ${sort}`).join(', ')

const shown = (count: number, total: number) => (count < total ? `The first ${formatCount(count)} of ${formatCount(total)}.` : undefined)

function Examples({ sort, differences, total }: { sort: string; differences: ExampleDifference[]; total: number }) {
  if (total === 0) return null
  return (
    <Section title={`Texts ${sort}`} description={shown(differences.length, total)}>
      <Table label={`Texts ${sort}`}>
        <THead>
          <Tr>
            <Th>Text</Th>
            <Th>Content</Th>
          </Tr>
        </THead>
        <TBody>
          {differences.map(({ kind, split, externalId, before, after }) => (
            <Tr key={`${kind} ${split} ${externalId}`}>
              <Td className="align-top whitespace-nowrap">
                {kind} {externalId}
                <span className="block text-xs text-muted">{split}</span>
              </Td>
              <Td className="min-w-64">
                {before && <del className={`block break-words ${after ? 'text-muted' : 'no-underline'}`}>{contentOf(before)}</del>}
                {after && <ins className="block break-words no-underline">{contentOf(after)}</ins>}
              </Td>
            </Tr>
          ))}
        </TBody>
      </Table>
    </Section>
  )
}

const contentOf = ({ text, label }: { text: string; label: string | null }) => (label === null ? text : `${text} · ${label}`)

interface ImagesProps {
  sort: string
  datasetId: string
  differences: ImageDifference[]
  total: number
}

function Images({ sort, datasetId, differences, total }: ImagesProps) {
  if (total === 0) return null
  return (
    <Section title={`Images ${sort}`} description={shown(differences.length, total)}>
      <ul className="flex flex-wrap gap-x-4 gap-y-1">
        {differences.map(({ key, beforeId, afterId }) => (
          <li key={key}>
            <Link href={`/datasets/${datasetId}/images/${afterId ?? beforeId}`} className="text-accent hover:underline">
              {key}
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  )
}
