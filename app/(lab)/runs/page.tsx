import type { Metadata } from 'next'
import Link from 'next/link'
import { listRuns } from '#lib/services/runs/list-runs'
import type { ListRunsInput } from '#lib/services/runs/list-runs'
import { Live } from '../../_live/live'
import { pageContext } from '../../_server/page-context'
import { EmptyState } from '../../_ui/empty-state'
import { PageHeader } from '../../_ui/page-header'
import { TabsNav } from '../../_ui/tabs-nav'
import { hrefWith, one, type SearchParams } from '../../_server/page-data'
import { RunTable } from './run-table'

export const metadata: Metadata = { title: 'Runs' }

const states = ['running', 'queued', 'succeeded', 'failed', 'canceled'] as const
const pageSize = 100

export default async function RunsPage({ searchParams }: { searchParams: SearchParams }) {
  const ctx = await pageContext()
  const query = await searchParams
  const state = states.find((name) => name === one(query['state']))
  const after = one(query['after'])
  const input: ListRunsInput = { limit: pageSize, ...(state ? { state } : {}), ...(after ? { cursor: after } : {}) }
  const { runs, nextCursor } = await listRuns(ctx, input)
  const tab = (label: string, value: string | undefined) => ({
    label,
    href: hrefWith('/runs', { state: value }),
    isActive: state === value,
  })
  return (
    <>
      <PageHeader title="Runs" />
      <Live topics={['queue', 'ablations']} />
      <TabsNav
        label="State"
        tabs={[tab('All', undefined), ...states.map((name) => tab(name.charAt(0).toUpperCase() + name.slice(1), name))]}
      />
      {runs.length === 0 ? (
        <EmptyState
          title={state ? `No ${state} run` : 'No run yet'}
          text={
            state
              ? 'Runs in other states are behind the other tabs.'
              : 'A run is one cell of an ablation with one seed. Launch an ablation to get some.'
          }
        />
      ) : (
        <RunTable runs={runs} />
      )}
      {nextCursor && (
        <p className="mt-4 text-sm">
          <Link href={hrefWith('/runs', { state, after: nextCursor })} className="text-accent hover:underline">
            The next {pageSize} runs
          </Link>
        </p>
      )}
    </>
  )
}
