import { writeScore } from '#lib/services/evaluations/score-catalog'
import type { PanelMark } from './prepare/score-panels'

const write = (value: number) => writeScore(value, 'percent')

export function ScoreTooltip({ mark }: { mark: PanelMark }) {
  const { cellLabel, scoreLabel, mean, sd, n, interval, seeds } = mark
  return (
    <div className="tabular rounded border border-line-strong bg-surface px-2 py-1.5 text-xs">
      <p className="font-medium">
        {cellLabel} · {scoreLabel}
      </p>
      <p>
        {write(mean)}
        {sd !== null && ` ± ${write(sd)}`} (n = {n})
      </p>
      <p className="text-muted">{interval ? `95 % interval ${write(interval.low)} to ${write(interval.high)}` : 'One seed: no interval'}</p>
      {seeds.map(({ seed, value }) => (
        <p key={seed} className="text-muted">
          seed {seed}: {write(value)}
        </p>
      ))}
    </div>
  )
}
