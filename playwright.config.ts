import { defineConfig } from '@playwright/test'
import { existsSync } from 'node:fs'

const candidates = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const executablePath = candidates.find((candidate) => candidate && existsSync(candidate))

/**
 * Journeys through a real lab that `tests/browser-lab.ts` starts and stops: own data directory, own port, real worker. They build on
 * each other in the order of their names: the first administrator signs in, data come in, an ablation runs, people look at it.
 */
export default defineConfig({
  testDir: 'e2e',
  timeout: 180_000,
  expect: { timeout: 20_000 },
  workers: 1,
  fullyParallel: false,
  maxFailures: 5,
  forbidOnly: Boolean(process.env['CI']),
  globalSetup: './tests/browser-lab.ts',
  use: {
    screenshot: 'only-on-failure',
    launchOptions: { ...(executablePath ? { executablePath } : {}), args: ['--no-sandbox', '--disable-dev-shm-usage'] },
  },
})
