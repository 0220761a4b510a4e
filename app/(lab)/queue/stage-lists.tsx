import Link from 'next/link'
import type { QueueStage, QueueView } from '#lib/services/queue/get-queue'
import { formatDuration } from '../../_ui/format'
import { Missing } from '../../_ui/missing'
import { StateBadge } from '../../_ui/state-badge'
import { Table, TBody, Td, Th, THead, Tr } from '../../_ui/table'
import { Time } from '../../_ui/time'
import { StageName } from './running-stage'

export function WaitingStages({ stages }: { stages: QueueView['waiting'] }) {
  return (
    <Table label="Waiting stages">
      <THead>
        <Tr>
          <Th numeric>Place</Th>
          <Th className="pl-6">Stage</Th>
          <Th>Ablation</Th>
          <Th>Waits for</Th>
          <Th>Since</Th>
        </Tr>
      </THead>
      <TBody>
        {stages.map((stage, i) => (
          <Tr key={stage.stageId}>
            <Td numeric>{i + 1}</Td>
            <Td className="pl-6 whitespace-nowrap">
              <StageName stage={stage} />
            </Td>
            <Td className="min-w-40">
              <AblationLink stage={stage} />
            </Td>
            <Td className="whitespace-nowrap">{stage.isReady ? 'a free slot' : 'its pre-training'}</Td>
            <Td>
              <Time at={stage.createdAt} />
            </Td>
          </Tr>
        ))}
      </TBody>
    </Table>
  )
}

export function RecentStages({ stages }: { stages: QueueStage[] }) {
  return (
    <Table label="Stages that ended last">
      <THead>
        <Tr>
          <Th>Stage</Th>
          <Th>Ablation</Th>
          <Th>State</Th>
          <Th numeric>Took</Th>
          <Th className="pl-6">Ended</Th>
          <Th>Reason</Th>
        </Tr>
      </THead>
      <TBody>
        {stages.map((stage) => (
          <Tr key={stage.stageId}>
            <Td className="whitespace-nowrap">
              <StageName stage={stage} />
            </Td>
            <Td className="min-w-40">
              <AblationLink stage={stage} />
            </Td>
            <Td>
              <StateBadge status={stage.status} />
            </Td>
            <Td numeric className="whitespace-nowrap">
              {stage.startedAt && stage.finishedAt ? (
                formatDuration((stage.finishedAt.getTime() - stage.startedAt.getTime()) / 1000)
              ) : (
                <Missing reason="It never started." />
              )}
            </Td>
            <Td className="pl-6">{stage.finishedAt ? <Time at={stage.finishedAt} /> : <Missing reason="It has not ended." />}</Td>
            <Td className="min-w-32 text-muted">{stage.failure}</Td>
          </Tr>
        ))}
      </TBody>
    </Table>
  )
}

function AblationLink({ stage: { ablationId, ablationName } }: { stage: QueueStage }) {
  if (!ablationId) return <Missing reason="No run needs it any more." />
  return (
    <Link href={`/ablations/${ablationId}`} className="hover:underline">
      {ablationName}
    </Link>
  )
}
