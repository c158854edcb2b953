import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectChange, envelope, newCallId, sign } from '../gatekeeper/support.ts'
import type { TestApp, TestPage } from './browser.ts'
import { appSecret, startTestApp } from './browser.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({ CRM_URL: 'http://127.0.0.1:9/crm' })
}, 120_000)
afterAll(() => app?.close())

const patience = 30_000
/** A Friday on which nothing is special, in the zone of the support calendar. */
const friday = '2027-03-19'

async function openSimulator(scheme: 'light' | 'dark' = 'light', policy = 'main-line') {
  const test = await app.open({ scheme })
  const { page } = test
  page.setDefaultTimeout(patience)
  await test.signIn()
  await page.goto(`/policies/${policy}`)
  await page.getByText('Simulate', { exact: true }).click()
  await page.getByText('Choose whose call it is').waitFor()
  return test
}

const result = (page: Page) => page.getByRole('region', { name: 'What would happen' })
const ending = (page: Page, name: string) =>
  result(page).getByRole('heading', { name, exact: true }).waitFor()
const fact = (page: Page, name: string) =>
  page.getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) })
const field = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true })

async function at(page: Page, time: string): Promise<void> {
  await page.getByLabel(/^When/).fill(`${friday}T${time}`)
}
async function choose(page: Page, name: string, option: string | RegExp): Promise<void> {
  const input = page.locator('input').and(page.getByLabel(name, { exact: true }))
  await input.click()
  await page.getByRole('option', { name: option }).click()
}
async function contact(page: Page, name: string): Promise<void> {
  const input = page.locator('input').and(page.getByLabel('Caller', { exact: true }))
  await input.fill(name)
  await page.getByRole('option', { name }).click()
  await result(page).waitFor()
}

/** A real call, decided by what is live. @returns its reference */
async function realCall({ page }: TestPage): Promise<string> {
  const change = connectChange({ id: newCallId(), from: '4915112345602', name: 'Jonas' })
  const body = JSON.stringify(envelope(change))
  const response = await fetch(`${app.url}/webhooks/whatsapp`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', 'x-hub-signature-256': sign(body, appSecret) },
  })
  expect(response.status).toBe(200)
  return page.evaluate(async () => {
    const answer = await fetch('/api/calls?per_page=1&sort_by=created_at')
    const { data } = (await answer.json()) as { data: { ref: string }[] }
    return data[0]?.ref ?? ''
  })
}

describe('the simulator', () => {
  it.each(['light', 'dark'] as const)(
    'shows where a contact would go, with faults and other ends, %s',
    async (scheme) => {
      const test = await openSimulator(scheme)
      const { page } = test
      await contact(page, 'Jonas Weber')
      await at(page, '15:32')
      await choose(page, 'The CRM', 'does not answer')
      await choose(page, 'All agents are', 'busy')
      await ending(page, 'Reception answers')
      await fact(page, 'crm.found').getByText('late after 80 ms').waitFor()
      await fact(page, 'crm.found').getByText('80.0 ms').waitFor()
      const others = page.getByRole('region', { name: 'Why not something else?' })
      await others.getByText('if one support agent were available').waitFor()
      await others.getByText(/if the caller’s priority were 80 or more \(now 60\)/).waitFor()
      await others.getByText(/^from 17:00 \(1 h 28 min later\)/).waitFor()
      await test.shot(`simulator-${scheme}`)
      expect(await test.faults()).toEqual([])
      expect(test.errors).toEqual([])
      await test.close()
    },
    90_000,
  )

  it('keeps what "why not" promises, and says what was not needed', async () => {
    const test = await openSimulator()
    const { page } = test
    await contact(page, 'Jonas Weber')
    await at(page, '15:32')
    await choose(page, 'All agents are', 'busy')
    await ending(page, 'Reception answers')
    await page.getByRole('button', { name: 'Try it: Closed' }).click()
    await ending(page, 'Closed')
    await fact(page, 'crm.found').getByText('not needed').waitFor()
    expect(await page.getByLabel(/^When/).inputValue()).toBe(`${friday}T17:00`)
    await page
      .getByRole('figure', { name: 'What the caller sees' })
      .getByText(/Montag/)
      .waitFor()
    await page.getByRole('button', { name: 'Try it: Ring the owner' }).click()
    await ending(page, 'Ring the owner')
    expect(await field(page, 'Priority').inputValue()).toBe('80')
    expect(test.errors).toEqual([])
    await test.close()
  }, 90_000)

  it('travels in time, breaks calendars, counts calls, and goes back', async () => {
    const test = await openSimulator()
    const { page } = test
    await contact(page, 'Jonas Weber')
    await at(page, '18:05')
    await ending(page, 'Closed')
    await page.getByRole('button', { name: 'Next opening' }).click()
    expect(await page.getByLabel(/^When/).inputValue()).toBe('2027-03-22T09:00')
    await ending(page, 'Ring the team')
    await page.getByRole('switch', { name: 'Calendars are missing' }).click()
    await fact(page, 'hours.support').getByText('unknown: failed').waitFor()
    await field(page, 'Calls counted').fill('6')
    await ending(page, 'Reject with a message')
    await fact(page, 'velocity.caller.10m').getByText('6', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Reset' }).click()
    await ending(page, 'Ring the team')
    expect(test.errors).toEqual([])
    await test.close()
  }, 90_000)

  it('tries anybody by keyboard alone, and lights the way step by step', async () => {
    const test = await openSimulator()
    const { page } = test
    await page.getByRole('radio', { name: 'A contact' }).focus()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('ArrowRight')
    await page.getByText('A stranger calls.').waitFor()
    await at(page, '10:00')
    await result(page).waitFor()
    await field(page, 'Priority').focus()
    await page.keyboard.type('90')
    await ending(page, 'Ring the owner')
    await page.getByRole('button', { name: 'Play step by step' }).focus()
    await page.keyboard.press('t')
    await page.getByText(/^Step 1 of \d+: Blocked\?$/).waitFor({ state: 'attached' })
    await page.keyboard.press('t')
    await page.getByText(/^Step 2 of \d+/).waitFor({ state: 'attached' })
    await expect.poll(() => page.locator('.react-flow__node [data-lit="on"]').count()).toBe(2)
    await page.keyboard.press('Enter')
    await page.getByText('Canvas', { exact: true }).click()
    await page.locator('.react-flow__node [data-lit="on"]').first().waitFor()
    expect(await page.locator('.react-flow__node [data-lit="on"]').count()).toBeGreaterThan(2)
    expect(test.errors).toEqual([])
    await test.close()
  }, 90_000)

  it('tries a past call with the facts on record, and its page says why not', async () => {
    const test = await openSimulator('dark')
    const { page } = test
    const ref = await realCall(test)
    await page.getByText('A past call', { exact: true }).click()
    await field(page, 'Call').fill('nosuchcall')
    await page.keyboard.press('Enter')
    await page.getByText('There is no decided call with this reference.').waitFor()
    await field(page, 'Call').fill(ref)
    await page.keyboard.press('Enter')
    await fact(page, 'caller.priority').getByText('60', { exact: true }).waitFor()
    await choose(page, 'All agents are', 'offline')
    await at(page, '11:00')
    await ending(page, 'Take a voicemail')
    await fact(page, 'agents.support.status').getByText('offline').waitFor()
    await page.goto(`/calls/${ref}`)
    const others = page.getByRole('region', { name: 'Why not something else?' })
    await others.getByText(/if the caller’s priority were 80 or more/).waitFor()
    await page.getByRole('rowheader', { name: 'caller.blocked' }).waitFor()
    await others.scrollIntoViewIfNeeded()
    await test.shot('call-why-not')
    expect(await test.faults()).toEqual([])
    expect(test.errors).toEqual([])
    await test.close()
  }, 90_000)
})
