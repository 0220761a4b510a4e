import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { lockPath, tryLock, waitForLock } from './lock.mjs'

const folder = mkdtempSync(path.join(tmpdir(), 'soho-lock-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('the second one learns who holds the lock, and gets it after its release', async () => {
  const file = path.join(folder, 'a.sock')
  const first = await tryLock(file)
  expect(await tryLock(file)).toEqual({ holder: String(process.pid) })
  await first.release?.()
  const second = await tryLock(file)
  expect(second.release).toBeDefined()
  await second.release?.()
})

test('the lock of a killed holder is taken over', async () => {
  const file = path.join(folder, 'b.sock')
  const source = `import { tryLock } from ${JSON.stringify(path.join(import.meta.dirname, 'lock.mjs'))}; await tryLock(process.argv[1]); process.send('held'); setInterval(() => {}, 1000)`
  const holder = fork('--input-type=module', [file], { execArgv: ['--input-type=module', '-e', source] })
  await once(holder, 'message')
  expect(await tryLock(file)).toEqual({ holder: String(holder.pid) })
  holder.kill('SIGKILL')
  await once(holder, 'exit')
  const lock = await tryLock(file)
  expect(lock.release).toBeDefined()
  await lock.release?.()
})

test('waiting ends when the holder is done, and says once whom it waits for', async () => {
  const file = path.join(folder, 'c.sock')
  const first = await tryLock(file)
  const holders: string[] = []
  const waiting = waitForLock(file, (holder?: string) => {
    holders.push(holder ?? '')
    void first.release?.()
  })
  await (await waiting).release()
  expect(holders).toEqual([String(process.pid)])
})

test('a place too long for a socket gets a short name of its own', () => {
  const long = path.join(folder, 'x'.repeat(120))
  mkdirSync(long)
  expect(Buffer.byteLength(lockPath(long))).toBeLessThan(108)
  expect(lockPath(folder)).not.toBe(lockPath(long))
})
