import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, expectAccessible, lab, nobody, stateOf, test } from './fixtures'

test.use({ storageState: stateOf('viewer') })

test('a viewer reads everything and cannot launch: not on the page, not by the action, not by a request', async ({ page, request }) => {
  await page.goto('/ablations/new')
  await expect(page.getByText('Your role is viewer')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Launch ablation' })).toHaveCount(0)
  await expectAccessible(page)

  const launch = JSON.parse(readFileSync(path.join(lab.folder, 'launch.json'), 'utf8')) as {
    url: string
    headers: Record<string, string>
    body: string
  }
  const { 'next-action': action = '', 'content-type': contentType = '', accept = '', 'next-router-state-tree': tree = '' } = launch.headers
  const headers = { 'next-action': action, 'content-type': contentType, accept, 'next-router-state-tree': tree, origin: lab.address }
  const answer = await request.post(launch.url, { headers, data: launch.body })
  expect(await answer.text()).toContain('This needs the role editor')

  const upload = await request.post('/api/uploads?slot=captions', { headers: { origin: lab.address }, data: '{}' })
  expect(upload.status()).toBe(403)
  await page.goto('/ablations')
  await expect(page.getByRole('link', { name: 'Sizes' })).toHaveCount(1)
})

test('health is public in one word; everything else needs a session', async ({ playwright }) => {
  const anonymous = await playwright.request.newContext({ baseURL: lab.address, storageState: nobody })
  expect((await anonymous.get('/api/health')).status()).toBe(200)
  for (const route of ['/api/events?topic=queue', '/api/images/00000000-0000-0000-0000-000000000000']) {
    expect((await anonymous.get(route)).status()).toBe(401)
  }
  await anonymous.dispose()
})

test('every other page is accessible, wide and narrow, and fits', async ({ page }) => {
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 900 })
    for (const address of ['/', '/queue', '/settings', '/runs', '/ablations', '/datasets', '/codebooks', '/reviews']) {
      await page.goto(address)
      await expectAccessible(page)
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
      expect(overflow, `${address} at ${width} px scrolls sideways`).toBeLessThanOrEqual(0)
    }
  }
})
