import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectChange, envelope, newCallId, sign } from '../gatekeeper/support.ts'
import type { TestApp } from './browser.ts'
import { appSecret, startTestApp } from './browser.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
}, 120_000)
afterAll(() => app?.close())

const patience = 120_000
const liveOf = (page: Page, id: string) =>
  page.evaluate(async (policy) => {
    const response = await fetch(`/api/policies/${policy}`)
    const { live } = (await response.json()) as {
      live: { release: string; document: { name: string } } | null
    }
    return live
  }, id)

async function publish(page: Page, comment: string): Promise<void> {
  await page.getByRole('button', { name: 'Publish…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText(/test cases? pass/).waitFor()
  await dialog.getByLabel('What changes, and why').fill(comment)
  await dialog.getByRole('button', { name: 'Publish', exact: true }).click()
  await dialog.waitFor({ state: 'detached' })
}

describe('releases', () => {
  it(
    'are compared as a picture and in words, and rolled back in one click',
    async () => {
      const test = await app.open()
      const { page } = test
      page.setDefaultTimeout(30_000)
      await test.signIn()
      const first = await liveOf(page, 'main-line')
      await page.goto('/policies/main-line')
      await page.locator('.react-flow__node[data-id="toTeam"]').click()
      await page.getByLabel('Ring seconds').fill('12')
      await page.getByText('Draft saved').waitFor()
      await publish(page, 'Ring the team for twelve seconds')
      await expect
        .poll(async () => (await liveOf(page, 'main-line'))?.release)
        .not.toBe(first?.release)
      await page.getByRole('link', { name: 'History' }).click()
      const newest = page.getByRole('table', { name: 'Releases' }).getByRole('row').nth(1)
      await newest.getByText('Ring the team for twelve seconds').waitFor()
      await newest.getByRole('button', { name: /^Compare/ }).click()
      const compare = page.getByRole('dialog', { name: 'What a release changed' })
      await compare.getByText('ringSeconds: 20 → 12').waitFor()
      await compare.locator('.react-flow__node[data-id="toTeam"]').waitFor()
      await test.shot('compare-light')
      expect(await test.faults()).toEqual([])
      await page.keyboard.press('Escape')
      await compare.waitFor({ state: 'detached' })
      await page.getByRole('button', { name: `Roll back to this: ${first?.release}` }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Roll back to this' }).click()
      // the newest row is live before as well as after: it is its hash that tells them apart
      const restored = `-${first?.release.split('-')[1]}`
      await expect
        .poll(async () => (await liveOf(page, 'main-line'))?.release)
        .toMatch(new RegExp(`${restored}$`))
      const live = page.getByRole('table', { name: 'Releases' }).getByRole('row').nth(1)
      await live.filter({ hasText: restored }).getByText('live', { exact: true }).waitFor()
      expect(test.errors).toEqual([])
      await test.close()
    },
    patience,
  )

  it(
    'are stopped by a test case that fails',
    async () => {
      const test = await app.open()
      const { page } = test
      page.setDefaultTimeout(30_000)
      await test.signIn()
      await page.goto('/policies/vip-bypass')
      await page.locator('.react-flow__node').first().waitFor()
      await page.evaluate(async () => {
        const path = '/api/policies/vip-bypass'
        const { draft } = (await (await fetch(path)).json()) as {
          draft: {
            revision: number
            document: { nodes: Record<string, { kind: string; minPriority?: number }> }
          }
        }
        for (const node of Object.values(draft.document.nodes))
          if (node.kind === 'vip') node.minPriority = 100
        await fetch(`${path}/draft`, {
          method: 'PUT',
          headers: { 'content-type': 'application/json', 'if-match': String(draft.revision) },
          body: JSON.stringify(draft.document),
        })
      })
      await page.reload()
      await page.getByRole('button', { name: 'Publish…' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByText(/test cases? fails?\. Mend/).waitFor()
      await dialog.getByLabel('What changes, and why').fill('Only the very first')
      expect(await dialog.getByRole('button', { name: 'Publish', exact: true }).isDisabled()).toBe(
        true,
      )
      expect(await test.faults()).toEqual([])
      await dialog.getByRole('button', { name: 'Show the cases' }).click()
      await dialog.waitFor({ state: 'detached' })
      // the drawing in the dialog is gone, and not that behind it
      expect(await page.locator('.react-flow__node').count()).toBeGreaterThan(5)
      expect(await page.getByRole('tab', { name: /^Cases/ }).getAttribute('aria-selected')).toBe(
        'true',
      )
      await test.close()
    },
    patience,
  )

  it(
    'begin with a policy made from an empty canvas',
    async () => {
      const test = await app.open({ scheme: 'dark' })
      const { page } = test
      page.setDefaultTimeout(30_000)
      await test.signIn()
      await page.goto('/policies')
      await page.getByRole('button', { name: 'New policy' }).click()
      await page.getByRole('dialog').getByLabel('Name').fill('Evening line (Paris)')
      await page.getByText('Its file is evening-line-paris.json').waitFor()
      expect(await test.faults()).toEqual([])
      await page.getByRole('dialog').getByRole('button', { name: 'New policy' }).click()
      await page.waitForURL('**/policies/evening-line-paris')
      const palette = page.getByRole('navigation', { name: 'Steps to add' })
      await palette.locator('[data-kind="vip"]').dragTo(page.locator('.react-flow__pane'))
      await page.locator('.react-flow__node-step').first().waitFor()
      await page.getByLabel('Priority at least').fill('60')
      expect(await test.faults()).toEqual([])
      await test.shot('new-policy-dark')
      await expect
        .poll(() =>
          page.evaluate(async () => {
            const response = await fetch('/api/policies/evening-line-paris')
            const { draft } = (await response.json()) as {
              draft: {
                document: { start: string; nodes: Record<string, { minPriority?: number }> }
              }
            }
            return draft.document.nodes[draft.document.start]?.minPriority
          }),
        )
        .toBe(60)
      expect(test.errors).toEqual([])
      await test.close()
    },
    patience,
  )
})

/** A signed call that is decided by what is live. */
async function call(from: string): Promise<void> {
  const body = JSON.stringify(envelope(connectChange({ id: newCallId(), from })))
  const headers = {
    'content-type': 'application/json',
    'x-hub-signature-256': sign(body, appSecret),
  }
  const response = await fetch(`${app.url}/webhooks/whatsapp`, { method: 'POST', body, headers })
  expect(response.status).toBe(200)
}

describe('traffic', () => {
  it(
    'is drawn as the width of ways, with a table beside it',
    async () => {
      for (const from of ['491701110001', '491701110002', '33612345601']) await call(from)
      const test = await app.open()
      const { page } = test
      page.setDefaultTimeout(30_000)
      await test.signIn()
      await page.goto('/policies/main-line')
      await page.getByRole('tab', { name: 'Traffic' }).click()
      await page.getByText('Last 7 days', { exact: true }).click()
      const table = page.getByRole('table', { name: 'Ways calls took' })
      await table.getByRole('row').nth(1).waitFor()
      const widths = () =>
        page
          .locator('.react-flow__edge-path')
          .evaluateAll((paths) =>
            paths.map((path) => Number.parseFloat(getComputedStyle(path).strokeWidth)),
          )
      await expect.poll(async () => Math.max(...(await widths()))).toBeGreaterThan(6)
      await test.shot('traffic-light')
      expect(await test.faults()).toEqual([])
      expect(test.errors).toEqual([])
      await test.close()
    },
    patience,
  )
})
