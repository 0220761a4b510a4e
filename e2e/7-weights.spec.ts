import { expect, expectAccessible, pageOf, stateOf, test } from './fixtures'

test.use({ storageState: stateOf('administrator') })

const words = ['a', 'an', 'and', 'the', 'is', 'red', 'green', 'blue', 'circle', 'square', 'triangle']
const vocabulary = Buffer.from(['[PAD]', '[unused0]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...words, ''].join('\n'))

test('an editor registers a vocabulary, hears why a pickle is refused, and chooses the file in a launch', async ({ page, browser }) => {
  await page.goto('/settings/weights')
  await expect(page.getByText('No file is registered')).toBeVisible()
  await expectAccessible(page)
  await page
    .getByLabel('File', { exact: true })
    .setInputFiles({ name: 'net.pth', mimeType: '', buffer: Buffer.concat([Buffer.from('PK'), Buffer.alloc(5000)]) })
  await page.getByRole('button', { name: 'Register the file' }).click()
  await expect(page.getByText(/net\.pth is a PyTorch pickle .* convert it with python -c/)).toBeVisible()

  await page.getByLabel('File', { exact: true }).setInputFiles({ name: 'vocab.txt', mimeType: 'text/plain', buffer: vocabulary })
  await page.getByLabel('Name', { exact: true }).fill('Few words')
  await page.getByRole('button', { name: 'Register the file' }).click()
  await expect(page.getByText('Registered Few words: vocabulary, 17 word pieces.')).toBeVisible()
  const table = page.getByRole('table', { name: 'Weights and vocabularies' })
  await expect(table.getByRole('row', { name: /Few words/ })).toContainText('Ada Administrator')
  await page.setViewportSize({ width: 390, height: 900 })
  await expectAccessible(page)
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0)
  await page.setViewportSize({ width: 1280, height: 900 })

  await page.getByLabel('File', { exact: true }).setInputFiles({ name: 'copy.txt', mimeType: 'text/plain', buffer: vocabulary })
  await page.getByRole('button', { name: 'Register the file' }).click()
  await expect(page.getByText(/registered already, as Few words/)).toBeVisible()

  await page.goto('/ablations/new')
  const select = page.getByLabel('Vocabulary file')
  await select.selectOption({ label: 'Few words (vocabulary, 17 word pieces)' })
  await expect(page.getByRole('region', { name: 'Preview' })).toContainText('cells')
  await expect(page.getByRole('alert').filter({ hasText: /\w/ })).toHaveCount(0)
  await expectAccessible(page)

  const viewer = await pageOf(browser, 'viewer')
  await viewer.goto('/settings/weights')
  await expect(viewer.getByText('Few words')).toBeVisible()
  await expect(viewer.getByRole('button', { name: /Register|Delete/ })).toHaveCount(0)
  await viewer.context().close()

  await page.goto('/settings/weights')
  await page.getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click()
  await expect(page.getByText('No file is registered')).toBeVisible()
})
