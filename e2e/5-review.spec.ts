import { expect, expectAccessible, pageOf, people, stateOf, test } from './fixtures'

test.use({ storageState: stateOf('administrator') })

test('a comment and a verdict stand beside the ablation, with author, and reach the other reader', async ({ page, browser }) => {
  await page.goto('/ablations')
  await page.getByRole('link', { name: 'Sizes' }).click()
  await page.getByRole('link', { name: 'Review', exact: true }).click()
  await page.waitForURL(/tab=review/)
  const viewer = await pageOf(browser, 'viewer')
  await viewer.goto(page.url())
  await expect(viewer.getByRole('heading', { name: 'Review' })).toBeVisible()

  await page.getByLabel('Comment').fill('Two cells only:\nmore seeds?')
  await page.getByRole('button', { name: 'Add the comment' }).click()
  const comment = viewer.locator('[data-comment]').filter({ hasText: 'more seeds?' })
  await expect(comment).toContainText(people.administrator.name)

  await page.getByLabel('Needs work').check()
  await page.getByLabel('Reason').fill('One seed is no result.')
  await page.getByRole('button', { name: 'Give the verdict' }).click()
  await expect(viewer.getByText('One seed is no result.')).toBeVisible()
  await expect(viewer.getByRole('button', { name: 'Give the verdict' })).toHaveCount(0)
  await expectAccessible(page)
  await viewer.context().close()

  await page.goto('/reviews')
  await expect(page.getByText('One seed is no result.')).toBeVisible()
  await expectAccessible(page)
})
