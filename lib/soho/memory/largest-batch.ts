import { sectionOf } from '../config.ts'
import type { Configuration, StageKind } from '../config.ts'
import { predictEvaluationMemory, predictStepMemory } from './predict-memory.ts'
import type { MemoryPrediction } from './predict-memory.ts'
import type { ClassCounts } from './parameter-counts.ts'
import { stageShape } from './stage-shape.ts'
import type { StageFacts } from './stage-shape.ts'

/** The field that says how many images or examples a step takes. */
export function batchField(kind: StageKind): string {
  return kind === 'pretrain' ? 'pretrain.imagesPerBatch' : `${sectionOf[kind]}.examplesPerBatch`
}

export function batchOf(configuration: Configuration, kind: StageKind): number {
  return kind === 'pretrain' ? configuration.pretrain.imagesPerBatch : configuration[sectionOf[kind]].examplesPerBatch
}

/** What a stage needs in its largest moment, with a batch of this size. */
export function predictStageMemory(
  configuration: Configuration,
  kind: StageKind,
  batch: number,
  facts: StageFacts,
  classes: ClassCounts,
): MemoryPrediction & { moment: 'step' | 'evaluation' } {
  const step = predictBatchMemory(configuration, kind, batch, facts, classes)
  const evaluation = predictEvaluationMemory(configuration, kind, facts, classes)
  return step.total >= evaluation.total ? { ...step, moment: 'step' } : { ...evaluation, moment: 'evaluation' }
}

/** What a step with a batch of this size needs. */
export function predictBatchMemory(
  configuration: Configuration,
  kind: StageKind,
  batch: number,
  facts: StageFacts,
  classes: ClassCounts,
): MemoryPrediction {
  return predictStepMemory(configuration, kind, stageShape(configuration, kind, batch, facts), classes)
}

/** No form takes more. */
const batchLimit = 65_536

/** The largest batch whose step fits into so many bytes; 0 when not even one does. */
export function largestBatch(
  configuration: Configuration,
  kind: StageKind,
  facts: StageFacts,
  classes: ClassCounts,
  availableBytes: number,
): number {
  const fits = (batch: number) => predictBatchMemory(configuration, kind, batch, facts, classes).total <= availableBytes
  let [fitting, tooLarge] = [0, batchLimit + 1]
  while (tooLarge - fitting > 1) {
    const middle = Math.floor((fitting + tooLarge) / 2)
    if (fits(middle)) fitting = middle
    else tooLarge = middle
  }
  return fitting
}
