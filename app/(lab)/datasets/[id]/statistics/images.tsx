import { tokenGrid } from '#lib/services/codebooks/patch-grid'
import type { StoredStatistics } from '#lib/services/datasets/statistics/stored-statistics'
import { presets } from '#lib/soho/presets'
import { HistogramFigure } from '../../../../_charts/histogram-figure'
import { histogramOf, ratioHistogram } from '../../../../_charts/prepare/histogram'
import { Section } from '../../../../_ui/section'
import type { Chosen } from './chosen'

/** How large the images are, and how many visual tokens a model makes of them. */
export function Images({ statistics, chosen }: { statistics: StoredStatistics; chosen: Chosen }) {
  const { counts, step } = statistics.sizes
  const configuration = presets[chosen.preset]
  const shorter = counts.map(([width, height, count]): [number, number] => [Math.min(width, height), count])
  const tokens = counts.map(([width, height, count]): [number, number] => {
    const { rows, columns } = tokenGrid(configuration, { width, height })
    return [rows * columns, count]
  })
  const { shortSidePx, longSidePx } = configuration.image
  if (counts.length === 0)
    return (
      <Section title="Images">
        <p className="text-muted">No image of this version can be read, so that nothing is known of their sizes and tokens.</p>
      </Section>
    )
  return (
    <Section
      title="Images"
      description={`Tokens as preset ${chosen.preset} makes them: the shorter side becomes ${shortSidePx} px, unless the longer one would pass ${longSidePx} px.${step > 1 ? ` Sizes are rounded to ${step} px.` : ''}`}
    >
      <div className="grid grid-cols-1 gap-x-8 gap-y-6 lg:grid-cols-3">
        <HistogramFigure histogram={histogramOf(shorter, { title: 'Shorter side', unit: 'images', of: 'px' })} />
        <HistogramFigure histogram={ratioHistogram(counts)} />
        <HistogramFigure histogram={histogramOf(tokens, { title: 'Visual tokens an image', unit: 'images', of: 'tokens' })} />
      </div>
    </Section>
  )
}
