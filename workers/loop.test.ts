import pino from 'pino'
import { expect, test, vi } from 'vitest'
import { startLoop } from './loop.ts'
import type { WorkSource } from './loop.ts'

const options = { lookEveryMs: 10, log: pino({ level: 'silent' }), onUnsettled: vi.fn() }

/** Pieces that a test releases by hand. */
function source(slots: number, waiting: number[]) {
  const running = new Map<number, () => void>()
  const claim = vi.fn(() => Promise.resolve(waiting.shift() ?? null))
  const work: WorkSource<unknown> = {
    name: 'test',
    slots,
    claim,
    run: (piece) => new Promise((resolve) => running.set(piece as number, resolve)),
  }
  const finish = (piece: number) => {
    running.get(piece)?.()
    running.delete(piece)
  }
  return { work, running, finish, claim }
}

test('takes as many pieces as there are slots, and the next one when one is done', async () => {
  const { work, running, finish } = source(2, [1, 2, 3])
  const loop = startLoop([work], { ...options, lookEveryMs: 100_000 })
  await expect.poll(() => [...running.keys()]).toEqual([1, 2])
  finish(1)
  await expect.poll(() => [...running.keys()]).toEqual([2, 3])
  finish(2)
  finish(3)
  await loop.stop()
})

test('finds what nobody woke it for, and goes on after a failed look', async () => {
  const waiting: number[] = []
  const { work, running, finish, claim } = source(1, waiting)
  claim.mockRejectedValueOnce(new Error('database away'))
  const loop = startLoop([work], options)
  waiting.push(7)
  await expect.poll(() => [...running.keys()]).toEqual([7])
  finish(7)
  await loop.stop()
})

test('stopping takes nothing new and waits for what is under way', async () => {
  const { work, running, finish } = source(1, [1, 2])
  const loop = startLoop([work], options)
  await expect.poll(() => running.size).toBe(1)
  const stopped = vi.fn()
  const stopping = loop.stop().then(stopped)
  await Promise.resolve()
  expect(stopped).not.toHaveBeenCalled()
  finish(1)
  await stopping
  expect(running.size).toBe(0)
})

test('work that could not be settled is reported, for the process to stop', async () => {
  const onUnsettled = vi.fn()
  const failing: WorkSource<unknown> = {
    name: 'test',
    slots: 1,
    claim: vi.fn().mockResolvedValueOnce(1).mockResolvedValue(null),
    run: () => Promise.reject(new Error('not settled')),
  }
  const loop = startLoop([failing], { ...options, onUnsettled })
  await expect.poll(() => onUnsettled.mock.calls.length).toBe(1)
  await loop.stop()
})
