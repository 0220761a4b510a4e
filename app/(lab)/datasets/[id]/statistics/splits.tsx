import { findOfficial, type OfficialSplit } from '#lib/services/datasets/statistics/official'
import type { DatasetDetail, DatasetVersionView } from '#lib/services/datasets/get-dataset'
import { longestText, type StoredStatistics } from '#lib/services/datasets/statistics/stored-statistics'
import { findFormat, splitLabels } from '#lib/services/imports/format-catalog'
import { quantile } from '../../../../_charts/prepare/histogram'
import { formatCount } from '../../../../_ui/format'
import { Missing } from '../../../../_ui/missing'
import { Section } from '../../../../_ui/section'
import { Table, TBody, Td, Th, THead, Tr } from '../../../../_ui/table'

interface Props {
  dataset: DatasetDetail
  version: DatasetVersionView
  statistics: StoredStatistics
}

/** What is in each split, beside what its publishers say should be. */
export function Splits({ dataset, version, statistics }: Props) {
  const { missingImages, images } = version.counts
  const official = findOfficial(dataset.format, statistics.splits)
  const word = findFormat(dataset.format)?.exampleWord ?? 'examples'
  return (
    <Section
      title="Splits"
      description={
        official
          ? `Beside the official counts of ${official.name}.`
          : 'The counts are near no publication of this format: a part of one, or data of your own.'
      }
    >
      <Table label={official ? 'Counts of each split, and the official ones' : 'Counts of each split'}>
        <THead>
          <Tr>
            <Th>Split</Th>
            <Th numeric className="capitalize">
              {word}
            </Th>
            {official && <Th numeric>Official</Th>}
            <Th numeric>Images</Th>
            {official && <Th numeric>Official</Th>}
            {official && <Th className="pl-6">Compared</Th>}
            <Th numeric>Words, median</Th>
            <Th numeric>Words, 95 % at most</Th>
          </Tr>
        </THead>
        <TBody>
          {statistics.splits.map(({ split, examples: count, images: shown, lengths }) => {
            const known = official?.splits.find((one) => one.split === split)
            return (
              <Tr key={split}>
                <Td>{splitLabels[split]}</Td>
                <Td numeric>{formatCount(count)}</Td>
                {official && <Td numeric>{published(known?.examples)}</Td>}
                <Td numeric>{formatCount(shown)}</Td>
                {official && <Td numeric>{published(known?.images)}</Td>}
                {official && <Td className="pl-6">{known ? compare(known, count, shown, word) : published(null)}</Td>}
                <Td numeric>{words(quantile(lengths, 0.5))}</Td>
                <Td numeric>{words(quantile(lengths, 0.95))}</Td>
              </Tr>
            )
          })}
        </TBody>
      </Table>
      <p className="mt-2 text-sm text-muted">
        {missingImages === 0
          ? `All ${formatCount(images)} images were found and can be read.`
          : `${formatCount(missingImages)} of ${formatCount(images)} images are missing or damaged.`}
      </p>
    </Section>
  )
}

const published = (count: number | null | undefined) => (count ? formatCount(count) : <Missing reason="Its publishers name no count." />)

const words = (value: number | null) =>
  value === null ? <Missing reason="There is no text." /> : value >= longestText ? `${value}+` : value

/** `complete`, or what is missing or too many, in words. */
function compare(known: OfficialSplit, examples: number, images: number, word: string): string {
  const differences = [difference(known.examples, examples, word), difference(known.images, images, 'images')].filter(
    (text) => text !== null,
  )
  return differences.length === 0 ? 'complete' : differences.join(', ')
}

function difference(official: number | null, found: number, word: string): string | null {
  if (official === null || official === found) return null
  const count = Math.abs(official - found)
  const unit = count === 1 ? word.replace(/s$/, '').replace(/hypothese$/, 'hypothesis') : word
  return `${formatCount(count)} ${unit} ${found < official ? 'missing' : 'more'}`
}
