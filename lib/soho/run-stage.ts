import type { RunStage } from './contract.ts'
import { runPretrain } from './pretrain/run-pretrain.ts'
import { runTask } from './tasks/run-task.ts'

/** Trains and evaluates one stage: bytes and numbers in, bytes and numbers out. */
export const runStage: RunStage = (input, tools) => {
  const { data } = input
  return data.kind === 'pretrain' ? runPretrain(input, data.examples, tools) : runTask(input, data, tools)
}
