import { defineConfig } from '@playwright/test'
import { existsSync } from 'node:fs'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** One lab for the whole run: own data directory, own port, started and stopped by `npm start` itself. Workers of Playwright inherit both. */
const port = (process.env['E2E_PORT'] ??= String(20_000 + (process.pid % 10_000)))
const dataDir = (process.env['E2E_DATA_DIR'] ??= mkdtempSync(path.join(tmpdir(), 'soho-e2e-')))
const baseURL = `http://127.0.0.1:${port}`
const candidates = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const executablePath = candidates.find((candidate) => candidate && existsSync(candidate))

export default defineConfig({
  testDir: 'e2e',
  timeout: 120_000,
  expect: { timeout: 15_000 },
  workers: 1,
  fullyParallel: false,
  forbidOnly: Boolean(process.env['CI']),
  globalTeardown: './tests/remove-browser-data.ts',
  use: {
    baseURL,
    screenshot: 'only-on-failure',
    launchOptions: { ...(executablePath ? { executablePath } : {}), args: ['--no-sandbox', '--disable-dev-shm-usage'] },
  },
  webServer: {
    command: `node scripts/start.mjs --data-dir ${dataDir} --port ${port} --accelerator cpu`,
    url: `${baseURL}/api/health`,
    timeout: 300_000,
    stdout: 'pipe',
    gracefulShutdown: { signal: 'SIGTERM', timeout: 30_000 },
  },
})
