import type { Page } from '@playwright/test'
import { expect, expectAccessible, pageOf, stateOf, test } from './fixtures'
import { holdTexts } from './hold-texts'

test.use({ storageState: stateOf('administrator') })

/** The overview of the captions that an earlier journey brought in. */
async function openCaptions(page: Page): Promise<void> {
  await page.goto('/datasets')
  await page.getByRole('link', { name: 'Small captions', exact: true }).click()
  await page.getByRole('heading', { name: 'Small captions' }).waitFor()
}

const range = (page: Page) => page.getByTestId('range')
const grid = (page: Page) => page.getByRole('grid', { name: 'Images' })

test('the grid goes from the first to the last image, by scrolling, by number and by keyboard', async ({ page }) => {
  await openCaptions(page)
  await page.getByRole('navigation', { name: 'Pages of the dataset' }).getByRole('link', { name: 'Images' }).click()
  await expect(range(page)).toHaveText(/^1 to \d+ of \d+$/)
  await expectAccessible(page)
  const total = Number(/of ([\d,]+)$/.exec(await range(page).innerText())?.[1]?.replaceAll(',', ''))
  expect(total).toBeGreaterThan(100)

  await grid(page).evaluate((element) => element.scrollTo({ top: element.scrollHeight / 2 }))
  await expect(range(page)).not.toHaveText(/^1 to/)
  await expect(page).toHaveURL(/at=\d+/)
  const at = Number(new URL(page.url()).searchParams.get('at'))
  await page.reload()
  await expect(range(page)).toHaveText(new RegExp(`^${at + 1} to`))
  await expect(grid(page).locator('img').first()).toBeVisible()

  await page.getByLabel('Go to number').fill(String(total))
  await page.getByRole('button', { name: 'Go', exact: true }).click()
  await expect(range(page)).toHaveText(new RegExp(`to ${total} of ${total}$`))
  await grid(page).locator('a[tabindex="0"]').focus()
  await page.keyboard.press('Home')
  await expect(range(page)).toHaveText(/^1 to/)
  await expect(grid(page).locator('[data-rank="0"]')).toBeFocused()
  await page.keyboard.press('ArrowRight')
  await expect(grid(page).locator('[data-rank="1"]')).toBeFocused()
})

test('a search with filters is an address that shows a colleague the same', async ({ page, browser }) => {
  await openCaptions(page)
  await page.getByRole('navigation', { name: 'Pages of the dataset' }).getByRole('link', { name: 'Images' }).click()
  await page.getByLabel('Words in the texts').fill('circle')
  await page.getByLabel('Split', { exact: true }).selectOption('val')
  await page.getByRole('button', { name: 'More filters' }).click()
  await page.getByLabel('Words in a text: at least').fill('3')
  await page.getByRole('button', { name: 'Show', exact: true }).click()
  await page.waitForURL(/q=circle/)
  await expect(page).toHaveURL(/split=val/)
  await expect(page).toHaveURL(/words-from=3/)
  const shown = await range(page).innerText()
  expect(shown).not.toMatch(/of 152$/)
  await expectAccessible(page)
  const colleague = await pageOf(browser, 'viewer')
  await colleague.goto(page.url())
  await expect(range(colleague)).toHaveText(shown)
  await colleague.context().close()
  await page.getByRole('link', { name: 'Clear' }).click()
  await expect(range(page)).not.toHaveText(shown)
})

test('a search that takes long is a page at once; its images appear by themselves, for everybody who waits', async ({ browser }) => {
  const [page, colleague] = [await pageOf(browser, 'administrator'), await pageOf(browser, 'viewer')]
  const looking = (on: Page) => on.getByRole('status').filter({ hasText: /Looking through [\d,]+ texts/ })
  await openCaptions(page)
  await page.getByRole('navigation', { name: 'Pages of the dataset' }).getByRole('link', { name: 'Images' }).click()
  await expect(range(page)).toHaveText(/^1 to/)
  const texts = await holdTexts()
  try {
    await page.getByLabel('Words in the texts').fill('square or triangle')
    await page.getByRole('button', { name: 'Show', exact: true }).click()
    await expect(looking(page)).toBeVisible()
    await expect(page.getByLabel('Words in the texts')).toHaveValue('square or triangle')
    await expectAccessible(page)
    await texts.stopSearches()
    await expect(page.getByText('These images could not be loaded.')).toContainText('took too long')
    await page.getByRole('button', { name: 'Try again' }).click()
    await expect(looking(page)).toBeVisible()
    await colleague.goto(page.url())
    await expect(looking(colleague)).toBeVisible()
    // Without script it loads itself again.
    expect(await (await page.request.get(page.url())).text()).toContain('<noscript><meta http-equiv="refresh"')
  } finally {
    await texts.release()
  }
  for (const one of [page, colleague]) {
    await expect(range(one)).toHaveText(/^1 to/)
    await expect(grid(one).locator('img').first()).toBeVisible()
    await one.context().close()
  }
})

test('a caption is changed for the next version: it waits with its reason, and the original stays', async ({ page }) => {
  await openCaptions(page)
  await page.locator('a[href*="/images/"]').first().click()
  await page.waitForURL(/\/images\//)
  const text = page.locator('[data-text]').first()
  const original = await text.locator('span').first().innerText()
  await text.getByRole('button', { name: 'Edit the text' }).click()
  await text.getByLabel('New text').fill('a picture that somebody described anew')
  await text.getByLabel('Reason').fill('The shape was named wrongly.')
  await text.getByRole('button', { name: 'Change it in the next version' }).click()
  await expect(text.locator('[data-change="text"]')).toContainText('a picture that somebody described anew')
  await expect(text.locator('span').first()).toHaveText(original)
  await page.getByRole('button', { name: 'Tag the image' }).click()
  await page.getByLabel('Tag of the image').fill('to discuss')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await expect(page.getByText('to discuss', { exact: true })).toBeVisible()
  await expectAccessible(page)

  await openCaptions(page)
  const changes = page.getByRole('region', { name: 'Changes that wait' })
  await expect(changes).toContainText('The shape was named wrongly.')
  await expect(changes).toContainText(original)
  await expectAccessible(page)
  await changes.getByRole('button', { name: /^Make version/ }).click()
  await page
    .getByRole('button', { name: /^Make version/ })
    .last()
    .click()
  await expect(page.getByText(/· version 2$/)).toBeVisible({ timeout: 60_000 })
  await expect(changes).toHaveCount(0)
})

test('statistics name the splits, the texts and the images', async ({ page }) => {
  await openCaptions(page)
  await page.getByRole('navigation', { name: 'Pages of the dataset' }).getByRole('link', { name: 'Statistics' }).click()
  await expect(page.getByRole('heading', { name: 'Vocabulary' })).toBeVisible()
  await expect(page.getByRole('img', { name: /^Words in a text:/ })).toBeVisible()
  await page.getByRole('button', { name: 'Words in a text: show as a table' }).click()
  await expect(page.getByRole('table', { name: 'Words in a text' })).toBeVisible()
  await expectAccessible(page)
})
