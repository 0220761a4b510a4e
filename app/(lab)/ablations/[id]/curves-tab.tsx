import type { AblationDetail } from '#lib/services/ablations/get-ablation'
import { stageLabels } from '#lib/services/stages/stage-kind'
import { AblationCurves, type CurveRun } from '../../../_charts/ablation-curves'
import { metricsOfStage, metricTitle } from '../../../_charts/prepare/metrics'
import { Button } from '../../../_ui/button'
import { Select } from '../../../_ui/field'
import type { StageKind } from '#lib/soho/config'

const mostRuns = 48

/** One metric of one stage over all runs. Stage and metric stand in the address. */
export function CurvesTab({ ablation, stage, metric }: { ablation: AblationDetail; stage: string; metric: string }) {
  const kind = ablation.stageKinds.find((one) => one === stage) ?? ablation.stageKinds[0]
  if (!kind) return null
  const metrics = metricsOfStage(kind)
  const chosen = metrics.find(({ name }) => name === metric)?.name ?? metrics[0]?.name ?? 'loss'
  const runs = curveRuns(ablation, kind)
  const shown = runs.slice(0, mostRuns)
  return (
    <>
      <form method="get" className="mb-4 flex flex-wrap items-end gap-3">
        <input type="hidden" name="tab" value="curves" />
        <label className="text-sm">
          <span className="block font-medium">Stage</span>
          <Select name="stage" defaultValue={kind} className="w-48">
            {ablation.stageKinds.map((one) => (
              <option key={one} value={one}>
                {stageLabels[one]}
              </option>
            ))}
          </Select>
        </label>
        <label className="text-sm">
          <span className="block font-medium">Metric</span>
          <Select name="metric" defaultValue={chosen} className="w-64">
            {metrics.map((info) => (
              <option key={info.name} value={info.name}>
                {metricTitle(info)}
              </option>
            ))}
          </Select>
        </label>
        <Button type="submit">Show</Button>
      </form>
      {runs.length > mostRuns && (
        <p className="mb-2 text-sm text-muted">
          First {mostRuns} of {runs.length} runs.
        </p>
      )}
      <AblationCurves key={`${kind} ${chosen}`} runs={shown} metric={chosen} />
    </>
  )
}

/** A stage that runs share is one line. */
function curveRuns({ cells, seeds }: AblationDetail, kind: StageKind): CurveRun[] {
  const found = new Map<string, CurveRun>()
  for (const { index, label, runs } of cells) {
    for (const { seed, stages } of runs) {
      const stageId = stages.find((stage) => stage.kind === kind)?.stageId
      if (stageId && !found.has(stageId))
        found.set(stageId, { stageId, cellIndex: index, seedIndex: seeds.indexOf(seed), label: `${label} · seed ${seed}` })
    }
  }
  return [...found.values()]
}
