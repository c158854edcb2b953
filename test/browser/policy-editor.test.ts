import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestApp, TestPage } from './browser.ts'
import { appSecret, startTestApp } from './browser.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
}, 120_000)
afterAll(() => app?.close())

/** A signed call that arrives now, from a caller of its own. @returns the status of the answer */
async function signedCall(number: number): Promise<number> {
  const text = readFileSync('seeds/webhooks/whatsapp-calls-connect.json', 'utf8')
  const sent = JSON.parse(text, (key: string, value: unknown) => {
    if (key === 'timestamp') return String(Math.floor(Date.now() / 1000))
    return key === 'id' && String(value).startsWith('wacid') ? `wacid.TEST${number}` : value
  }) as unknown
  const body = JSON.stringify(sent)
  const signature = createHmac('sha256', appSecret).update(body).digest('hex')
  const response = await fetch(`${app.url}/webhooks/whatsapp`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}` },
    body,
  })
  return response.status
}

const step = (page: Page, id: string) => page.locator(`.react-flow__node[data-id="${id}"]`)
const draftOf = (test: TestPage, id: string) =>
  test.page.evaluate(async (policy) => {
    const response = await fetch(`/api/policies/${policy}`)
    const { draft, live } = (await response.json()) as {
      draft: { document: { nodes: Record<string, unknown> }; revision: number }
      live: { release: string } | null
    }
    return { ...draft, release: live?.release }
  }, id)
const untilSaved = (test: TestPage) =>
  test.page.getByText('Draft saved').waitFor({ timeout: 10_000 })

async function openPolicy(id: string, scheme: 'light' | 'dark' = 'light'): Promise<TestPage> {
  const test = await app.open({ scheme })
  await test.signIn()
  await test.page.goto(`/policies/${id}`)
  await test.page.locator('.react-flow__edge').first().waitFor({ state: 'attached' })
  return test
}

describe('the policy editor', () => {
  it.each(['light', 'dark'] as const)(
    'opens drawn, without faults, %s',
    async (scheme) => {
      const test = await openPolicy('main-line', scheme)
      const { page } = test
      await step(page, 'sorry').click()
      await page.getByLabel('Message', { exact: true }).first().waitFor()
      await page.waitForTimeout(500)
      await test.shot(`policy-${scheme}`)
      expect(await page.locator('.react-flow__node-step').count()).toBe(16)
      expect(await page.locator('.react-flow__edge').count()).toBeGreaterThan(20)
      expect(await test.faults()).toEqual([])
      expect(test.errors).toEqual([])
      await test.close()
    },
    60_000,
  )

  it('adds, connects, undoes and redoes by keyboard, and saves by itself', async () => {
    const test = await openPolicy('clinic')
    const { page } = test
    const before = (await draftOf(test, 'clinic')).document
    const first = page.locator('.react-flow__node-step').first()
    await first.focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('a')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Enter')
    await page.keyboard.type('Split')
    await page.keyboard.press('Enter')
    await page.getByRole('complementary').getByText('Split').first().waitFor()
    await expect
      .poll(async () => Object.keys((await draftOf(test, 'clinic')).document.nodes))
      .toContain('split')
    await page.keyboard.press('Control+z')
    await expect.poll(async () => (await draftOf(test, 'clinic')).document).toEqual(before)
    await page.waitForTimeout(200)
    await page.keyboard.press('Control+Shift+z')
    await expect
      .poll(async () => Object.keys((await draftOf(test, 'clinic')).document.nodes))
      .toContain('split')
    expect(test.errors).toEqual([])
    await test.close()
  }, 60_000)

  it('publishes what was changed, with a comment', async () => {
    const test = await openPolicy('main-line')
    const { page } = test
    const { release } = await draftOf(test, 'main-line')
    await step(page, 'toOwner').click()
    await page.getByLabel('Ring seconds').fill('12')
    await untilSaved(test)
    await page.getByRole('button', { name: 'Publish…' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('ringSeconds: 15 → 12').waitFor()
    expect(await dialog.getByRole('button', { name: 'Publish', exact: true }).isDisabled()).toBe(
      true,
    )
    await dialog.getByLabel('What changes, and why').fill('Ring owners sooner')
    await page.waitForTimeout(400)
    await test.shot('publish')
    await dialog.getByRole('button', { name: 'Publish', exact: true }).click()
    await expect.poll(async () => (await draftOf(test, 'main-line')).release).not.toBe(release)
    expect(test.errors).toEqual([])
    await test.close()
  }, 60_000)

  it('meets a conflict of two tabs, and nothing is lost', async () => {
    const [mine, theirs] = [await openPolicy('bank'), await openPolicy('bank')]
    for (const [test, name] of [
      [theirs, 'Theirs'],
      [mine, 'Mine'],
    ] as const) {
      await test.page.locator('.react-flow__node-step').first().click()
      await test.page.getByLabel('Name', { exact: true }).fill(name)
      if (test === theirs)
        await expect
          .poll(async () => JSON.stringify((await draftOf(test, 'bank')).document))
          .toContain('Theirs')
    }
    await mine.page.getByRole('button', { name: 'Keep mine' }).click()
    await expect
      .poll(async () => JSON.stringify((await draftOf(mine, 'bank')).document))
      .toContain('Mine')
    await Promise.all([mine.close(), theirs.close()])
  }, 60_000)

  it('pastes into another policy', async () => {
    const test = await openPolicy('main-line')
    const { page } = test
    await step(page, 'lead').click()
    await page.keyboard.press('Control+c')
    await page.goto('/policies/spam-perimeter')
    await page.locator('.react-flow__edge').first().waitFor({ state: 'attached' })
    await page.locator('.react-flow__node-step').first().focus()
    await page.keyboard.press('Control+v')
    await expect
      .poll(async () => Object.keys((await draftOf(test, 'spam-perimeter')).document.nodes))
      .toContain('lead')
    await test.close()
  }, 60_000)

  it('publishes while calls stream in, drops none, and lights the path of the next', async () => {
    const test = await openPolicy('main-line', 'dark')
    const { page } = test
    const { release } = await draftOf(test, 'main-line')
    const statuses: number[] = []
    let isOver = false
    const stream = (async () => {
      while (!isOver) {
        statuses.push(await signedCall(statuses.length))
        await new Promise((resolve) => setTimeout(resolve, 40))
      }
    })()
    const moreCalls = (): Promise<void> => {
      const before = statuses.length
      return expect.poll(() => statuses.length).toBeGreaterThan(before + 10)
    }
    await step(page, 'toTeam').click()
    await page.getByLabel('Ring seconds').fill('18')
    await moreCalls()
    await untilSaved(test)
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Publish…' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('What changes, and why').fill('Ring the team a little shorter')
    await dialog.getByRole('button', { name: 'Publish', exact: true }).click()
    await expect.poll(async () => (await draftOf(test, 'main-line')).release).not.toBe(release)
    await moreCalls()
    isOver = true
    await stream
    expect(new Set(statuses)).toEqual(new Set([200]))
    expect(await signedCall(99_999)).toBe(200)
    const newest = await page.evaluate(async () => {
      const response = await fetch('/api/calls?per_page=1&sort_by=created_at')
      const { data } = (await response.json()) as { data: { ref: string; release: string }[] }
      return data[0]
    })
    expect(newest?.release).toBe((await draftOf(test, 'main-line')).release)
    await page.goto(`/calls/${newest?.ref}`)
    await page.locator('[data-lit="on"]').first().waitFor()
    await page.waitForTimeout(500)
    await test.shot('decision-dark')
    expect(await test.faults()).toEqual([])
    expect(test.errors).toEqual([])
    await test.close()
  }, 60_000)
})
