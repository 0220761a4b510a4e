import { expect, expectAccessible, lab, pageOf, people, stateOf, test, type Person } from './fixtures'
import type { Page } from '@playwright/test'

async function makeAccount(page: Page, person: Person): Promise<void> {
  const { name, email, password } = people[person]
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Make the account' }).click()
  await page.waitForURL((url) => url.pathname === '/')
  await page.context().storageState({ path: stateOf(person) })
}

test('nobody sees a page without signing in', async ({ page }) => {
  for (const path of ['/', '/datasets', '/ablations/new', '/settings']) {
    await page.goto(path)
    await expect(page).toHaveURL(/\/sign-in$/)
  }
  await expectAccessible(page)
  await page.getByLabel('E-mail').fill('nobody@example.org')
  await page.getByLabel('Password').fill('a wrong password')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('alert').filter({ hasText: /\w/ }).first()).toBeVisible()
})

test('the link of the first start makes the administrator, once', async ({ page, browser }) => {
  await page.goto(lab.firstLink)
  await expectAccessible(page)
  await makeAccount(page, 'administrator')
  await expect(page.getByText('Import', { exact: false }).first()).toBeVisible()
  await expectAccessible(page)
  const other = await pageOf(browser, null)
  await other.goto(lab.firstLink)
  await expect(other.getByRole('heading', { name: 'This link does not work' })).toBeVisible()
  await other.context().close()
})

test('an invitation makes a viewer, and signing in again works', async ({ browser, page }) => {
  const administrator = await pageOf(browser, 'administrator')
  await administrator.goto('/settings')
  await expectAccessible(administrator)
  await administrator.getByLabel('Role').first().selectOption('viewer')
  await administrator.getByRole('button', { name: 'Make an invitation' }).click()
  const link = await administrator.locator('[data-one-time-link]').innerText()
  await administrator.context().close()

  await page.goto(link.trim())
  await makeAccount(page, 'viewer')
  await page.context().clearCookies()
  await page.goto('/sign-in')
  await page.getByLabel('E-mail').fill(people.viewer.email)
  await page.getByLabel('Password').fill(people.viewer.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL((url) => url.pathname === '/')
})
