import type { AblationCell } from '#lib/services/ablations/get-ablation'
import type { ScoreInfo } from '#lib/services/evaluations/score-catalog'
import type { StageKind } from '#lib/soho/config'
import type { Comparison } from '#lib/stats/compare-cells'
import { writeDifference } from '#lib/stats/conclude-ablation'
import { headlines, testKey } from '../../../_charts/prepare/ablation-scores'
import { Missing } from '../../../_ui/missing'
import { Table, TBody, Td, Th, THead, Tr } from '../../../_ui/table'

interface DifferencesTableProps {
  cells: AblationCell[]
  baseline: AblationCell
  kinds: StageKind[]
  comparisons: Comparison[]
}

export function DifferencesTable({ cells, baseline, kinds, comparisons }: DifferencesTableProps) {
  const scores = headlines(kinds)
  const rows = cells.map((cell, place) => ({ cell, place })).filter(({ cell }) => cell !== baseline)
  return (
    <Table label={`Differences to ${baseline.label}`}>
      <THead>
        <Tr>
          <Th>Cell</Th>
          {scores.map((score) => (
            <Th key={testKey(score)} numeric>
              {score.short}
            </Th>
          ))}
        </Tr>
      </THead>
      <TBody>
        {rows.map(({ cell, place }) => (
          <Tr key={cell.index}>
            <Th scope="row" className="align-top text-text">
              {cell.label}
            </Th>
            {scores.map((score) => (
              <Td key={testKey(score)} numeric className="align-top whitespace-nowrap">
                <Difference score={score} comparison={comparisons.find((one) => one.cell === place && one.key === testKey(score))} />
              </Td>
            ))}
          </Tr>
        ))}
      </TBody>
    </Table>
  )
}

function Difference({ score, comparison }: { score: ScoreInfo; comparison: Comparison | undefined }) {
  if (!comparison || comparison.difference === null) return <Missing reason="A side has no score yet." />
  return (
    <>
      <span className={comparison.outcome === 'better' || comparison.outcome === 'worse' ? 'font-semibold' : ''}>
        {writeDifference(comparison, score.format)}
      </span>
      <span className="block text-xs text-muted">{inWords(comparison)}</span>
    </>
  )
}

function inWords({ outcome, adjustedP, moreSeeds }: Comparison): string {
  if (outcome === 'untested' || adjustedP === null) return 'too few seeds to test'
  const p = adjustedP < 0.001 ? 'p < 0.001' : `p = ${adjustedP.toFixed(3)}`
  if (outcome !== 'open') return `${outcome}, ${p}`
  return moreSeeds === null ? `not told apart, ${p}` : `${p}, ≈ ${moreSeeds} more ${moreSeeds === 1 ? 'seed' : 'seeds'}`
}
