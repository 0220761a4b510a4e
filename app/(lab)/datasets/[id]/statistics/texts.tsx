import type { Context } from '#lib/services/context'
import type { DatasetVersionView } from '#lib/services/datasets/get-dataset'
import { longestText, type StoredStatistics } from '#lib/services/datasets/statistics/stored-statistics'
import { HistogramFigure } from '../../../../_charts/histogram-figure'
import { histogramOf } from '../../../../_charts/prepare/histogram'
import { Section } from '../../../../_ui/section'
import type { Chosen } from './chosen'
import { CountedBars } from './counted-bars'
import { Vocabulary } from './vocabulary'

interface Props {
  ctx: Context
  version: DatasetVersionView
  statistics: StoredStatistics
  chosen: Chosen
}

/** How long the texts are, and what they are made of. */
export function Texts({ ctx, version, statistics, chosen }: Props) {
  const lengths = new Map<number, number>()
  for (const [words, count] of statistics.splits.flatMap((split) => split.lengths)) lengths.set(words, (lengths.get(words) ?? 0) + count)
  const { step } = statistics.words
  return (
    <>
      <Section title="Texts">
        <div className="grid grid-cols-1 gap-x-8 gap-y-6 lg:grid-cols-2">
          <HistogramFigure
            histogram={histogramOf([...lengths], {
              title: 'Words in a text',
              unit: 'texts',
              of: 'words',
              barsAtMost: 30,
              last: longestText,
            })}
          />
          <div>
            <CountedBars title="Words" counts={statistics.words} unit="in all" />
            {step > 1 && <p className="mt-1 text-xs text-muted">Of one text in {step}.</p>}
          </div>
        </div>
      </Section>
      <Vocabulary
        ctx={ctx}
        version={version}
        chosen={chosen}
        textsTotal={statistics.splits.reduce((sum, { examples }) => sum + examples, 0)}
      />
    </>
  )
}
