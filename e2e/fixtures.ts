import AxeBuilder from '@axe-core/playwright'
import { test as base, expect, type Browser, type Page } from '@playwright/test'
import path from 'node:path'

const given = (name: string) => {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set: run the browser tests by \`npx playwright test\``)
  return value
}

/** The lab that `tests/browser-lab.ts` started. */
export const lab = {
  address: given('E2E_ADDRESS'),
  firstLink: given('E2E_LINK'),
  folder: given('E2E_FOLDER'),
  pid: Number(given('E2E_LAB_PID')),
  /** A file of the small world. */
  file: (...parts: string[]) => path.join(given('E2E_FOLDER'), 'world', ...parts),
}

export const people = {
  administrator: { name: 'Ada Administrator', email: 'ada@example.org', password: 'a long enough password' },
  viewer: { name: 'Vera Viewer', email: 'vera@example.org', password: 'another long password' },
}
export type Person = keyof typeof people

/** Where a signed-in browser's cookies are kept between journeys. */
export const stateOf = (person: Person) => path.join(lab.folder, `${person}.json`)

/** The cookies of somebody who is not signed in; a context made in a test has those of the test otherwise. */
export const nobody = { cookies: [], origins: [] }

/** What a page may say on the console without failing its test: the browser's own words about a status that the test provokes. */
const expectedNoise = /the server responded with a status of 40[0-9]/

/** Pages of the lab; an error on the console or an uncaught exception fails the test. */
export const test = base.extend({
  baseURL: lab.address,
  page: async ({ page }, provide) => {
    const errors: string[] = []
    page.on('console', (message) => {
      if (message.type() === 'error' && !expectedNoise.test(message.text())) errors.push(message.text())
    })
    page.on('pageerror', (error) => errors.push(String(error)))
    await provide(page)
    expect(errors, 'errors on the console').toEqual([])
  },
})

export { expect }

/** axe finds nothing of weight on the page once it has loaded. */
export async function expectAccessible(page: Page): Promise<void> {
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0)
  // After a navigation inside the lab the title comes last.
  await expect(page).toHaveTitle(/./)
  const grave = async () => {
    const { violations } = await new AxeBuilder({ page }).analyze()
    const weighty = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
    return weighty.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)
  }
  // A live page that is being replaced has no title for a moment; what stays is a fault.
  await expect.poll(grave, { timeout: 10_000 }).toEqual([])
}

/** A page of its own for somebody, beside the test's. */
export async function pageOf(browser: Browser, person: Person | null): Promise<Page> {
  const context = await browser.newContext({ baseURL: lab.address, storageState: person ? stateOf(person) : nobody })
  return context.newPage()
}
