import type { Metadata } from 'next'
import Link from 'next/link'
import { listAblations } from '#lib/services/ablations/list-ablations'
import { Live } from '../../_live/live'
import { pageContext } from '../../_server/page-context'
import { ButtonLink } from '../../_ui/button'
import { EmptyState } from '../../_ui/empty-state'
import { PageHeader } from '../../_ui/page-header'
import { AblationTable } from './ablation-table'
import { mayEdit } from '../../_server/page-data'

export const metadata: Metadata = { title: 'Ablations' }

const pageSize = 50

export default async function AblationsPage({ searchParams }: { searchParams: Promise<{ after?: string }> }) {
  const ctx = await pageContext()
  const { after } = await searchParams
  const { ablations, nextCursor } = await listAblations(ctx, { limit: pageSize, cursor: after ?? null })
  const launch = mayEdit(ctx) && (
    <ButtonLink href="/ablations/new" variant="primary">
      New ablation
    </ButtonLink>
  )
  return (
    <>
      <PageHeader title="Ablations" actions={launch} />
      <Live topics={['ablations', ...ablations.slice(0, 50).map(({ id }) => `ablation:${id}`)]} />
      {ablations.length === 0 ? (
        <EmptyState
          title="No ablation yet"
          text="A base configuration, factors with their values, and seeds: every combination becomes a run, and equal work is done once."
          action={launch || undefined}
        />
      ) : (
        <AblationTable ablations={ablations} />
      )}
      {(after || nextCursor) && (
        <p className="mt-4 flex gap-4 text-sm">
          {after && (
            <Link href="/ablations" className="text-accent hover:underline">
              Newest
            </Link>
          )}
          {nextCursor && (
            <Link href={`/ablations?after=${nextCursor}`} className="text-accent hover:underline">
              Older ablations
            </Link>
          )}
        </p>
      )}
    </>
  )
}
