import type { StageData } from '../contract.ts'
import { nlvr2Task } from './nlvr2.ts'
import { retrievalTask } from './retrieval.ts'
import { snliVeTask } from './snli-ve.ts'
import type { Task, TaskSetup } from './task.ts'
import { vqaTask } from './vqa.ts'

export type TaskData = Exclude<StageData, { kind: 'pretrain' }>

export function createTask(setup: TaskSetup, data: TaskData): Task {
  switch (data.kind) {
    case 'retrieval':
      return retrievalTask(setup, data.examples)
    case 'vqa':
      return vqaTask(setup, data.examples)
    case 'nlvr2':
      return nlvr2Task(setup, data.examples)
    case 'snli-ve':
      return snliVeTask(setup, data.examples)
  }
}
