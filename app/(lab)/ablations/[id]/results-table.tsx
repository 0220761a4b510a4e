import type { AblationCell } from '#lib/services/ablations/get-ablation'
import { writeScore } from '#lib/services/evaluations/score-catalog'
import type { ScoreInfo } from '#lib/services/evaluations/score-catalog'
import { stageLabels } from '#lib/services/stages/stage-kind'
import type { StageKind } from '#lib/soho/config'
import { catalogOf, isControl, summarizeCell, testKey } from '../../../_charts/prepare/ablation-scores'
import { seriesLook } from '../../../_charts/prepare/series'
import { Missing } from '../../../_ui/missing'
import { Table, TBody, Td, Th, THead, Tr } from '../../../_ui/table'

/** Scores as rows, cells as columns: the paper's table, with controls under the scores they belong to. */
export function ResultsTable({ cells, kinds }: { cells: AblationCell[]; kinds: StageKind[] }) {
  const tasks = kinds.filter((kind) => kind !== 'pretrain')
  return (
    <Table label="All scores of the test splits" className="max-w-5xl">
      <THead>
        <Tr>
          <Th>Score</Th>
          {cells.map(({ index, label }) => (
            <Th key={index} numeric>
              <span className="inline-flex items-center gap-2">
                <span aria-hidden="true" className="inline-block size-2.5" style={{ background: seriesLook(index).color }} />
                {label}
              </span>
            </Th>
          ))}
        </Tr>
      </THead>
      {tasks.map((task) => (
        <TBody key={task}>
          <Tr>
            <Th scope="colgroup" colSpan={cells.length + 1} className="pt-4 text-text">
              {stageLabels[task]}
            </Th>
          </Tr>
          {[...catalogOf([task]).scores, ...catalogOf([task]).controls]
            .filter((score) => !isFoldScore(score) || cells.some(({ runs }) => runs.some(({ scores }) => testKey(score) in scores)))
            .map((score) => (
              <ScoreRow key={score.name} score={score} cells={cells} />
            ))}
        </TBody>
      ))}
    </Table>
  )
}

/** Folds exist only where the test split has thousands of images; elsewhere their rows would stay empty for ever. */
const isFoldScore = ({ name }: ScoreInfo) => name.startsWith('fold.')

function ScoreRow({ score, cells }: { score: ScoreInfo; cells: AblationCell[] }) {
  const control = isControl(score)
  return (
    <Tr className={control ? 'text-muted' : undefined}>
      <Th scope="row" className="font-normal">
        {control && 'Control: '}
        {score.label}{' '}
        <span className="text-muted" title={`${score.better} is better`}>
          {control ? '' : score.better === 'higher' ? '↑' : '↓'}
        </span>
      </Th>
      {cells.map((cell) => (
        <Td key={cell.index} numeric className="whitespace-nowrap">
          <Value cell={cell} score={score} />
        </Td>
      ))}
    </Tr>
  )
}

function Value({ cell, score }: { cell: AblationCell; score: ScoreInfo }) {
  const summary = summarizeCell(cell, testKey(score))
  if (!summary) return <Missing reason={reason(cell, score)} />
  const { mean, sd, n, interval } = summary
  const bounds = interval && [interval.low, interval.high].map((value) => writeScore(value, score.format)).join(' to ')
  return (
    <span title={bounds ? `95 % interval ${bounds}` : 'One seed: no interval'}>
      {writeScore(mean, score.format)}
      {sd !== null && <span className="text-muted"> ± {writeScore(sd, score.format)}</span>}
      {n !== cell.runs.length && <span className="text-muted"> n={n}</span>}
    </span>
  )
}

function reason(cell: AblationCell, { task, label }: ScoreInfo): string {
  const states = cell.runs.flatMap(({ stages }) => stages.filter(({ kind }) => kind === task).map(({ status }) => status))
  if (states.some((state) => state === 'queued' || state === 'running')) return 'The stage has not finished yet.'
  if (states.some((state) => state === 'succeeded')) return `${label} is undefined here: the test split has no example for it.`
  return 'The stage failed or was canceled.'
}
