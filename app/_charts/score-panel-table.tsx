import { writeScore } from '#lib/services/evaluations/score-catalog'
import { Table, TBody, Td, Th, THead, Tr } from '../_ui/table'
import { Missing } from '../_ui/missing'
import type { ScorePanel } from './prepare/score-panels'

const write = (value: number) => writeScore(value, 'percent')

/** The numbers of a panel, as a table. */
export function ScorePanelTable({ panel }: { panel: ScorePanel }) {
  return (
    <Table label={`${panel.title}, per cent`}>
      <THead>
        <Tr>
          <Th>Cell</Th>
          <Th>Score</Th>
          <Th numeric>Mean</Th>
          <Th numeric>sd</Th>
          <Th numeric>n</Th>
        </Tr>
      </THead>
      <TBody>
        {panel.marks.map((mark) => (
          <Tr key={`${mark.cellIndex} ${mark.scoreLabel}`}>
            <Td>{mark.cellLabel}</Td>
            <Td>{mark.scoreLabel}</Td>
            <Td numeric>{write(mark.mean)}</Td>
            <Td numeric>{mark.sd === null ? <Missing reason="One seed has no spread." /> : write(mark.sd)}</Td>
            <Td numeric>{mark.n}</Td>
          </Tr>
        ))}
        {panel.references.map(({ label, value }) => (
          <Tr key={label}>
            <Td colSpan={2}>Control: {label}</Td>
            <Td numeric>{write(value)}</Td>
            <Td />
            <Td />
          </Tr>
        ))}
      </TBody>
    </Table>
  )
}
