import Link from 'next/link'
import type { AblationCell, AblationDetail } from '#lib/services/ablations/get-ablation'
import { scoreInfo, writeScore } from '#lib/services/evaluations/score-catalog'
import type { ScoreInfo } from '#lib/services/evaluations/score-catalog'
import { stageLabels } from '#lib/services/stages/stage-kind'
import type { StageKind } from '#lib/soho/config'
import { headlines, summarizeCell, testKey } from '../../../_charts/prepare/ablation-scores'
import { seriesLook } from '../../../_charts/prepare/series'
import { formatCount } from '../../../_ui/format'
import { Missing } from '../../../_ui/missing'
import { Table, TBody, Td, Th, THead, Tr } from '../../../_ui/table'
import { StageMark } from './stage-mark'

/** Cells by stages: the state of every seed, and under it what the stage has scored so far. */
export function Grid({ ablation }: { ablation: AblationDetail }) {
  const { cells, stageKinds, factors } = ablation
  return (
    <>
      <Table label="Grid of the ablation">
        <THead>
          <Tr>
            <Th>{factors.map(({ label }) => label).join(' · ')}</Th>
            {stageKinds.map((kind) => (
              <Th key={kind} className="px-4">
                {stageLabels[kind]}
              </Th>
            ))}
          </Tr>
        </THead>
        <TBody>
          {cells.map((cell) => (
            <Tr key={cell.index}>
              <Th scope="row" className="align-top text-text">
                <span className="inline-flex items-center gap-2 whitespace-nowrap">
                  <span aria-hidden="true" className="inline-block size-2.5" style={{ background: seriesLook(cell.index).color }} />
                  {cell.label}
                </span>
              </Th>
              {stageKinds.map((kind) => (
                <Td key={kind} className="px-4 align-top">
                  <GridCell cell={cell} kind={kind} />
                </Td>
              ))}
            </Tr>
          ))}
        </TBody>
      </Table>
      <p className="mt-3 max-w-[90ch] text-xs text-muted">
        One mark a seed ({ablation.seeds.join(', ')}), each a link to its run: ○ queued, ◐ running, ● succeeded, ▲ failed, ■ canceled.
        Scores of the test split in per cent: mean ± sd over the seeds that have one, n of them. A stage shared by several runs shows in
        each of them.
      </p>
    </>
  )
}

function GridCell({ cell, kind }: { cell: AblationCell; kind: StageKind }) {
  return (
    <div className="min-w-28">
      <div className="-ml-1.5 flex flex-wrap gap-x-1">
        {cell.runs.map((run) => {
          const stage = run.stages.find((one) => one.kind === kind)
          return stage ? <StageMark key={run.id} runId={run.id} seed={run.seed} stage={stage} /> : null
        })}
      </div>
      {kind === 'pretrain' ? (
        <Dictionary cell={cell} />
      ) : (
        headlines([kind]).map((score) => <CellScore key={score.name} cell={cell} score={score} />)
      )}
    </div>
  )
}

function CellScore({ cell, score }: { cell: AblationCell; score: ScoreInfo }) {
  const summary = summarizeCell(cell, testKey(score))
  const name = score.task === 'retrieval' ? `${score.short} ` : ''
  if (!summary) {
    return (
      <p className="tabular whitespace-nowrap text-muted">
        {name}
        <Missing reason={`No seed of this cell has the score ${scoreInfo(score.task, score.name)?.label} yet.`} />
      </p>
    )
  }
  const { mean, sd, n, interval } = summary
  const hover = interval
    ? `95 % interval ${writeScore(Math.max(0, interval.low), score.format)} to ${writeScore(Math.min(1, interval.high), score.format)}`
    : 'One seed: no spread, no interval'
  return (
    <p className="tabular whitespace-nowrap" title={hover}>
      <span className="text-muted">{name}</span>
      <span className="font-medium">{writeScore(mean, score.format)}</span>
      {sd !== null && ` ± ${writeScore(sd, score.format)}`}
      <span className="text-muted"> n={n}</span>
    </p>
  )
}

/** How alive the dictionary is: its own measure of pre-training. */
function Dictionary({ cell }: { cell: AblationCell }) {
  if (cell.factorValues['dictionary.size'] === 0) return <p className="text-muted">no dictionary</p>
  const perplexity = summarizeCell(cell, 'pretrain/val/codebook.perplexity')
  const used = summarizeCell(cell, 'pretrain/val/codebook.used')
  if (!perplexity || !used) return null
  return (
    <p className="tabular whitespace-nowrap text-muted" title="Mean over seeds, on the validation split">
      {formatCount(Math.round(used.mean))} used,{' '}
      <Link href={`/codebooks/${cell.runs[0]?.id}`} className="text-accent hover:underline">
        perplexity {perplexity.mean.toFixed(1)}
      </Link>
    </p>
  )
}
