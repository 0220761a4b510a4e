import { afterAll, expect, test } from 'vitest'
import { db } from '#lib/db'
import { announce, closeEvents, listen } from '#lib/events'

afterAll(closeEvents)

test('topics arrive when their transaction commits, however many there are, and not when it is rolled back', async () => {
  const heard = new Set<string>()
  const until = (topic: string) => expect.poll(() => heard.has(topic), { timeout: 10_000, interval: 20 }).toBe(true)
  listen((topics) => topics.forEach((topic) => heard.add(topic)))
  // The first one may come before the connection stands: it is announced until it is heard.
  await expect
    .poll(async () => (await db().$transaction((tx) => announce(tx, ['ready'])), heard.has('ready')), { timeout: 10_000, interval: 50 })
    .toBe(true)
  await db()
    .$transaction(async (tx) => {
      await announce(tx, ['rolled back'])
      throw new Error('roll back')
    })
    .catch(() => undefined)
  const many = Array.from({ length: 200 }, (_, i) => `run:${i}`)
  await db().$transaction((tx) => announce(tx, [...many, 'last']))
  await until('last')
  expect(many.filter((topic) => !heard.has(topic))).toEqual([])
  expect(heard.has('rolled back')).toBe(false)
})

test('a lost connection is taken up again, and listeners are told that they may have missed something', async () => {
  const heard = new Set<string>()
  listen((topics) => topics.forEach((topic) => heard.add(topic)))
  await db()
    .$executeRaw`select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen %' and datname = current_database()`
  await expect.poll(() => heard.has('*'), { timeout: 10_000, interval: 50 }).toBe(true)
  await db().$transaction((tx) => announce(tx, ['after']))
  await expect.poll(() => heard.has('after'), { timeout: 10_000, interval: 50 }).toBe(true)
})
