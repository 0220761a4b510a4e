import Link from 'next/link'
import type { DatasetDetail } from '#lib/services/datasets/get-dataset'
import { splits } from '#lib/services/imports/format-catalog'
import { formatCount } from '../../../_ui/format'
import { Missing } from '../../../_ui/missing'
import { Section } from '../../../_ui/section'
import { StateBadge } from '../../../_ui/state-badge'
import { Table, TBody, Td, Th, THead, Tr } from '../../../_ui/table'
import { Time } from '../../../_ui/time'
import { Derivations } from './derivations'

/** Versions and the imports that made them. */
export function History({ dataset, shownId }: { dataset: DatasetDetail; shownId: string | null }) {
  return (
    <>
      {dataset.versions.length > 1 && <Versions dataset={dataset} shownId={shownId} />}
      <Derivations dataset={dataset} />
      <Imports dataset={dataset} />
    </>
  )
}

function Versions({ dataset, shownId }: { dataset: DatasetDetail; shownId: string | null }) {
  return (
    <Section title="Versions" description="A version never changes; its digest names its content.">
      <Table label="Versions, the newest first">
        <THead>
          <Tr>
            <Th>Version</Th>
            <Th numeric>Examples</Th>
            <Th numeric>Images</Th>
            <Th className="pl-6">Made</Th>
            <Th>Digest</Th>
            <Th>Difference</Th>
          </Tr>
        </THead>
        <TBody>
          {dataset.versions.map((version, i) => (
            <Tr key={version.id}>
              <Td className="whitespace-nowrap">
                <Link
                  href={`/datasets/${dataset.id}?version=${version.number}`}
                  aria-current={version.id === shownId ? 'page' : undefined}
                  className="text-accent hover:underline aria-[current]:font-semibold"
                >
                  Version {version.number}
                </Link>
              </Td>
              <Td numeric>{formatCount(splits.reduce((sum, split) => sum + version.counts.examples[split], 0))}</Td>
              <Td numeric>{formatCount(version.counts.images)}</Td>
              <Td className="pl-6">
                <Time at={version.createdAt} />
              </Td>
              <Td className="font-mono text-xs" title={version.digest}>
                {version.digest.slice(0, 12)}
              </Td>
              <Td className="whitespace-nowrap">
                {dataset.versions[i + 1] && (
                  <Link
                    href={`/datasets/${dataset.id}/difference?from=${dataset.versions[i + 1]?.number}&to=${version.number}`}
                    prefetch={false}
                    className="text-accent hover:underline"
                  >
                    to version {dataset.versions[i + 1]?.number}
                  </Link>
                )}
              </Td>
            </Tr>
          ))}
        </TBody>
      </Table>
    </Section>
  )
}

function Imports({ dataset }: { dataset: DatasetDetail }) {
  if (dataset.imports.length === 0) return null
  return (
    <Section title="Imports" description={dataset.imports.length === 20 ? 'The latest 20.' : undefined}>
      <Table label="Imports, the newest first">
        <THead>
          <Tr>
            <Th>State</Th>
            <Th>Report</Th>
            <Th>Started</Th>
            <Th>Version</Th>
            <Th numeric>Taken</Th>
            <Th numeric>Set aside</Th>
            <Th numeric>Warnings</Th>
          </Tr>
        </THead>
        <TBody>
          {dataset.imports.map((one) => (
            <Tr key={one.id}>
              <Td>
                <StateBadge status={one.status} />
              </Td>
              <Td>
                <Link href={`/datasets/imports/${one.id}`} className="text-accent hover:underline">
                  {one.refusedCount + one.warningCount > 0 ? 'Problems' : 'Details'}
                </Link>
              </Td>
              <Td>
                <Time at={one.createdAt} />
              </Td>
              <Td className="min-w-24">{versionOf(dataset, one.id) ?? (one.phase || <Missing reason="It made no version." />)}</Td>
              <Td numeric>{formatCount(one.takenCount)}</Td>
              <Td numeric>{formatCount(one.refusedCount)}</Td>
              <Td numeric>{formatCount(one.warningCount)}</Td>
            </Tr>
          ))}
        </TBody>
      </Table>
    </Section>
  )
}

function versionOf(dataset: DatasetDetail, importId: string): string | undefined {
  const version = dataset.versions.find((made) => made.importId === importId)
  return version && `Version ${version.number}`
}
