import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { databaseAccount } from './account.mjs'
import { explain } from './cured-error.mjs'
import { claimPort } from './free-port.mjs'
import { chooseWheel } from './native-library.mjs'
import { isOurPostmaster, readPostmasterFile } from './postmaster-file.mjs'
import { checkBuildTools, checkPrerequisites } from './prerequisites.mjs'

const passwd = 'root:x:0:0::/root:/bin/sh\nnobody:x:65534:65533::/:/bin/false\n'

test('a process that only inherited the number of a dead server is not ours to stop', () => {
  const ours = ['/modules/bin/postgres', '-D', '/data/postgres', '']
  expect(isOurPostmaster(7, '/data/postgres', () => ours)).toBe(true)
  expect(isOurPostmaster(7, '/other/postgres', () => ours)).toBe(false)
  expect(isOurPostmaster(7, '/data/postgres', () => ['sleep', '300'])).toBe(false)
  expect(isOurPostmaster(process.pid, '/data/postgres')).toBe(false)
  expect(isOurPostmaster(2 ** 22 + 1, '/data/postgres')).toBe(false)
})

test('postmaster.pid gives process id and port; an absent or broken one gives nothing', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'soho-pid-'))
  expect(readPostmasterFile(folder)).toBeUndefined()
  writeFileSync(path.join(folder, 'postmaster.pid'), '42\n/data\n1\n5433\n\n127.0.0.1\n1 2\nready   \n')
  expect(readPostmasterFile(folder)).toEqual({ pid: 42, port: 5433, ready: true })
  writeFileSync(path.join(folder, 'postmaster.pid'), '')
  expect(readPostmasterFile(folder)).toBeUndefined()
  rmSync(folder, { recursive: true })
})

test('root lends the database another account; others keep their own', () => {
  expect(databaseAccount(1000, passwd)).toEqual({})
  expect(databaseAccount(0, passwd)).toEqual({ uid: 65534, gid: 65533, name: 'nobody' })
  expect(databaseAccount(0, `${passwd}postgres:x:101:102::/:/bin/sh\n`)).toMatchObject({ uid: 101, name: 'postgres' })
  expect(() => databaseAccount(0, 'root:x:0:0::/root:/bin/sh\n')).toThrow(/DATABASE_URL/)
})

test('what is missing is named with its cure', () => {
  expect(() => checkPrerequisites({ nodeVersion: '20.18.3' })).toThrow(/20\.19 or newer/)
  expect(() => checkPrerequisites({ platform: 'darwin', arch: 'arm64' })).toThrow(/Linux x64/)
  expect(() => checkPrerequisites({ platform: 'linux', arch: 'x64', nodeVersion: '20.19.0' })).not.toThrow()
  expect(() => checkBuildTools((command: string) => command !== 'g++')).toThrow(/apt install g\+\+/)
  expect(() => checkBuildTools((_command: string, args: string[]) => !args.includes('pip'))).toThrow(/python3-pip/)
  expect(() => checkBuildTools(() => true)).not.toThrow()
})

test('a busy port is refused, a free one is found', async () => {
  const server = createServer()
  const port = await claimPort(0, '127.0.0.1')
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  await expect(claimPort(port, '127.0.0.1')).rejects.toThrow(/in use.*--port/)
  server.close()
})

test('a full disk and a lacking permission are one sentence', () => {
  expect(explain(Object.assign(new Error('write'), { code: 'ENOSPC' }))).toMatch(/^The disk is full: /)
  expect(explain(Object.assign(new Error('open'), { code: 'EACCES', path: '/data/x' }))).toContain('/data/x')
})

test('the GPU build is taken where it is asked for or a device is there', () => {
  expect(chooseWheel('cpu', true)[0]).toMatch(/^tensorflow-cpu==/)
  expect(chooseWheel('auto', false)[0]).toMatch(/^tensorflow-cpu==/)
  expect(chooseWheel('auto', true)[0]).toMatch(/^tensorflow==/)
  expect(chooseWheel('cuda', false)[0]).toMatch(/^tensorflow==/)
})
