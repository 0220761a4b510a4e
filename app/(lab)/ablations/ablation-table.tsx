import Link from 'next/link'
import { writeFieldValue } from '#lib/services/ablations/field-catalog'
import type { AblationListItem } from '#lib/services/ablations/list-ablations'
import { Missing } from '../../_ui/missing'
import { ProgressBar } from '../../_ui/progress-bar'
import { StateBadge } from '../../_ui/state-badge'
import { Table, TBody, Td, Th, THead, Tr } from '../../_ui/table'
import { Time } from '../../_ui/time'

export function AblationTable({ ablations }: { ablations: AblationListItem[] }) {
  return (
    <Table label="Ablations">
      <THead>
        <Tr>
          <Th>Name</Th>
          <Th>State</Th>
          <Th>Stages</Th>
          <Th>Factors</Th>
          <Th>Preset</Th>
          <Th numeric>Runs</Th>
          <Th className="pl-6">Launched</Th>
          <Th>By</Th>
        </Tr>
      </THead>
      <TBody>
        {ablations.map((ablation) => (
          <Tr key={ablation.id}>
            <Td className="min-w-48">
              <Link href={`/ablations/${ablation.id}`} className="font-medium text-accent hover:underline">
                {ablation.name}
              </Link>
            </Td>
            <Td>
              <StateBadge status={ablation.state} />
            </Td>
            <Td className="whitespace-nowrap">
              <span className="tabular inline-flex items-center gap-2">
                <ProgressBar
                  value={ablation.stagesTotal === 0 ? null : ablation.stagesDone / ablation.stagesTotal}
                  label={`Stages of ${ablation.name}`}
                  className="max-w-16"
                />
                {ablation.stagesDone}/{ablation.stagesTotal}
              </span>
            </Td>
            <Td className="min-w-56">{factorsInWords(ablation)}</Td>
            <Td>{ablation.preset}</Td>
            <Td numeric>{ablation.runCount}</Td>
            <Td className="pl-6">
              <Time at={ablation.createdAt} />
            </Td>
            <Td>{ablation.createdBy ?? <Missing reason="Launched on the server itself." />}</Td>
          </Tr>
        ))}
      </TBody>
    </Table>
  )
}

/** `Dictionary size: off, 64, 256` */
export function factorsInWords({ factors }: Pick<AblationListItem, 'factors'>): string {
  return factors
    .map(({ field, label, values }) => `${label}: ${values.map((value) => writeFieldValue(field, value)).join(', ')}`)
    .join('; ')
}
