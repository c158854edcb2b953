import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestApp, TestPage } from './browser.ts'
import { appSecret, startTestApp } from './browser.ts'

const limit = { timeout: 30_000 }
let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
}, 240_000)
afterAll(() => app?.close())

let calls = 0
/** A signed call that arrives now, from a caller of its own. */
async function call(): Promise<void> {
  const number = (calls += 1)
  const text = readFileSync('seeds/webhooks/whatsapp-calls-connect.json', 'utf8')
  const sent: unknown = JSON.parse(text, (key: string, value: unknown) => {
    if (key === 'timestamp') return String(Math.floor(Date.now() / 1000))
    if (key === 'from' || key === 'wa_id') return `1212555${String(1000 + number)}`
    if (key === 'from_user_id' || key === 'user_id') return `US.canary${number}`
    return key === 'id' && String(value).startsWith('wacid') ? `wacid.CANARY${number}` : value
  })
  const body = JSON.stringify(sent)
  const signature = createHmac('sha256', appSecret).update(body).digest('hex')
  const response = await fetch(`${app.url}/webhooks/whatsapp`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}` },
    body,
  })
  expect(response.status).toBe(200)
}

async function openPolicy(scheme: 'light' | 'dark'): Promise<TestPage> {
  const test = await app.open({ scheme })
  test.page.setDefaultTimeout(limit.timeout)
  await test.signIn()
  await test.page.goto('/policies/main-line')
  await test.page.locator('.react-flow__edge').first().waitFor({ state: 'attached' })
  return test
}

/** Every caller ends at another step than live's first, so that each call differs. */
const rename = async ({ page }: TestPage, text: string) => {
  const id = 'main-line'
  await page.evaluate(
    async ({ policy, said }) => {
      const response = await fetch(`/api/policies/${policy}`)
      const { draft } = (await response.json()) as { draft: { document: { nodes: object } } }
      const document = {
        ...draft.document,
        start: 'bye2',
        nodes: { ...draft.document.nodes, bye2: { kind: 'reject', message: { text: said } } },
      }
      await fetch(`/api/policies/${policy}/draft`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json', 'if-match': '*' },
        body: JSON.stringify(document),
      })
    },
    { policy: id, said: text },
  )
  await page.reload()
  await page.locator('.react-flow__edge').first().waitFor({ state: 'attached' })
}

describe('trying a draft on real calls', () => {
  it('is a shadow whose differences appear as they happen, with a way to the call', async () => {
    const test = await openPolicy('light')
    const { page } = test
    await rename(test, 'Write to us.')
    const tab = page.getByRole('tab', { name: 'Problems' })
    await tab.focus()
    await expect
      .poll(async () => {
        await page.keyboard.press('ArrowRight')
        return page.getByRole('tab', { name: 'Shadow' }).getAttribute('aria-selected')
      }, limit)
      .toBe('true')
    await page.getByRole('button', { name: 'Shadow this draft' }).press('Enter')
    await page.getByText('0 calls compared, 0 would differ').waitFor()
    await call()
    await call()
    await page.getByText('2 calls compared, 2 would differ').waitFor()
    expect(await test.faults()).toEqual([])
    await test.shot(`shadow-light`)
    await page
      .getByRole('link', { name: /^Open the call/ })
      .first()
      .click()
    await page.waitForURL(/\/calls\/\w+/)
    const download = page.getByRole('link', { name: 'Flight recorder' })
    expect(await download.getAttribute('href')).toMatch(/^\/api\/calls\/\w+\/flight$/)
    expect(test.errors).toEqual([])
    await test.close()
  }, 120_000)

  it.each(['light', 'dark'] as const)(
    'is a canary, begun, watched and stopped by keyboard, %s',
    async (scheme) => {
      const test = await openPolicy(scheme)
      const { page } = test
      await rename(test, `Write to us, ${scheme}.`)
      await page.getByRole('button', { name: 'Publish…' }).press('Enter')
      await page.getByRole('button', { name: 'Try on some callers…' }).press('Enter')
      const dialog = page.getByRole('dialog')
      const percent = dialog.getByLabel('Share of callers, %')
      await percent.fill('50')
      await dialog.getByLabel('Watch: More callers who reply “stop”, by points').press('Space')
      expect(await test.faults()).toEqual([])
      await test.shot(`canary-dialog-${scheme}`)
      await dialog.getByLabel('What changes, and why').fill('Try it')
      await page.keyboard.press('Enter')
      const strip = page.getByRole('region', { name: 'Canary' })
      await strip.getByText('50 % of callers').waitFor()
      for (let caller = 0; caller < 8; caller += 1) await call()
      await expect
        .poll(async () => {
          const rows = await strip.getByRole('row').allInnerTexts()
          return rows.reduce((sum, row) => sum + Number(/(\d+) callers?/.exec(row)?.[1] ?? 0), 0)
        }, limit)
        .toBe(8)
      expect(await test.faults()).toEqual([])
      await test.shot(`canary-${scheme}`)
      await strip.getByRole('button', { name: 'Stop' }).press('Enter')
      await strip.waitFor({ state: 'detached' })
      expect(test.errors).toEqual([])
      await test.close()
    },
    120_000,
  )

  it('is promoted after a question, and live is the release that was tried', async () => {
    const test = await openPolicy('light')
    const { page } = test
    await rename(test, 'Write to us, promoted.')
    await page.getByRole('button', { name: 'Publish…' }).press('Enter')
    await page.getByRole('button', { name: 'Try on some callers…' }).press('Enter')
    await page.getByRole('button', { name: 'Start the canary' }).press('Enter')
    const strip = page.getByRole('region', { name: 'Canary' })
    const release = await strip.getByRole('row').first().getByRole('cell').first().innerText()
    await strip.getByRole('button', { name: 'Promote…' }).press('Enter')
    await page.getByRole('button', { name: 'Promote', exact: true }).press('Enter')
    await strip.waitFor({ state: 'detached' })
    const live = await page.evaluate(async () => {
      const response = await fetch('/api/policies/main-line')
      const { live: now } = (await response.json()) as { live: { release: string } }
      return now.release
    })
    expect(live).toBe(release)
    await test.close()
  }, 120_000)
})
