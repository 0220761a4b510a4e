import Link from 'next/link'
import type { RunListItem } from '#lib/services/runs/list-runs'
import { ProgressBar } from '../../_ui/progress-bar'
import { StateBadge } from '../../_ui/state-badge'
import { Table, TBody, Td, Th, THead, Tr } from '../../_ui/table'
import { Time } from '../../_ui/time'
import { StageMark } from '../ablations/[id]/stage-mark'

export function RunTable({ runs }: { runs: RunListItem[] }) {
  return (
    <Table label="Runs">
      <THead>
        <Tr>
          <Th>Run</Th>
          <Th>Ablation</Th>
          <Th>State</Th>
          <Th>Stages</Th>
          <Th>Progress</Th>
          <Th>Preset</Th>
          <Th>Launched</Th>
        </Tr>
      </THead>
      <TBody>
        {runs.map((run) => (
          <Tr key={run.id}>
            <Td className="whitespace-nowrap">
              <Link href={`/runs/${run.id}`} className="font-medium text-accent hover:underline">
                {run.label} · seed {run.seed}
              </Link>
            </Td>
            <Td className="min-w-48">
              <Link href={`/ablations/${run.ablation.id}`} className="hover:underline">
                {run.ablation.name}
              </Link>
            </Td>
            <Td>
              <StateBadge status={run.state} />
            </Td>
            <Td>
              <span className="flex gap-2">
                {run.stages.map((stage) => (
                  <StageMark key={stage.kind} runId={run.id} seed={run.seed} stage={stage} />
                ))}
              </span>
            </Td>
            <Td>
              <ProgressBar value={run.progress} label={`Progress of ${run.label}, seed ${run.seed}`} className="max-w-20" />
            </Td>
            <Td>{run.preset}</Td>
            <Td>
              <Time at={run.createdAt} />
            </Td>
          </Tr>
        ))}
      </TBody>
    </Table>
  )
}
