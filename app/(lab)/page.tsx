import type { Metadata } from 'next'
import { getAblation } from '#lib/services/ablations/get-ablation'
import { listAblations } from '#lib/services/ablations/list-ablations'
import { listDatasets } from '#lib/services/datasets/list-datasets'
import { getQueue } from '#lib/services/queue/get-queue'
import { Live } from '../_live/live'
import { pageContext } from '../_server/page-context'
import { ButtonLink } from '../_ui/button'
import { PageHeader } from '../_ui/page-header'
import { Section } from '../_ui/section'
import { FirstSteps } from './first-steps'
import { LatestAblation } from './latest-ablation'
import { mayEdit } from '../_server/page-data'
import { RunningStage } from './queue/running-stage'

export const metadata: Metadata = { title: 'Now' }

const latestCount = 5

/** What happens now, and what came out last. */
export default async function HomePage() {
  const ctx = await pageContext()
  const [{ workers, waitingTotal }, { ablations }, { datasets }] = await Promise.all([
    getQueue(ctx),
    listAblations(ctx, { limit: latestCount }),
    listDatasets(ctx),
  ])
  const latest = await Promise.all(ablations.map(({ id }) => getAblation(ctx, { id })))
  const running = workers.flatMap((worker) => worker.running)
  return (
    <>
      <Live
        topics={[
          'queue',
          'ablations',
          ...ablations.map(({ id }) => `ablation:${id}`),
          ...datasets.slice(0, 30).map(({ id }) => `dataset:${id}`),
        ]}
      />
      <PageHeader
        title="Now"
        actions={
          mayEdit(ctx) &&
          ablations.length > 0 && (
            <ButtonLink href="/ablations/new" variant="primary">
              New ablation
            </ButtonLink>
          )
        }
      />
      {ablations.length === 0 ? (
        <FirstSteps hasData={datasets.some(({ version }) => version !== null)} mayEdit={mayEdit(ctx)} />
      ) : (
        <>
          <Section title="Running now" description={waitingInWords(waitingTotal)}>
            {running.length === 0 ? (
              <p className="text-muted">No stage is running.</p>
            ) : (
              <ul className="space-y-2">
                {running.map((stage) => (
                  <RunningStage key={stage.stageId} stage={stage} />
                ))}
              </ul>
            )}
          </Section>
          <Section title="Latest ablations">
            <ul className="divide-y divide-line">
              {latest.map((ablation) => (
                <LatestAblation key={ablation.id} ablation={ablation} />
              ))}
            </ul>
          </Section>
        </>
      )}
    </>
  )
}

function waitingInWords(count: number): string {
  if (count === 0) return 'Nothing waits.'
  return count === 1 ? '1 more stage waits in the queue.' : `${count} more stages wait in the queue.`
}
