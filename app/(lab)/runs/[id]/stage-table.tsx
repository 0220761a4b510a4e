import type { RunDetail, RunStageDetail } from '#lib/services/runs/get-run'
import { stageLabels } from '#lib/services/stages/stage-kind'
import { formatBytes, formatCount, formatDuration } from '../../../_ui/format'
import { Missing } from '../../../_ui/missing'
import { ProgressBar } from '../../../_ui/progress-bar'
import { Section } from '../../../_ui/section'
import { StateBadge } from '../../../_ui/state-badge'
import { Table, TBody, Td, Th, THead, Tr } from '../../../_ui/table'
import { Time } from '../../../_ui/time'
import { Attempts } from './attempts'
import { StageFailure } from './stage-failure'

/** The run's stages: how far, how fast, on what, and every attempt. */
export function StageTable({ run, mayEdit }: { run: RunDetail; mayEdit: boolean }) {
  return (
    <Section title="Stages">
      <Table label="Stages">
        <THead>
          <Tr>
            <Th>Stage</Th>
            <Th>State</Th>
            <Th>Steps</Th>
            <Th numeric>Images/s</Th>
            <Th numeric>Took</Th>
            <Th className="pl-6">Data</Th>
            <Th>Checkpoint</Th>
            <Th>Attempts</Th>
          </Tr>
        </THead>
        <TBody>
          {run.stages.map((stage) => (
            <StageRow key={stage.stageId} stage={stage} />
          ))}
        </TBody>
      </Table>
      {run.stages
        .filter(({ failure }) => failure !== null)
        .map((stage) => (
          <StageFailure key={stage.stageId} stage={stage} mayEdit={mayEdit} />
        ))}
    </Section>
  )
}

function StageRow({ stage }: { stage: RunStageDetail }) {
  const { kind, status, itemsPerSecond, dataset, checkpoint, attempts, runCount, cancelRequestedAt } = stage
  return (
    <Tr>
      <Th scope="row" className="whitespace-nowrap text-text">
        {stageLabels[kind]}
        {runCount > 1 && <span className="font-normal text-muted"> · shared by {runCount} runs</span>}
      </Th>
      <Td className="whitespace-nowrap">
        <StateBadge status={status} />
        {cancelRequestedAt && <span className="block text-xs text-muted">stops after a checkpoint</span>}
      </Td>
      <Td className="min-w-40">
        <Steps stage={stage} />
      </Td>
      <Td numeric>
        {itemsPerSecond === null ? (
          <Missing reason={status === 'running' ? 'Not measured yet.' : 'Only while it runs.'} />
        ) : (
          itemsPerSecond.toFixed(1)
        )}
      </Td>
      <Td numeric className="whitespace-nowrap">
        <Took stage={stage} />
      </Td>
      <Td className="pl-6 whitespace-nowrap">
        {dataset.name}, v{dataset.number}
      </Td>
      <Td className="whitespace-nowrap">
        {checkpoint ? (
          <>
            step {formatCount(checkpoint.step)}, {formatBytes(checkpoint.sizeBytes)}, <Time at={checkpoint.at} />
          </>
        ) : (
          <Missing reason={status === 'succeeded' ? 'Finished: its final weights are kept instead.' : 'None written yet.'} />
        )}
      </Td>
      <Td>
        <Attempts attempts={attempts} />
      </Td>
    </Tr>
  )
}

function Steps({ stage: { kind, step, stepsTotal, progress } }: { stage: RunStageDetail }) {
  if (stepsTotal === null) return <Missing reason="Known once the stage has begun." />
  return (
    <span className="tabular flex items-center gap-2">
      <ProgressBar value={progress} label={`Steps of ${stageLabels[kind]}`} className="max-w-16" />
      {formatCount(step)} / {formatCount(stepsTotal)}
    </span>
  )
}

function Took({ stage: { startedAt, finishedAt } }: { stage: RunStageDetail }) {
  if (!startedAt) return <Missing reason="Not started yet." />
  if (!finishedAt) {
    return (
      <span className="text-muted">
        began <Time at={startedAt} />
      </span>
    )
  }
  return formatDuration((finishedAt.getTime() - startedAt.getTime()) / 1000)
}
