import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { parseEnv } from '../../lib/env.ts'
import { parseArguments } from './arguments.mjs'
import { hashSources } from './build-web.mjs'
import { addressOf, childEnvironment } from './child-environment.mjs'
import { loadSecrets } from './secrets.mjs'
import { nextDelay } from './supervise.mjs'

const folder = mkdtempSync(path.join(tmpdir(), 'soho-start-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('flags have the documented defaults, and a wrong one is one sentence', () => {
  expect(parseArguments([])).toEqual({
    port: 3000,
    host: '127.0.0.1',
    dataDir: '.data',
    workers: 1,
    accelerator: 'auto',
    demo: true,
    help: false,
  })
  expect(parseArguments(['--port', '0', '--workers=3']).workers).toBe(3)
  for (const wrong of [['--port', '70000'], ['--port', 'x'], ['--workers', '-1'], ['--accelerator', 'tpu'], ['--nope'], ['stray']]) {
    expect(() => parseArguments(wrong), wrong.join(' ')).toThrow(/\.$/)
  }
})

test('what the children are given is what the lab’s environment accepts', async () => {
  const secrets = await loadSecrets(folder)
  const flags = parseArguments(['--workers', '2'])
  const given = {
    root: '/lab',
    dataDir: folder,
    databaseUrl: 'postgresql://x',
    address: 'http://127.0.0.1:3000',
    secrets,
    instanceId: 'one',
    flags,
    env: {} as NodeJS.ProcessEnv,
  }
  const parsed = parseEnv(childEnvironment(given))
  expect(parsed).toMatchObject({
    databaseUrl: 'postgresql://x',
    dataDir: folder,
    instanceId: 'one',
    accelerator: 'auto',
    isProduction: true,
    trainerSlots: 1,
  })
  expect(parsed.sessionSecret).toBe(secrets.sessionSecret)
  expect(childEnvironment({ ...given, env: { BASE_URL: 'https://lab.example' } as unknown as NodeJS.ProcessEnv }).BASE_URL).toBe(
    'https://lab.example',
  )
})

test('secrets are made once and are nobody else’s to read', async () => {
  const first = await loadSecrets(folder)
  expect(await loadSecrets(folder)).toEqual(first)
  expect(statSync(path.join(folder, 'secrets.json')).mode & 0o777).toBe(0o600)
})

test('a wildcard address becomes one a browser can open', () => {
  expect(addressOf('0.0.0.0', 3000)).toBe('http://127.0.0.1:3000')
  expect(addressOf('::1', 3000)).toBe('http://[::1]:3000')
  expect(addressOf('lab.local', 80)).toBe('http://lab.local:80')
})

test('a child that keeps dying young waits longer each time; one that lived starts at once', () => {
  expect(nextDelay(0, 50)).toBe(100)
  expect(nextDelay(100, 50)).toBe(200)
  expect(nextDelay(30_000, 50)).toBe(30_000)
  expect(nextDelay(30_000, 60_000)).toBe(100)
})

test('the web is rebuilt for a changed source, not for a changed test', async () => {
  const sources = ['app', 'proxy.ts']
  mkdirSync(path.join(folder, 'app'))
  writeFileSync(path.join(folder, 'app/page.tsx'), 'one')
  const before = await hashSources(folder, sources)
  writeFileSync(path.join(folder, 'app/page.test.tsx'), 'a test')
  expect(await hashSources(folder, sources)).toBe(before)
  writeFileSync(path.join(folder, 'app/page.tsx'), 'two')
  const after = await hashSources(folder, sources)
  expect(after).not.toBe(before)
  writeFileSync(path.join(folder, 'proxy.ts'), '')
  expect(await hashSources(folder, sources)).not.toBe(after)
})
