import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Page } from '@playwright/test'
import { expect, expectAccessible, lab, stateOf, test } from './fixtures'

test.use({ storageState: stateOf('administrator') })

/** The small captions once more, with their test images put into training. */
function writeLeakyCaptions(): string {
  const file = path.join(lab.folder, 'leaky.json')
  const known = JSON.parse(readFileSync(lab.file('captions', 'dataset_shapes.json'), 'utf8')) as { images: { split: string }[] }
  const images = known.images.map((image) => ({ ...image, split: image.split === 'test' ? 'train' : image.split }))
  writeFileSync(file, JSON.stringify({ ...known, images }))
  return file
}

async function open(page: Page, name: string): Promise<void> {
  await page.goto('/datasets')
  await page.getByRole('link', { name, exact: true }).click()
  await page.getByRole('heading', { name }).waitFor()
}

const tab = (page: Page, name: string) => page.getByRole('navigation', { name: 'Pages of the dataset' }).getByRole('link', { name }).click()

/** Chooses the first option of a list whose text contains this. */
async function choose(page: Page, label: string, text: string): Promise<void> {
  const select = page.getByLabel(label, { exact: true })
  await select.selectOption((await select.locator('option', { hasText: text }).first().getAttribute('value')) ?? '')
}

test('a check finds the test images in training and shows both sides', async ({ page }) => {
  await page.goto('/datasets/new')
  await page.getByRole('radio', { name: /Karpathy/ }).check()
  await page.getByRole('group', { name: 'Captions' }).getByLabel(/^File/).setInputFiles(writeLeakyCaptions())
  await page.getByLabel('Images', { exact: true }).setInputFiles(lab.file('images.zip'))
  await page.getByLabel('Name', { exact: false }).fill('Leaky captions')
  await page.getByRole('button', { name: 'Start the import' }).click()
  await page.getByRole('link', { name: /Open version 1/ }).click({ timeout: 60_000 })

  await tab(page, 'Checks')
  await expect(page.getByRole('checkbox', { name: /^Small captions/ })).toBeChecked()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Check version 1' }).click()
  const kinds = page.getByRole('table', { name: 'Kinds of findings' })
  await expect(kinds).toBeVisible({ timeout: 60_000 })
  await expect(kinds.getByRole('row').filter({ hasText: 'same file' }).first()).toContainText(/[1-9]\d*/)
  await kinds.getByRole('link', { name: 'Test image in training, same file' }).click()
  await page.getByRole('region', { name: 'Test image in training, same file' }).getByRole('listitem').first().getByRole('link').click()
  await page.waitForURL(/\/checks\/[0-9a-f-]{36}$/)
  await expect(page.getByRole('region', { name: 'The image', exact: true })).toContainText('train')
  await expect(page.getByRole('region', { name: 'The other image' })).toContainText('test')
  await expectAccessible(page)
  await page.getByRole('link', { name: 'Next' }).click()
  await expect(page.getByText(/^2 of \d+$/)).toBeVisible()
})

test('the ablation form asks why, as long as test images are in the pre-training data', async ({ page }) => {
  await page.goto('/ablations/new')
  await choose(page, 'Pre-training', 'Leaky captions')
  await choose(page, 'Retrieval', 'Small captions')
  const question = page.getByTestId('leak-question')
  await expect(question).toContainText(/\d+ test images of Small captions/)
  await expect(page.getByRole('button', { name: 'Launch anyway' })).toBeDisabled()
  await question.getByLabel('Launch anyway, because').fill('to see how much it matters')
  await expect(page.getByRole('button', { name: 'Launch anyway' })).toBeEnabled()
  await expectAccessible(page)
})

test('one click frees the data of them, and a part of the rest is ready for an ablation', async ({ page }) => {
  await open(page, 'Leaky captions')
  await tab(page, 'Checks')
  await page.getByRole('button', { name: 'Exclude leaking images' }).click()
  await expect(page.getByLabel('Reason')).toHaveValue(/must not be trained on/)
  await page.getByRole('button', { name: 'Make the version' }).click()
  await expect(page.getByText(/· version 2$/)).toBeVisible({ timeout: 60_000 })
  await expectAccessible(page)

  await page.getByRole('link', { name: 'Make a subset' }).click()
  await page.getByLabel('Name of the new dataset').fill('Half of the captions')
  await page.getByLabel('Share of train in per cent').fill('50')
  await expect(page.getByRole('table', { name: 'What the rule chooses' })).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Create the dataset' }).click()
  await page.getByRole('heading', { name: 'Half of the captions' }).waitFor()
  await expect(page.getByText(/· version 1$/)).toBeVisible({ timeout: 60_000 })

  await page.goto('/ablations/new')
  await choose(page, 'Pre-training', 'Half of the captions')
  await choose(page, 'Retrieval', 'Small captions')
  await expect(page.getByRole('region', { name: 'Preview' })).toContainText('Runs')
  await expect(page.getByRole('region', { name: 'Preview' })).toHaveAttribute('aria-busy', 'false')
  await expect(page.getByTestId('leak-question')).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Launch ablation' })).toBeEnabled()
})
