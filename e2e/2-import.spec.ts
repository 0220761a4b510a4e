import path from 'node:path'
import type { Page } from '@playwright/test'
import { expect, expectAccessible, lab, stateOf, test } from './fixtures'

test.use({ storageState: stateOf('administrator') })

interface Files {
  format: RegExp
  name: string
  /** By group of slots, by slot. */
  files: Record<string, Record<string, string>>
  images?: string
}

/** Fills the wizard as a person would and waits for the import to end. */
async function importDataset(page: Page, { format, name, files, images }: Files): Promise<void> {
  await page.goto('/datasets/new')
  await page.getByRole('radio', { name: format }).check()
  for (const [group, slots] of Object.entries(files)) {
    for (const [slot, file] of Object.entries(slots)) {
      await page
        .getByRole('group', { name: group })
        .getByLabel(new RegExp(`^${slot}`))
        .setInputFiles(file)
    }
  }
  if (images) await page.getByLabel('Images', { exact: true }).setInputFiles(images)
  await page.getByLabel('Name', { exact: false }).fill(name)
  await page.getByRole('button', { name: 'Start the import' }).click()
  await page.waitForURL(/\/datasets\/imports\//)
  await expect(page.locator('[data-state="succeeded"], [data-state="failed"]').first()).toBeVisible({ timeout: 60_000 })
}

const count = (page: Page, label: string) => page.locator('dt', { hasText: label }).locator('xpath=following-sibling::dd[1]')

test('captions, boxes and images come in and can be looked at', async ({ page }) => {
  await importDataset(page, {
    format: /Karpathy/,
    name: 'Small captions',
    files: {
      Captions: { File: lab.file('captions', 'dataset_shapes.json') },
      Instances: { File: lab.file('captions', 'instances_shapes.json') },
    },
    images: lab.file('images.zip'),
  })
  await expect(count(page, 'Records set aside')).toHaveText('0')
  await expectAccessible(page)
  await page.getByRole('link', { name: /Open version 1/ }).click()
  await expect(page.getByRole('heading', { name: 'Small captions' })).toBeVisible()
  await expectAccessible(page)
  await page.locator('a[href*="/images/"]').first().click()
  await page.waitForURL(/\/datasets\/.+\/images\//)
  await expect(page.locator('img[src*="/api/images/"]').first()).toBeVisible()
  await expect(page.getByText(/only|things?:/).first()).toBeVisible()
  await expectAccessible(page)
})

test('questions, statements and hypotheses come in beside them', async ({ page }) => {
  const vqa = (what: string, split: string) =>
    lab.file('vqa', what === 'questions' ? `v2_OpenEnded_shapes_${split}_questions.json` : `v2_shapes_${split}_annotations.json`)
  const bySplit = (of: (split: string) => string) => ({ train: of('train'), val: of('val'), test: of('test') })
  await importDataset(page, {
    format: /^VQA/,
    name: 'Small questions',
    files: { Questions: bySplit((split) => vqa('questions', split)), Annotations: bySplit((split) => vqa('annotations', split)) },
    images: lab.file('images.zip'),
  })
  await expect(page.getByRole('link', { name: /Open version 1/ })).toBeVisible()
  await importDataset(page, {
    format: /^NLVR2/,
    name: 'Small statements',
    files: {
      Statements: {
        train: lab.file('nlvr2', 'train.json'),
        val: lab.file('nlvr2', 'dev.json'),
        test: lab.file('nlvr2', 'test1.json'),
      },
    },
    images: lab.file('nlvr2.zip'),
  })
  await expect(page.getByRole('link', { name: /Open version 1/ })).toBeVisible()
  await importDataset(page, {
    format: /^SNLI-VE/,
    name: 'Small hypotheses',
    files: {
      Hypotheses: {
        train: lab.file('snli-ve', 'snli_ve_train.jsonl'),
        val: lab.file('snli-ve', 'snli_ve_dev.jsonl'),
        test: lab.file('snli-ve', 'snli_ve_test.jsonl'),
      },
    },
    images: lab.file('images.zip'),
  })
  await expect(page.getByRole('link', { name: /Open version 1/ })).toBeVisible()
  await page.goto('/datasets')
  for (const name of ['Small captions', 'Small questions', 'Small statements', 'Small hypotheses']) {
    await expect(page.getByRole('link', { name })).toBeVisible()
  }
  await expectAccessible(page)
})

test('a folder on the server is recognised, and used with one click', async ({ page }) => {
  await page.goto('/datasets/new')
  await page.getByLabel('Folder', { exact: true }).fill(lab.file())
  await page.getByRole('button', { name: 'Look', exact: true }).click()
  const found = page.getByRole('region', { name: 'SNLI-VE' })
  await expect(found).toContainText('snli-ve/snli_ve_dev.jsonl')
  await expect(found).not.toContainText('Missing')
  await expectAccessible(page)
  await found.getByRole('button', { name: 'Use these files' }).click()
  await expect(page.getByRole('status').filter({ hasText: 'Filled in below: 3 files' })).toBeVisible()
  await page.getByLabel('Name', { exact: false }).fill('Hypotheses of the server')
  await page.getByRole('button', { name: 'Start the import' }).click()
  await page.waitForURL(/\/datasets\/imports\//)
  await expect(page.getByRole('link', { name: /Open version 1/ })).toBeVisible({ timeout: 60_000 })
})

test('a malformed file is reported record by record, and its good records are taken', async ({ page }) => {
  await importDataset(page, {
    format: /Karpathy/,
    name: 'Broken captions',
    files: { Captions: { File: path.resolve('lib/formats/fixtures/malformed/dataset_coco.json') } },
  })
  await expect(count(page, 'Records taken')).toHaveText('7')
  await expect(count(page, 'Records set aside')).toHaveText('4')
  const row = page.getByRole('row').filter({ hasText: 'images[0]' }).filter({ hasText: 'training' })
  await expect(row.last()).toContainText('"training" is not train, restval, val or test')
  const download = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Download CSV' }).click()
  expect((await download).suggestedFilename()).toMatch(/\.csv$/)
  await expectAccessible(page)
})
