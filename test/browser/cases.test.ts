import { readFileSync } from 'node:fs'
import { createHmac } from 'node:crypto'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestApp, TestPage } from './browser.ts'
import { appSecret, startTestApp } from './browser.ts'

const patience = { timeout: 30_000 }
let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
}, 180_000)
afterAll(() => app?.close())

async function openPolicy(id: string, scheme: 'light' | 'dark' = 'light'): Promise<TestPage> {
  const test = await app.open({ scheme })
  test.page.setDefaultTimeout(30_000)
  await test.signIn()
  await test.page.goto(`/policies/${id}`)
  await test.page.locator('.react-flow__edge').first().waitFor({ state: 'attached' })
  return test
}

const tab = (page: Page, name: RegExp) => page.getByRole('tab', { name })
const stored = (id: string): { name: string }[] =>
  JSON.parse(
    readFileSync(join(app.server.context.config.policiesDir, `${id}.cases.json`), 'utf8'),
  ) as { name: string }[] // our own fixture

/** A signed call that arrives now. @returns its reference */
async function signedCall(number: number): Promise<string> {
  const text = readFileSync('seeds/webhooks/whatsapp-calls-connect.json', 'utf8')
  const sent = JSON.parse(text, (key: string, value: unknown) => {
    if (key === 'timestamp') return String(Math.floor(Date.now() / 1000))
    return key === 'id' && String(value).startsWith('wacid') ? `wacid.CASE${number}` : value
  }) as unknown
  const body = JSON.stringify(sent)
  const signature = createHmac('sha256', appSecret).update(body).digest('hex')
  const response = await fetch(`${app.url}/webhooks/whatsapp`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}` },
    body,
  })
  expect(response.status).toBe(200)
  const { ref } = await app.server.context.db
    .selectFrom('calls')
    .select('ref')
    .where('provider_id', '=', `wacid.CASE${number}`)
    .executeTakeFirstOrThrow()
  return ref
}

describe('the cases of a policy', () => {
  it.each(['light', 'dark'] as const)(
    'are decided beside its drawing, and say what they would notice, %s',
    async (scheme) => {
      const test = await openPolicy('main-line', scheme)
      const { page } = test
      await tab(page, /^Cases/).click()
      await page.getByText(/^(\d+) of \1 cases pass$/).waitFor(patience)
      await page.getByText(/^They would notice \d+ of \d+ faults/).waitFor(patience)
      expect(await test.faults()).toEqual([])
      expect(test.errors).toEqual([])
      await test.close()
    },
    90_000,
  )

  it('fail at once where the policy is changed against them, and mark the step', async () => {
    const test = await openPolicy('clinic')
    const { page } = test
    await tab(page, /^Cases/).click()
    await page.getByText(/^(\d+) of \1 cases pass$/).waitFor(patience)
    await page.locator('.react-flow__node[data-id="postOp"]').click()
    await page.keyboard.press('Backspace')
    await page.getByText(/^\d+ of \d+ cases pass$/).waitFor(patience)
    await page.getByText('fails', { exact: true }).first().waitFor(patience)
    const failing = page.locator('.react-flow__node [title$="cases fail here"]')
    await failing.first().waitFor({ ...patience, state: 'attached' })
    await page.getByLabel('Undo').first().click()
    await page.getByText(/^(\d+) of \1 cases pass$/).waitFor(patience)
    await test.close()
  }, 90_000)

  it('are added, changed and deleted by keyboard', async () => {
    const test = await openPolicy('meeting')
    const { page } = test
    const before = stored('meeting')
    await tab(page, /^Problems/).focus()
    await page.keyboard.press('ArrowRight')
    await page.getByRole('button', { name: 'Add a case' }).focus()
    await page.keyboard.press('Enter')
    const form = page.getByRole('dialog')
    await form.getByLabel('Name').fill('Somebody at night')
    await form.getByLabel('At', { exact: true }).fill('2026-11-17T03:00:00+01:00')
    await form.getByText('The policy as it is now').waitFor(patience)
    await form.getByRole('button', { name: 'Take over what the policy does now' }).focus()
    await page.keyboard.press('Enter')
    expect(await test.faults()).toEqual([])
    await form.getByRole('button', { name: 'Save the case' }).focus()
    await page.keyboard.press('Enter')
    await form.waitFor({ ...patience, state: 'detached' })
    await page
      .getByText(`${before.length + 1} of ${before.length + 1} cases pass`)
      .waitFor(patience)
    expect(stored('meeting').at(-1)).toMatchObject({
      name: 'Somebody at night',
      expect: { path: expect.arrayContaining([]) as unknown },
    })
    await page.getByRole('button', { name: 'Delete: Somebody at night' }).focus()
    await page.keyboard.press('Enter')
    await page.getByText('“Somebody at night” deleted').waitFor(patience)
    expect(stored('meeting')).toEqual(before)
    expect(test.errors).toEqual([])
    await test.close()
  }, 90_000)

  it('are made of a call, without who called', async () => {
    const ref = await signedCall(1)
    const test = await app.open()
    const { page } = test
    page.setDefaultTimeout(30_000)
    await test.signIn()
    await page.goto(`/calls/${ref}`)
    await page.getByRole('button', { name: 'Make a case of this call' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name').fill('As it was today')
    expect(await test.faults()).toEqual([])
    await dialog.getByRole('button', { name: /^Add to the cases of main-line/ }).click()
    await page.getByText('Added to the cases of main-line').waitFor(patience)
    const made = stored('main-line').find(({ name }) => name === 'As it was today')
    expect(made).toBeDefined()
    expect(JSON.stringify(made)).not.toMatch(/\d{10,}/)
    await page.goto('/policies/main-line')
    await tab(page, /^Cases/).click()
    await page.getByText(/^(\d+) of \1 cases pass$/).waitFor(patience)
    expect(test.errors).toEqual([])
    await test.close()
  }, 90_000)
})
