import type { Metadata } from 'next'
import Link from 'next/link'
import { listCodebooks, type CodebookListItem } from '#lib/services/codebooks/list-codebooks'
import { Live } from '../../_live/live'
import { pageContext } from '../../_server/page-context'
import { ButtonLink } from '../../_ui/button'
import { EmptyState } from '../../_ui/empty-state'
import { formatCount, formatPercent } from '../../_ui/format'
import { Missing } from '../../_ui/missing'
import { PageHeader } from '../../_ui/page-header'
import { Table, TBody, Td, Th, THead, Tr } from '../../_ui/table'
import { Time } from '../../_ui/time'
import { one, orNotFound, type SearchParams } from '../../_server/page-data'
import { codebookHref } from './addresses'
import { runName } from './run-name'

export const metadata: Metadata = { title: 'Codebooks' }

export default async function CodebooksPage({ searchParams }: { searchParams: SearchParams }) {
  const ctx = await pageContext()
  const cursor = one((await searchParams).after) || undefined
  const { codebooks, nextCursor } = await orNotFound(listCodebooks(ctx, { limit: 50, cursor }))
  return (
    <>
      <PageHeader title="Codebooks">
        <p>The visual dictionaries of finished pre-trainings: which image patches each codeword collects.</p>
      </PageHeader>
      <Live topics={['queue']} />
      {codebooks.length === 0 ? (
        <EmptyState
          title="No codebook yet"
          text="A codebook appears here when the pre-training of a run with a visual dictionary has finished."
          action={<ButtonLink href="/ablations">Look at the ablations</ButtonLink>}
        />
      ) : (
        <CodebookTable codebooks={codebooks} />
      )}
      {nextCursor && (
        <ButtonLink href={`/codebooks?after=${nextCursor}`} className="mt-4">
          Older codebooks
        </ButtonLink>
      )}
    </>
  )
}

function CodebookTable({ codebooks }: { codebooks: CodebookListItem[] }) {
  return (
    <Table label="Codebooks">
      <THead>
        <Tr>
          <Th>Codebook</Th>
          <Th>Ablation</Th>
          <Th numeric>Used</Th>
          <Th numeric>Dead</Th>
          <Th numeric>Perplexity ↑</Th>
          <Th numeric>Purity ↑</Th>
          <Th numeric>Runs</Th>
          <Th numeric>Finished</Th>
        </Tr>
      </THead>
      <TBody>
        {codebooks.map((codebook) => (
          <CodebookRow key={codebook.stageId} codebook={codebook} />
        ))}
      </TBody>
    </Table>
  )
}

function CodebookRow({ codebook }: { codebook: CodebookListItem }) {
  const { runId, ablation, size, usedCount, perplexity, purity, runCount, finishedAt } = codebook
  const [first] = purity
  return (
    <Tr>
      <Td>
        <Link href={codebookHref(runId)} className="font-medium text-accent hover:underline">
          {runName(codebook)}
        </Link>
      </Td>
      <Td>
        <Link href={`/ablations/${ablation.id}`} className="hover:underline">
          {ablation.name}
        </Link>
      </Td>
      <Td numeric>{formatCount(usedCount)}</Td>
      <Td numeric>{formatCount(size - usedCount)}</Td>
      <Td numeric>{perplexity === null ? <Missing reason="Not measured." /> : perplexity.toFixed(1)}</Td>
      <Td numeric className="whitespace-nowrap">
        {first ? `${formatPercent(first.value, 0)} ${first.attribute}` : <Missing reason="The dataset names no objects." />}
      </Td>
      <Td numeric>{formatCount(runCount)}</Td>
      <Td numeric>{finishedAt && <Time at={finishedAt} />}</Td>
    </Tr>
  )
}
