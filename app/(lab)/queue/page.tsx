import type { Metadata } from 'next'
import { getQueue } from '#lib/services/queue/get-queue'
import { Live } from '../../_live/live'
import { pageContext } from '../../_server/page-context'
import { EmptyState } from '../../_ui/empty-state'
import { formatCount } from '../../_ui/format'
import { PageHeader } from '../../_ui/page-header'
import { Section } from '../../_ui/section'
import { RecentStages, WaitingStages } from './stage-lists'
import { WorkerTable } from './worker-table'

export const metadata: Metadata = { title: 'Queue' }

export default async function QueuePage() {
  const ctx = await pageContext()
  const { workers, waiting, waitingTotal, recent } = await getQueue(ctx)
  const isShort = waiting.length < waitingTotal
  return (
    <>
      <PageHeader title="Queue" />
      <Live topics={['queue']} />
      <Section title="Workers" description="Each trains as many stages at once as it has slots.">
        {workers.length === 0 ? (
          <EmptyState
            title="No worker"
            text="Nothing trains until a worker runs. `npm start` starts one with the server; others can join from other machines."
          />
        ) : (
          <WorkerTable workers={workers} />
        )}
      </Section>
      <Section
        title="Waiting"
        description={
          isShort ? `The next ${waiting.length} of ${formatCount(waitingTotal)} stages, in order.` : 'In the order in which they are taken.'
        }
      >
        {waiting.length === 0 ? <p className="text-muted">No stage waits.</p> : <WaitingStages stages={waiting} />}
      </Section>
      <Section title="Ended last" {...(recent.length >= 50 ? { description: 'The last 50.' } : {})}>
        {recent.length === 0 ? <p className="text-muted">Nothing has ended yet.</p> : <RecentStages stages={recent} />}
      </Section>
    </>
  )
}
