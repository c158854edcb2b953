import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectChange, envelope, newCallId, sign } from '../gatekeeper/support.ts'
import type { TestApp } from './browser.ts'
import { appSecret, startTestApp } from './browser.ts'

const patience = 120_000
let app: TestApp

async function call(from: string): Promise<void> {
  const body = JSON.stringify(envelope(connectChange({ id: newCallId(), from, name: 'Elif' })))
  const response = await fetch(`${app.url}/webhooks/whatsapp`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', 'x-hub-signature-256': sign(body, appSecret) },
  })
  expect(response.status).toBe(200)
}

beforeAll(async () => {
  app = await startTestApp()
  for (const from of ['491701000001', '491701000001', '447700900001', '14155550100'])
    await call(from)
  await app.server.context.dispatcher.idle()
}, patience)
afterAll(() => app.close())

/** Every card has its figures, and every picture is drawn. */
async function drawn(page: Page): Promise<void> {
  await page.getByRole('heading', { name: 'Regret by step' }).waitFor({ timeout: 30_000 })
  await page.locator('[data-report="heat-map"] [role=img] svg').first().waitFor({ timeout: 30_000 })
  await page.locator('[data-report="outcomes"] [role=img] svg').first().waitFor({ timeout: 30_000 })
  await page.waitForFunction(() => document.querySelector('[aria-label="Loading"]') === null)
}

describe.each(['light', 'dark'] as const)('reports in %s', (scheme) => {
  test(
    'have no serious fault for axe, no error, and a table behind every picture',
    async () => {
      const { page, errors, signIn, faults, shot, close } = await app.open({ scheme })
      page.setDefaultTimeout(30_000)
      await signIn()
      await page.goto('/reports')
      await drawn(page)
      await shot(`reports-${scheme}`)
      expect(await faults()).toEqual([])
      for (const name of ['heat-map', 'outcomes', 'callbacks', 'decisions', 'coverage']) {
        const card = page.locator(`[data-report="${name}"]`)
        await card.getByText('Table', { exact: true }).click()
        await card.getByRole('table').first().waitFor()
      }
      expect(await faults()).toEqual([])
      expect(errors).toEqual([])
      await close()
    },
    patience,
  )
})

test(
  'a figure opens as many calls as it counts',
  async () => {
    const { page, signIn, close } = await app.open()
    page.setDefaultTimeout(30_000)
    await signIn()
    await page.goto('/reports')
    await drawn(page)
    const figure = page.locator('main a[href*="lead=opened"]').first()
    const count = await figure.innerText()
    const all = await page.locator('main a[href*="direction=inbound"]').first().innerText()
    expect(Number(all)).toBeGreaterThan(Number(count))
    await figure.click()
    await page.waitForURL('**/calls?**')
    expect(new URL(page.url()).searchParams.get('lead')).toBe('opened')
    await page.getByText(new RegExp(`^1 to \\d+ of ${count}$`)).waitFor()
    await page.getByRole('button', { name: 'Drop the filter Lead' }).click()
    await page.getByText(new RegExp(`^1 to \\d+ of ${all}$`)).waitFor()
    await close()
  },
  patience,
)

test(
  'the log is searched and exported',
  async () => {
    const { page, signIn, close } = await app.open()
    page.setDefaultTimeout(30_000)
    await signIn()
    await page.goto('/calls')
    await page.getByLabel('Search', { exact: true }).fill('7700900001')
    await page.keyboard.press('Enter')
    await page.getByText('1 to 1 of 1').waitFor()
    await page.getByRole('button', { name: 'Export' }).click()
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: 'As CSV' }).click(),
    ])
    expect(file.suggestedFilename()).toMatch(/^calls-.*\.csv$/)
    await page.getByRole('row').nth(1).click()
    await page.getByText('The call came in').waitFor()
    await page.getByText('To be done: Reject').waitFor()
    await close()
  },
  patience,
)
