import { readdirSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Page } from '@playwright/test'
import { expect, expectAccessible, lab, stateOf, test } from './fixtures'

test.use({ storageState: stateOf('administrator') })
test.describe.configure({ timeout: 420_000 })

const stateBadge = (page: Page) => page.getByRole('main').locator('[data-state]').first()

/** Chooses the option of a list by what its text contains. */
async function choose(page: Page, label: string, text: string): Promise<void> {
  const select = page.getByLabel(label, { exact: true })
  await select.selectOption((await select.locator('option', { hasText: text }).getAttribute('value')) ?? '')
}

async function fillForm(page: Page, name: string, sizes: string): Promise<void> {
  await page.goto('/ablations/new')
  for (const stage of ['Pre-training', 'Retrieval']) await choose(page, stage, 'Small captions')
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('Values').first().fill(sizes)
  await page.getByLabel('Seeds').fill('1')
}

test('an ablation is launched from the page and its scores appear without reload', async ({ page }) => {
  await fillForm(page, 'Sizes', '0, 16')
  const preview = page.getByRole('region', { name: 'Preview' })
  await expect(preview).toContainText('2 (2 cells)')
  await expect(preview).toContainText('10 of 10')
  await expectAccessible(page)
  const launch = page.waitForRequest(
    (request) => request.method() === 'POST' && Boolean(request.headers()['next-action']) && (request.postData() ?? '').includes('Sizes'),
  )
  await page.getByRole('button', { name: 'Launch ablation' }).click()
  const request = await launch
  await page.waitForURL(/\/ablations\/[0-9a-f-]{36}$/)
  // For the viewer's journey: the very request that launches.
  await writeFile(
    path.join(lab.folder, 'launch.json'),
    JSON.stringify({ url: request.url(), headers: await request.allHeaders(), body: request.postData() }),
  )
  await page.evaluate(() => Object.assign(window, { wasNotReloaded: true }))
  await expect(page.locator('[data-stage-state="running"]').first()).toBeVisible({ timeout: 60_000 })
  await expectAccessible(page)
  const grid = page.getByRole('table', { name: 'Grid of the ablation' })
  await expect(grid.getByText(/n=1/).first()).toBeVisible({ timeout: 240_000 })
  await expect(stateBadge(page)).toHaveAttribute('data-state', 'succeeded', { timeout: 360_000 })
  await expect(grid.locator('[data-stage-state="succeeded"]')).toHaveCount(10)
  expect(await page.evaluate(() => (window as { wasNotReloaded?: boolean }).wasNotReloaded)).toBe(true)
  await expect(page.getByTestId('conclusion')).toContainText(/\w/)
})

test('results are compared in charts, as a table, and as files', async ({ page }) => {
  await page.goto('/ablations')
  await page.getByRole('link', { name: 'Sizes' }).click()
  await page.getByRole('link', { name: 'Results' }).click()
  await expect(page.getByRole('table', { name: 'All scores of the test splits' })).toContainText('VQA accuracy')
  await expect(page.locator('svg.recharts-surface').first()).toBeVisible()
  await expectAccessible(page)
  const download = page.waitForEvent('download')
  await page.getByRole('link', { name: /CSV/ }).first().click()
  const csv = readFileSync(await (await download).path(), 'utf8')
  expect(csv).toContain('accuracy')
  await page.getByRole('link', { name: 'Curves', exact: true }).click()
  await expect(page.locator('svg.recharts-surface').first()).toBeVisible()
  await expectAccessible(page)
})

/** The lab's worker process: a child of the supervisor, found by its command line. */
function workerPid(): number {
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const parent = Number(/^\d+ \(.*\) \S (\d+)/s.exec(readFileSync(`/proc/${name}/stat`, 'utf8'))?.[1])
      if (parent === lab.pid && readFileSync(`/proc/${name}/cmdline`, 'utf8').includes('workers/main.ts')) return Number(name)
    } catch {
      // The process ended while it was looked at.
    }
  }
  throw new Error('the lab has no worker')
}

test('a worker killed in the middle of a stage loses nothing: the stage is finished from its checkpoint', async ({ page }) => {
  await fillForm(page, 'Killed', '32')
  await page.getByRole('button', { name: 'Change a field for all runs' }).click()
  await page.getByLabel('Value', { exact: true }).fill('12')
  for (const task of ['Retrieval', 'VQA', 'SNLI-VE']) await page.getByLabel(task, { exact: true }).selectOption('')
  await page.getByRole('button', { name: 'Launch ablation' }).click()
  await page.waitForURL(/\/ablations\/[0-9a-f-]{36}$/)
  await expect(page.locator('[data-stage-state="running"]').getByText(/^[2-8]\d %/)).toBeVisible({ timeout: 120_000 })
  process.kill(workerPid(), 'SIGKILL')
  await expect(stateBadge(page)).toHaveAttribute('data-state', 'succeeded', { timeout: 240_000 })
  await page.locator('[data-stage-state="succeeded"]').first().click()
  await page.waitForURL(/\/runs\//)
  await page
    .getByText(/^2, last on/)
    .first()
    .click()
  await expect(page.getByText(/1: from the beginning/)).toBeVisible()
  await expect(page.getByText(/2: from step \d+/)).toBeVisible()
  await expectAccessible(page)
})
