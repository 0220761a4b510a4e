import { expect, test } from 'vitest'
import { presets } from '#lib/soho/presets'
import type { PlannedStage } from './plan-ablation.ts'
import { quickestTaskFirst } from './quickest-task-first.ts'

const stage = (digest: string, upstreamDigest: string | null): PlannedStage => ({
  ...{ digest, upstreamDigest, kind: upstreamDigest === null ? 'pretrain' : 'vqa', configuration: presets.tiny, seed: 1 },
  datasetVersionId: 'd',
})
const order = (stages: PlannedStage[], seconds: (number | null)[]) => quickestTaskFirst(stages, seconds).map(({ digest }) => digest)

test('tasks of one pre-training run from short to long, and pre-trainings keep their places', () => {
  const stages = [stage('a', null), stage('a1', 'a'), stage('a2', 'a'), stage('b', null), stage('b1', 'b'), stage('b2', 'b')]
  expect(order(stages, [100, 30, 10, 50, 5, 9])).toEqual(['a', 'a2', 'a1', 'b', 'b1', 'b2'])
})

test('a task of unknown length keeps its place', () => {
  const stages = [stage('a', null), stage('a1', 'a'), stage('a2', 'a'), stage('a3', 'a')]
  expect(order(stages, [100, 30, null, 10])).toEqual(['a', 'a3', 'a2', 'a1'])
})
