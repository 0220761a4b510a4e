import { Missing } from '../_ui/missing'
import { Table, TBody, Td, Th, THead, Tr } from '../_ui/table'
import { tableSteps } from './prepare/curve-panel'
import { nearest } from './prepare/curves'
import type { CurveSeries } from './prepare/curves'

const mostRows = 40

/** A curve as numbers: evenly chosen steps, each series at its nearest point. */
export function CurveTable({ title, series, write }: { title: string; series: CurveSeries[]; write: (value: number) => string }) {
  const steps = tableSteps(series, mostRows)
  const within = Math.max(1, ((steps.at(-1) ?? 0) - (steps[0] ?? 0)) / 50)
  return (
    <Table label={title}>
      <THead>
        <Tr>
          <Th numeric>Step</Th>
          {series.map(({ id, label }) => (
            <Th key={id} numeric>
              {label}
            </Th>
          ))}
        </Tr>
      </THead>
      <TBody>
        {steps.map((step) => (
          <Tr key={step}>
            <Td numeric>{step}</Td>
            {series.map(({ id, points }) => {
              const point = nearest(points, step, within)
              return (
                <Td key={id} numeric>
                  {point ? write(point[1]) : <Missing reason="No point near this step." />}
                </Td>
              )
            })}
          </Tr>
        ))}
      </TBody>
    </Table>
  )
}
