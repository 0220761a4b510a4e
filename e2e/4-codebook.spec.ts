import { expect, expectAccessible, stateOf, test } from './fixtures'

test.use({ storageState: stateOf('administrator') })

test('from a run to a codeword, a patch, and the whole image with the patch outlined', async ({ page }) => {
  await page.goto('/codebooks')
  await expectAccessible(page)
  await page.getByRole('main').locator('a[href^="/codebooks/"]').first().click()
  await page.waitForURL(/\/codebooks\/[0-9a-f-]{36}/)
  await expect(page.getByText('Perplexity ↑')).toBeVisible()
  await expectAccessible(page)
  await page.locator('#codewords a[href*="/codebooks/"]:not([href*="?"])').first().click()
  await page.waitForURL(/\/codebooks\/[0-9a-f-]{36}\/\d+/)
  await expect(page.getByRole('heading', { name: /^Codeword \d+/ })).toBeVisible()
  await expectAccessible(page)
  await page.locator('a[href*="/images/"]').first().click()
  await page.waitForURL(/\/codebooks\/.+\/images\//)
  await expect(page.getByRole('img', { name: /Small captions/ })).toBeVisible()
  await expect(page.getByRole('link', { name: /^Row \d+, column \d+: codeword \d+/ })).toHaveCount(16)
  await expectAccessible(page)
  await page.getByLabel('Show the index map').uncheck()
  await expect(page).toHaveURL(/map=false/)
})

test('a run without a dictionary says so', async ({ page }) => {
  await page.goto('/runs')
  await expectAccessible(page)
  await page.getByRole('main').getByRole('link', { name: /^off/ }).first().click()
  await page.waitForURL(/\/runs\//)
  const id = new URL(page.url()).pathname.split('/').at(-1)
  await page.goto(`/codebooks/${id}`)
  await expect(page.getByText('This run has no visual dictionary')).toBeVisible()
})
