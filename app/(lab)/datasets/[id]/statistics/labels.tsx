import type { StoredStatistics } from '#lib/services/datasets/statistics/stored-statistics'
import { splitLabels } from '#lib/services/imports/format-catalog'
import { Section } from '../../../../_ui/section'
import { CountedBars } from './counted-bars'

/** What the texts are labelled with. Nothing for captions, which have neither labels nor answers. */
export function Labels({ statistics }: { statistics: StoredStatistics }) {
  const { splits, answers, answerTypes, categories, attributes } = statistics
  const labelled = splits.filter(({ labels }) => labels.total > 0)
  const types = { top: answerTypes, distinct: answerTypes.length, total: answerTypes.reduce((sum, [, count]) => sum + count, 0) }
  return (
    <>
      {(labelled.length > 0 || answers.total > 0) && (
        <Section title="Labels and answers">
          <div className="grid grid-cols-1 gap-x-8 gap-y-6 md:grid-cols-2 xl:grid-cols-3">
            {labelled.map(({ split, labels }) => (
              <CountedBars key={split} title={`Labels of ${splitLabels[split]}`} counts={labels} unit="texts" />
            ))}
            {answers.total > 0 && <CountedBars title="Annotators’ answers" counts={answers} unit="answers" />}
            {types.total > 0 && <CountedBars title="Types of answers" counts={types} unit="questions" />}
          </div>
        </Section>
      )}
      {categories.total > 0 && (
        <Section title="Labelled objects">
          <div className="grid grid-cols-1 gap-x-8 gap-y-6 md:grid-cols-2 xl:grid-cols-3">
            <CountedBars title="Categories" counts={categories} unit="boxes" />
            {attributes.total > 0 && <CountedBars title="Attributes" counts={attributes} unit="of boxes" />}
          </div>
        </Section>
      )}
    </>
  )
}
