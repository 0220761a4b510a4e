import Link from 'next/link'
import type { DatasetDetail, DerivationView } from '#lib/services/datasets/get-dataset'
import { formatPercent } from '../../../_ui/format'
import { Missing } from '../../../_ui/missing'
import { Section } from '../../../_ui/section'
import { StateBadge } from '../../../_ui/state-badge'
import { Table, TBody, Td, Th, THead, Tr } from '../../../_ui/table'
import { Time } from '../../../_ui/time'

const kinds: Record<string, string> = { changes: 'changes', exclusion: 'exclusion', subset: 'subset' }

/** Versions made from other ones: by whom, why, and how far they are. */
export function Derivations({ dataset }: { dataset: DatasetDetail }) {
  if (dataset.derivations.length === 0) return null
  return (
    <Section title="Made from other versions" description={dataset.derivations.length === 20 ? 'The latest 20.' : undefined}>
      <Table label="Versions made from other ones, the newest first">
        <THead>
          <Tr>
            <Th>State</Th>
            <Th>How</Th>
            <Th>From</Th>
            <Th>Version</Th>
            <Th>Reason</Th>
            <Th>By</Th>
            <Th>Started</Th>
          </Tr>
        </THead>
        <TBody>
          {dataset.derivations.map((derivation) => (
            <Tr key={derivation.id}>
              <Td>
                <StateBadge status={derivation.status} />
              </Td>
              <Td>{kinds[derivation.kind] ?? derivation.kind}</Td>
              <Td className="whitespace-nowrap">
                <Parent derivation={derivation} datasetId={dataset.id} />
              </Td>
              <Td className="min-w-24">
                {derivation.version ? `Version ${derivation.version.number}` : <Progress derivation={derivation} />}
              </Td>
              <Td className="min-w-40 break-words">{derivation.reason || <Missing reason="None was given." />}</Td>
              <Td className="whitespace-nowrap">{derivation.author ?? <Missing reason="Nobody: the lab itself." />}</Td>
              <Td>
                <Time at={derivation.createdAt} />
              </Td>
            </Tr>
          ))}
        </TBody>
      </Table>
    </Section>
  )
}

function Parent({ derivation: { parent }, datasetId }: { derivation: DerivationView; datasetId: string }) {
  const { number, dataset } = parent
  return (
    <Link href={`/datasets/${dataset.id}?version=${number}`} className="text-accent underline">
      {dataset.id === datasetId ? `Version ${number}` : `${dataset.name}, version ${number}`}
    </Link>
  )
}

function Progress({ derivation: { status, phase, done, total, error } }: { derivation: DerivationView }) {
  if (error) return <span className="break-words text-bad">{error}</span>
  if (status === 'running' && total) return `${phase} (${formatPercent(done / total, 0)})`
  return phase || <Missing reason="It made no version." />
}
