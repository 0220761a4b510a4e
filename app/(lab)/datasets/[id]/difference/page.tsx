import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { compareVersions, type ExampleDifference, type ImageDifference } from '#lib/services/datasets/compare-versions'
import { getDataset } from '#lib/services/datasets/get-dataset'
import { pageContext } from '../../../../_server/page-context'
import { hrefWith, one, orNotFound, type SearchParams } from '../../../../_server/page-data'
import { EmptyState } from '../../../../_ui/empty-state'
import { formatCount } from '../../../../_ui/format'
import { PageHeader } from '../../../../_ui/page-header'
import { Section } from '../../../../_ui/section'
import { Table, TBody, Td, Th, THead, Tr } from '../../../../_ui/table'
import { VersionChoice } from './version-choice'

export const metadata: Metadata = { title: 'Difference of versions' }

const sorts = ['added', 'removed', 'changed'] as const
/** Differences of each sort that are named at first, and that can be. */
const usual = 20
const most = 200

/** `?from=1&to=2`: what version 2 adds to version 1, lacks of it and has changed. */
export default async function DifferencePage({ params, searchParams }: { params: Promise<{ id: string }>; searchParams: SearchParams }) {
  const ctx = await pageContext()
  const dataset = await orNotFound(getDataset(ctx, { id: (await params).id }))
  const query = await searchParams
  const numbered = (name: string) => dataset.versions.find(({ number }) => String(number) === one(query[name]))
  const [from, to] = [numbered('from'), numbered('to')]
  if (!from || !to) notFound()
  const limit = one(query['limit']) === String(most) ? most : usual
  const { examples, images } = await orNotFound(compareVersions(ctx, { versionId: to.id, otherVersionId: from.id, limit }))
  const counts = [examples.counts, images.counts].flatMap((found) => sorts.map((sort) => found[sort]))
  const isCut = limit < most && counts.some((count) => count > limit)
  return (
    <>
      <PageHeader
        title={`Version ${from.number} and version ${to.number}`}
        trail={[
          { label: 'Datasets', href: '/datasets' },
          { label: dataset.name, href: `/datasets/${dataset.id}` },
        ]}
        actions={<VersionChoice dataset={dataset} from={from} to={to} />}
      >
        Texts: {inWords(examples.counts)}. Images: {inWords(images.counts)}.{' '}
        {isCut && (
          <Link
            href={hrefWith(`/datasets/${dataset.id}/difference`, { from: from.number, to: to.number, limit: most })}
            className="text-accent underline"
          >
            Show up to {most} of each
          </Link>
        )}
      </PageHeader>
      {counts.every((count) => count === 0) && (
        <EmptyState title="No difference" text="Both versions have the same texts and the same images." className="mb-8" />
      )}
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
            <Th className="w-28 sm:w-56">Text</Th>
            <Th>Content</Th>
          </Tr>
        </THead>
        <TBody>
          {differences.map(({ kind, split, externalId, before, after }) => (
            <Tr key={`${kind} ${split} ${externalId}`}>
              <Td className="min-w-28 align-top break-words">
                {kind} {externalId}
                <span className="block text-xs text-muted">{split}</span>
              </Td>
              <Td className="min-w-40 align-top">
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
          <li key={key} className="min-w-0">
            <Link href={`/datasets/${datasetId}/images/${afterId ?? beforeId}`} className="break-all text-accent hover:underline">
              {key}
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  )
}
