'use client'

import dynamic from 'next/dynamic'
import { useState } from 'react'
import type { StageKind } from '#lib/soho/config'
import { ChartFigure } from './chart-figure'
import { Legend, toggled } from './legend'
import type { ScoredCell } from './prepare/ablation-scores'
import { scorePanels } from './prepare/score-panels'
import type { ScorePanel } from './prepare/score-panels'
import { seriesLook } from './prepare/series'
import { ScorePanelTable } from './score-panel-table'

const ScorePanelChart = dynamic(() => import('./score-panel-chart').then((module) => module.ScorePanelChart), {
  ssr: false,
  loading: () => <div className="skeleton h-56" />,
})

/** Small charts of all tasks over the cells of an ablation. */
export function ScoreCharts({ cells, kinds }: { cells: ScoredCell[]; kinds: StageKind[] }) {
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set())
  const shown = cells.filter(({ index }) => !hidden.has(String(index)))
  const items = cells.map(({ index, label }) => ({ id: String(index), label, color: seriesLook(index).color }))
  return (
    <div>
      <div className="mb-4 flex flex-wrap items-center gap-x-4 gap-y-1">
        <Legend items={items} hidden={hidden} onToggle={(id) => setHidden(toggled(hidden, id))} label="Cells" />
        <p className="text-xs text-muted">
          Test splits, per cent. Ring: one seed. Bar: mean, with its 95 % interval from two seeds on. Dashed: controls.
        </p>
      </div>
      <div className="grid grid-cols-1 gap-x-8 gap-y-6 md:grid-cols-2 2xl:grid-cols-3">
        {scorePanels(shown, kinds).map((panel) => (
          <ChartFigure
            key={panel.key}
            title={panel.title}
            summary={panel.summary}
            note={noteOf(panel)}
            chart={panel.axis ? <ScorePanelChart panel={panel} /> : <NoScores />}
            table={<ScorePanelTable panel={panel} />}
          />
        ))}
      </div>
    </div>
  )
}

function noteOf({ axis }: ScorePanel): string | undefined {
  return axis && !axis.startsAtZero ? `The axis starts at ${(100 * axis.min).toFixed(0)}, not at 0.` : undefined
}

function NoScores() {
  return <div className="grid h-56 place-items-center rounded border border-dashed border-line text-sm text-muted">No scores yet</div>
}
