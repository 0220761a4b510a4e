import type { AblationDetail } from '#lib/services/ablations/get-ablation'
import { conclusionOf, baselineIndex } from '../../../_charts/prepare/ablation-conclusion'
import { ScoreCharts } from '../../../_charts/score-charts'
import { buttonClasses } from '../../../_ui/button'
import { Section } from '../../../_ui/section'
import { DifferencesTable } from './differences-table'
import { ResultsTable } from './results-table'

/** All scores of the test splits: charts, differences to the baseline, and the full table with its controls. */
export function ResultsTab({ ablation }: { ablation: AblationDetail }) {
  const { cells, stageKinds, id } = ablation
  const baseline = cells[baselineIndex(cells)]
  const chartCells = cells.map(({ index, label, runs }) => ({
    index,
    label,
    runs: runs.map(({ id: runId, seed, scores }) => ({ id: runId, seed, scores })),
  }))
  return (
    <>
      <Section title="Scores across cells">
        <ScoreCharts cells={chartCells} kinds={stageKinds} />
      </Section>
      {baseline && cells.length > 1 && (
        <Section
          title={`Differences to “${baseline.label}”`}
          description="Percentage points with 95 % Welch intervals over seeds; p-values corrected by Holm for all comparisons of this table."
        >
          <DifferencesTable cells={cells} baseline={baseline} kinds={stageKinds} comparisons={conclusionOf(ablation).comparisons} />
        </Section>
      )}
      <Section
        title="All scores"
        description="Test splits, mean ± sd over seeds, per cent unless a rank. Controls show what a model gets right without seeing."
        actions={
          <>
            <a href={`/api/ablations/${id}/export?format=csv`} download className={buttonClasses({ size: 'small' })}>
              Export CSV
            </a>
            <a href={`/api/ablations/${id}/export?format=json`} download className={buttonClasses({ size: 'small' })}>
              Export JSON
            </a>
          </>
        }
      >
        <ResultsTable cells={cells} kinds={stageKinds} />
      </Section>
    </>
  )
}
