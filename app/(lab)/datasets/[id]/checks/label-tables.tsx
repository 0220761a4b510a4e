import type { CheckSummary } from '#lib/services/checks/check-summary'
import { formatCount, formatPercent } from '../../../../_ui/format'
import { Missing } from '../../../../_ui/missing'
import { Section } from '../../../../_ui/section'
import { Table, TBody, Td, Th, THead, Tr } from '../../../../_ui/table'

const shownLabels = 5
const plurals = { caption: 'captions', question: 'questions', statement: 'statements', hypothesis: 'hypotheses' }

/** How labels are spread, and how many of them the text gives away. */
export function LabelTables({ summary }: { summary: CheckSummary }) {
  if (summary.labels.length === 0) return null
  return (
    <>
      <TextOnly scores={summary.textOnly} />
      <Section title="Labels" description="How often the most frequent ones stand in each split.">
        <Table label="Labels of each split">
          <THead>
            <Tr>
              <Th>Examples</Th>
              <Th>Split</Th>
              <Th numeric>Labelled</Th>
              <Th numeric>Different labels</Th>
              <Th className="pl-6">Most frequent</Th>
            </Tr>
          </THead>
          <TBody>
            {summary.labels.map(({ kind, split, total, distinct, top }) => (
              <Tr key={`${kind} ${split}`}>
                <Td>{plurals[kind]}</Td>
                <Td>{split}</Td>
                <Td numeric>{formatCount(total)}</Td>
                <Td numeric>{formatCount(distinct)}</Td>
                <Td className="tabular min-w-72 pl-6">
                  {top.slice(0, shownLabels).map(({ label, count }, i) => (
                    <span key={label}>
                      {i > 0 && ', '}
                      {label} <span className="text-muted">{formatPercent(count / total)}</span>
                    </span>
                  ))}
                  {distinct > shownLabels && <span className="text-muted">, and {formatCount(distinct - shownLabels)} more</span>}
                </Td>
              </Tr>
            ))}
          </TBody>
        </Table>
      </Section>
    </>
  )
}

function TextOnly({ scores }: { scores: CheckSummary['textOnly'] }) {
  const description =
    'A model that counts words (naive Bayes, learned from the training splits) names the label without seeing the image. What it gets right beyond the most frequent label can be guessed from the text.'
  return (
    <Section title="What the text alone tells" description={description}>
      {scores.length === 0 ? (
        <p className="text-muted">Not measured: it needs labels in a training split and in another one.</p>
      ) : (
        <Table label="Accuracy without images">
          <THead>
            <Tr>
              <Th>Examples</Th>
              <Th>Split</Th>
              <Th numeric>Labelled</Th>
              <Th numeric>Text alone</Th>
              <Th numeric>Most frequent label</Th>
              <Th className="pl-6">Reading</Th>
            </Tr>
          </THead>
          <TBody>
            {scores.map(({ kind, split, total, accuracy, majority, isTelling }) => (
              <Tr key={`${kind} ${split}`}>
                <Td>{plurals[kind]}</Td>
                <Td>{split}</Td>
                <Td numeric>{total > 0 ? formatCount(total) : <Missing reason="There are none." />}</Td>
                <Td numeric>{formatPercent(accuracy)}</Td>
                <Td numeric>{formatPercent(majority)}</Td>
                <Td className="min-w-60 pl-6">
                  {isTelling ? 'The text gives labels away: compare scores with this number.' : 'The text alone tells little or nothing.'}
                </Td>
              </Tr>
            ))}
          </TBody>
        </Table>
      )}
    </Section>
  )
}
