import { expect, test } from 'vitest'
import { scheduleStages } from './schedule.ts'

const pretrain = (id: string, seconds: number) => ({ id, upstreamId: null, isTask: false, seconds })
const task = (id: string, upstreamId: string | null, seconds: number) => ({ id, upstreamId, isTask: true, seconds })

test('one trainer does everything one after the other, tasks of a finished pre-training first', () => {
  const ends = scheduleStages([pretrain('a', 10), pretrain('b', 10), task('a1', 'a', 5), task('b1', 'b', 5)], 1)
  expect([...ends]).toEqual([['a', 10], ['a1', 15], ['b', 25], ['b1', 30]]) // prettier-ignore
})

test('two trainers share the work, and wait when everything waits for a pre-training', () => {
  const ends = scheduleStages([pretrain('a', 10), task('a1', 'a', 5), task('a2', 'a', 5)], 2)
  expect(ends.get('a2')).toBe(15)
})

test('what runs already keeps its trainer; a finished pre-training holds nobody up', () => {
  const ends = scheduleStages([task('a1', 'gone', 7), { ...pretrain('b', 3), isRunning: true }], 1)
  expect([ends.get('b'), ends.get('a1')]).toEqual([3, 10])
})
