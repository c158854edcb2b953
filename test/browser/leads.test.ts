import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestApp, TestPage } from './browser.ts'
import { startTestApp } from './browser.ts'

const patience = 120_000
const password = 'an analyst has one too'
let app: TestApp

/** An account of an analyst, made as an admin makes it and taken by its one-time link. */
async function addAnalyst(): Promise<void> {
  const test = await app.open()
  await test.signIn()
  const invite = await test.page.evaluate(async () => {
    const response = await fetch('/api/accounts', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'asa', name: 'Asa Berg', role: 'analyst', teams: null }),
    })
    return (await response.json()) as { link: string }
  })
  const taken = await fetch(`${app.url}/api${invite.link}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: app.url },
    body: JSON.stringify({ password }),
  })
  expect(taken.status).toBe(200)
  await test.close()
}

async function openLeads(scheme: 'light' | 'dark'): Promise<TestPage> {
  const test = await app.open({ scheme })
  const { page } = test
  page.setDefaultTimeout(30_000)
  // the chat itself is not ours
  await test.context.route('https://wa.me/**', (route) =>
    route.fulfill({ status: 200, body: 'the chat' }),
  )
  await test.signIn('asa', password)
  await page.goto('/leads')
  await rows(page).first().waitFor()
  return test
}

const rows = (page: Page) =>
  page.getByRole('table', { name: 'Silent leads' }).locator('tbody').getByRole('row')
const drawer = (page: Page) => page.getByRole('dialog')

/** What the reports say of conversions. */
async function converted(page: Page): Promise<{ count: string; worth: string }> {
  await page.goto('/reports')
  const figure = page.locator('main a[href*="lead=converted"]').first()
  await figure.waitFor()
  const card = page.locator('main').getByText(/^worth /)
  return {
    count: await figure.innerText(),
    worth: (await card.count()) === 0 ? '' : await card.first().innerText(),
  }
}

beforeAll(async () => {
  app = await startTestApp()
  await addAnalyst()
}, patience)
afterAll(() => app?.close())

describe('an analyst', () => {
  it(
    'understands the top lead, takes it, writes, and sees it converted in the report',
    async () => {
      const test = await openLeads('light')
      const { page } = test
      expect(await test.faults()).toEqual([])
      const score = await rows(page).first().getByRole('cell').nth(1).innerText()
      await rows(page).first().click()
      await drawer(page)
        .getByText(/^\+\d+$/)
        .first()
        .waitFor()
      const points = await drawer(page)
        .getByText(/^\+\d+$/)
        .allInnerTexts()
      const sum = points.reduce((all, text) => all + Number(text), 0)
      // each is rounded by itself
      expect(Math.abs(sum - Number.parseInt(score, 10))).toBeLessThanOrEqual(points.length)
      await drawer(page)
        .getByText(/^Called: /)
        .first()
        .waitFor()
      await test.shot('lead-light')
      expect(await test.faults()).toEqual([])

      await drawer(page).getByRole('button', { name: 'Give to me' }).click()
      await drawer(page).getByText('gave it to Asa Berg').waitFor()
      await drawer(page).getByLabel('Note').fill('Asked for an offer last week')
      await drawer(page).getByRole('button', { name: 'Add note' }).click()
      await drawer(page).getByText('Asked for an offer last week').waitFor()
      const [chat] = await Promise.all([
        test.context.waitForEvent('page'),
        drawer(page)
          .getByRole('link', { name: /^Open in WhatsApp/ })
          .click(),
      ])
      expect(chat.url()).toMatch(/^https:\/\/wa\.me\/\d+$/)
      await chat.close()
      await drawer(page)
        .getByText(/contacted them/)
        .waitFor()
      await drawer(page).getByRole('button', { name: 'Converted…' }).click()
      const question = page.getByRole('dialog', { name: /became a customer$/ })
      await question.getByLabel('Worth').fill('1250')
      await question.getByRole('button', { name: 'Mark converted' }).click()
      await drawer(page)
        .getByText(/marked it converted/)
        .waitFor()
      await expect.poll(async () => (await converted(page)).count, { timeout: 30_000 }).toBe('1')
      expect((await converted(page)).worth).toContain('1,250')
      expect(test.errors).toEqual([])
      await test.close()
    },
    patience,
  )

  it(
    'does the same by keyboard alone',
    async () => {
      const test = await openLeads('dark')
      const { page } = test
      const before = Number((await converted(page)).count)
      await page.goto('/leads')
      await rows(page).first().waitFor()
      await page.keyboard.press('j')
      await page.keyboard.press('m')
      await page.getByText(/: given to Asa Berg\.$/).waitFor()
      await page.keyboard.press('Enter')
      await drawer(page).getByText('gave it to Asa Berg').waitFor()
      await test.shot('lead-dark')
      expect(await test.faults()).toEqual([])
      const [chat] = await Promise.all([
        test.context.waitForEvent('page'),
        page.keyboard.press('w'),
      ])
      await chat.close()
      await drawer(page)
        .getByText(/contacted them/)
        .waitFor()
      await page.keyboard.press('v')
      await page.getByRole('dialog', { name: /became a customer$/ }).waitFor()
      await page.keyboard.type('90')
      await page.keyboard.press('Enter')
      await drawer(page)
        .getByText(/marked it converted/)
        .waitFor()
      await expect
        .poll(async () => Number((await converted(page)).count), { timeout: 30_000 })
        .toBe(before + 1)
      expect(test.errors).toEqual([])
      await test.close()
    },
    patience,
  )

  it(
    'does one thing after the other without waiting for the screen',
    async () => {
      const test = await openLeads('light')
      const { page } = test
      let refused = 0
      page.on('response', (response) => {
        if (response.status() === 412) refused += 1
      })
      // the list is late, as over a slow network
      await page.route('**/api/reports/silent-leads?*', async (route) => {
        await new Promise((resolve) => setTimeout(resolve, 1_500))
        await route.continue()
      })
      await page.keyboard.press('j')
      await page.keyboard.press('m')
      await page.keyboard.press('d')
      await page.getByRole('dialog').waitFor()
      await page.keyboard.type('Wrong number')
      await page.keyboard.press('Enter')
      const given = await page.getByText(/: given to Asa Berg\.$/).innerText()
      const dismissed = page.getByRole('alert').filter({ hasText: ': dismissed.' })
      await dismissed.waitFor()
      // back to what the first made of it, not to what was on the screen
      await dismissed.getByRole('button', { name: 'Undo' }).click()
      await page.getByText('Undone.').waitFor()
      await rows(page)
        .filter({ hasText: given.split(': given')[0] ?? '' })
        .click()
      await drawer(page).getByText('Assigned · Asa Berg').waitFor()
      expect({ refused, errors: test.errors }).toEqual({ refused: 0, errors: [] })
      await test.close()
    },
    patience,
  )

  it(
    'meets a list that cannot be read with words and a way on',
    async () => {
      const test = await openLeads('light')
      const { page } = test
      await page.route('**/api/reports/silent-leads?*', (route) =>
        route.fulfill({
          status: 500,
          contentType: 'application/json',
          body: JSON.stringify({
            success: false,
            error: { code: 'internal', message: 'no', requestId: 'r1' },
          }),
        }),
      )
      await page.goto('/leads')
      await page.getByRole('alert').first().waitFor()
      expect(await test.faults()).toEqual([])
      await page.unroute('**/api/reports/silent-leads?*')
      await page.getByRole('button', { name: /again/i }).click()
      await rows(page).first().waitFor()
      await page.goto('/leads?min_score=100&tier=nobody')
      await page.getByText('No lead matches').waitFor()
      expect(await test.faults()).toEqual([])
      await test.close()
    },
    patience,
  )
})
