import Link from 'next/link'
import type { ReactNode } from 'react'
import type { DatasetDetail, DatasetVersionView } from '#lib/services/datasets/get-dataset'
import { findFormat, splitLabels, splits } from '#lib/services/imports/format-catalog'
import { hrefWith } from '../../../_server/page-data'
import { formatBytes, formatCount, formatPercent } from '../../../_ui/format'
import { Missing } from '../../../_ui/missing'
import { Section } from '../../../_ui/section'
import { Table, TBody, Td, Th, THead, Tr } from '../../../_ui/table'
import { Time } from '../../../_ui/time'
import { numberInAddress } from './dataset-header'

/** What a version holds, and under which terms. */
export function Facts({ dataset, version }: { dataset: DatasetDetail; version: DatasetVersionView }) {
  const { counts } = version
  const word = findFormat(dataset.format)?.exampleWord ?? 'examples'
  const total = splits.reduce((sum, split) => sum + counts.examples[split], 0)
  const shown = splits.filter((split) => split !== 'restval' || counts.examples.restval > 0)
  const share = (count: number) => (total > 0 ? formatPercent(count / total) : <Missing reason="There are none." />)
  const missing = hrefWith(`/datasets/${dataset.id}/images`, { version: numberInAddress(dataset, version), problem: 'missing' })
  return (
    <Section title={`Version ${version.number}`}>
      <div className="grid gap-x-12 gap-y-6 md:grid-cols-[minmax(16rem,24rem)_1fr]">
        <Table label="Examples of each split">
          <THead>
            <Tr>
              <Th>Split</Th>
              <Th numeric className="capitalize">
                {word}
              </Th>
              <Th numeric>Share</Th>
            </Tr>
          </THead>
          <TBody>
            {shown.map((split) => (
              <Tr key={split}>
                <Td>{splitLabels[split]}</Td>
                <Td numeric>{formatCount(counts.examples[split])}</Td>
                <Td numeric>{share(counts.examples[split])}</Td>
              </Tr>
            ))}
            <Tr>
              <Td className="font-medium">all</Td>
              <Td numeric className="font-medium">
                {formatCount(total)}
              </Td>
              <Td numeric>{share(total)}</Td>
            </Tr>
          </TBody>
        </Table>
        <dl className="grid content-start gap-x-6 gap-y-1 text-table sm:grid-cols-[max-content_1fr]">
          <Fact label="Images">
            {formatCount(counts.images - counts.missingImages)} ({formatBytes(counts.imageBytes)})
          </Fact>
          <Fact label="Images missing or damaged">
            {counts.missingImages === 0 ? (
              '0'
            ) : (
              <Link href={missing} className="text-accent hover:underline">
                {formatCount(counts.missingImages)}
              </Link>
            )}
          </Fact>
          <Fact label="Image files of no record">{formatCount(counts.orphanImages)}</Fact>
          <Fact label="Licence">{dataset.license || <Missing reason="No licence was given." />}</Fact>
          <Fact label="Attribution">{dataset.attribution || <Missing reason="No attribution was given." />}</Fact>
          <Fact label="Made">
            <Time at={version.createdAt} />
          </Fact>
          <Fact label="Digest">
            <code className="font-mono text-xs break-all">{version.digest}</code>
          </Fact>
        </dl>
      </div>
    </Section>
  )
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{label}</dt>
      <dd className="mb-2 min-w-0 break-words sm:mb-0">{children}</dd>
    </>
  )
}
