import { readFileSync } from 'node:fs'
import { DateTime } from 'luxon'
import type { Page } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Calendar } from '../../server/schema/calendar.ts'
import type { TestApp, TestPage } from './browser.ts'
import { startTestApp } from './browser.ts'

let app: TestApp
let view: TestPage

// one of its own for each try: a second try finds nothing of the first
beforeEach(async () => {
  app = await startTestApp()
  view = await app.open()
  view.page.setDefaultTimeout(30_000)
  await view.signIn()
}, 120_000)
afterEach(() => app.close())

const patience = 120_000

const calendarOf = (page: Page, name: string) =>
  page.evaluate(async (wanted) => {
    const response = await fetch('/api/settings/calendars')
    // as the contract gives it
    const { data } = (await response.json()) as { data: { name: string; calendar: Calendar }[] }
    return data.find((one) => one.name === wanted)?.calendar
  }, name)

/** Lists say the name of a field too. */
const field = (page: Page, name: string) =>
  page
    .locator('input:not([type=radio])')
    .and(page.getByLabel(name, { exact: true }))
    .first()

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

describe('opening hours', () => {
  it(
    'are drawn, typed, taken from a country and a file, and looked at before they count',
    { timeout: patience },
    async () => {
      const { page } = view
      await page.goto('/settings/calendars')
      await button(page, 'New calendar').click()
      await page.getByLabel('Name, as policies will call it').fill('shop')
      await page.getByRole('dialog').getByRole('button', { name: 'New calendar' }).click()
      await field(page, 'Opening hours').and(page.locator('[value="shop"]')).waitFor()
      await field(page, 'Time zone').fill('Europe/Berlin')
      await page.getByRole('option', { name: 'Europe/Berlin', exact: true }).click()

      // Saturday from 06:00 to 12:00 by the mouse, then to 12:15 by hand
      const saturday = page.locator('[data-draws]').nth(5)
      const box = await saturday.boundingBox()
      if (!box) throw new Error('Saturday is not on the screen')
      await page.mouse.move(box.x + box.width / 4, box.y + box.height / 2)
      await page.mouse.down()
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 4 })
      await page.mouse.up()
      await page.getByLabel('Saturday, to').fill('12:15')

      await button(page, 'Holidays of a country…').click()
      const dialog = page.getByRole('dialog')
      await field(page, 'Country').fill('German')
      await page.getByRole('option', { name: 'Germany', exact: true }).click()
      await field(page, 'Region').fill('Berlin')
      await page.getByRole('option', { name: 'Berlin', exact: true }).click()
      await dialog.getByText('Internationaler Frauentag').first().waitFor()
      expect(await view.faults()).toEqual([])
      await dialog.getByRole('button', { name: /^Add \d+ days$/ }).click()

      const soon = DateTime.now().setZone('Europe/Berlin').plus({ days: 3 })
      const events = [soon, soon.plus({ years: 1 })].map((day, index) =>
        [
          'BEGIN:VEVENT',
          `UID:${index}`,
          `DTSTAMP:20260101T000000Z`,
          `DTSTART;VALUE=DATE:${day.toFormat('yyyyMMdd')}`,
          `SUMMARY:Stocktaking ${index}`,
          'END:VEVENT',
        ].join('\r\n'),
      )
      const file = [
        'BEGIN:VCALENDAR',
        'VERSION:2.0',
        'PRODID:-//shop//EN',
        ...events,
        'END:VCALENDAR',
        '',
      ].join('\r\n')
      const files = page.locator('input[type=file][accept*=".ics"]')
      await files.setInputFiles({
        name: 'wrong.ics',
        mimeType: 'text/calendar',
        buffer: Buffer.from('no calendar'),
      })
      await page.getByText('This is not a calendar file (.ics).').waitFor()
      await files.setInputFiles({
        name: 'shop.ics',
        mimeType: 'text/calendar',
        buffer: Buffer.from(file),
      })
      await page.getByLabel('Stocktaking 0: Remove').waitFor()

      await button(page, 'Add an exception').click()
      const from = soon.plus({ days: 1 }).toFormat('yyyy-MM-dd')
      await field(page, 'We are').click()
      await page.getByRole('option', { name: 'open', exact: true }).click()
      await page.locator('input[type="datetime-local"]').first().fill(`${from}T19:00`)
      await page.locator('input[type="datetime-local"]').last().fill(`${from}T21:30`)

      const preview = page
        .getByRole('list')
        .filter({ hasText: soon.toFormat('ccc d LLL') })
        .last()
      const dayLine = (day: DateTime) =>
        preview.getByRole('listitem').filter({ hasText: day.toFormat('ccc d LLL') })
      expect(await preview.getByRole('listitem').count()).toBe(14)
      await expect.poll(() => dayLine(soon).innerText()).toContain('closed · Stocktaking 0')
      expect(await dayLine(soon.plus({ days: 1 })).innerText()).toContain('19:00–21:30')
      expect(await view.faults()).toEqual([])
      await view.shot('calendar-light')

      await button(page, 'Save').click()
      await page.getByText('Counts from the next call on.').waitFor()
      const saved = await calendarOf(page, 'shop')
      expect(saved).toMatchObject({ zone: 'Europe/Berlin', weekly: { sat: [['06:00', '12:15']] } })
      expect(saved?.holidays.map(({ name }) => name)).toEqual(
        expect.arrayContaining(['Internationaler Frauentag', 'Stocktaking 0']),
      )
      expect(
        saved?.overrides.map(({ state, from: start, to }) => [
          state,
          Date.parse(start),
          Date.parse(to),
        ]),
      ).toEqual([
        [
          'open',
          DateTime.fromISO(`${from}T19:00`, { zone: 'Europe/Berlin' }).toMillis(),
          DateTime.fromISO(`${from}T21:30`, { zone: 'Europe/Berlin' }).toMillis(),
        ],
      ])
      expect(view.errors).toEqual([])
    },
  )

  it('say which steps ask them, each a way to the canvas', { timeout: patience }, async () => {
    const { page } = view
    await page.goto('/settings/calendars')
    await field(page, 'Opening hours').click()
    await page.getByRole('option', { name: 'support', exact: true }).click()
    await page
      .getByRole('link', { name: /^Main line ·/ })
      .first()
      .click()
    await page.waitForURL(/\/policies\/main-line\?node=/)
    await page.locator('.react-flow__node-step.selected').waitFor()
    expect(view.errors).toEqual([])
  })
})

describe('the address book', () => {
  it(
    'tries a file first, names every bad row, takes the others over, and gives all of them out',
    { timeout: patience },
    async () => {
      const { page } = view
      const csv = [
        'phone,name,priority,tier,tags',
        '+4915112345999,Nadia Haddad,70,gold,press;board',
        'not a number,Nobody,10,none,',
        '+4915112345998,Too Much,a lot,none,',
        '+4915112345997,Omar Said,20,none,',
      ].join('\n')
      await page.goto('/settings/contacts')
      await button(page, 'Import…').click()
      const dialog = page.getByRole('dialog')
      await dialog
        .locator('input[type=file]')
        .setInputFiles({ name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) })
      const bad = dialog.getByLabel('Rows that were left out').getByRole('listitem')
      await expect
        .poll(() => bad.allInnerTexts())
        .toEqual([
          expect.stringMatching(/^Row 3, phone: /),
          expect.stringMatching(/^Row 4, priority: /),
        ])
      expect(await dialog.getByRole('status').innerText()).toContain('2 new')
      expect(await view.faults()).toEqual([])
      // nothing was taken over yet
      const heard = await page.evaluate(async () =>
        (await fetch('/api/settings/contacts?query=Nadia')).text(),
      )
      expect(heard).not.toContain('Nadia Haddad')

      await dialog.getByRole('button', { name: 'Import', exact: true }).click()
      await dialog.getByText(/rows imported:/).waitFor()
      await dialog.getByRole('button', { name: 'Close', exact: true }).last().click()
      await page.getByPlaceholder('Find by name, number or user id').fill('Nadia')
      await page.getByText('Nadia Haddad').click()
      await page.getByRole('dialog').getByLabel('Name', { exact: true }).fill('Nadia Haddad-Klein')
      await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
      await page.getByText('Nadia Haddad-Klein').waitFor()

      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name: 'Export' }).click(),
      ])
      const lines = readFileSync(await download.path(), 'utf8')
      expect(lines).toContain('Nadia Haddad-Klein')
      expect(lines).toContain('Omar Said')
      expect(view.errors).toEqual([])
    },
  )

  it(
    'puts a new agent into a new team, and an attribute to ask',
    { timeout: patience },
    async () => {
      const { page } = view
      await page.goto('/settings/agents')
      await button(page, 'Add an agent').click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel('Id', { exact: true }).fill('zoe')
      await dialog.getByLabel('Name', { exact: true }).fill('Zoe Park')
      await field(page, 'Teams').fill('night-shift')
      await page.keyboard.press('Enter')
      // the names to choose from close
      await dialog.getByLabel('Name', { exact: true }).click()
      expect(await view.faults()).toEqual([])
      await dialog.getByRole('button', { name: 'Save' }).click()
      await page.getByText('Zoe Park').waitFor()
      await page.getByText('night-shift').first().waitFor()

      await page.goto('/settings/attributes')
      await button(page, 'Add an attribute').click()
      await page.getByLabel('Name', { exact: true }).last().fill('floor')
      await button(page, 'Save').click()
      await page.getByText('Counts from the next call on.').waitFor()
      const facts = await page.evaluate(async () => (await fetch('/api/catalogue')).text())
      expect(facts).toContain('caller.attributes.floor')
      expect(facts).toContain('night-shift')
      expect(view.errors).toEqual([])
    },
  )

  it('takes numbers onto a list and off again', { timeout: patience }, async () => {
    const { page } = view
    await page.goto('/settings/lists')
    const entry = page.getByPlaceholder('+49… or a user id').first()
    await entry.fill('+4915112345777')
    await page.keyboard.press('Enter')
    const off = page.getByRole('button', { name: /Take \+4915112345777 off the list/ })
    await off.waitFor()
    expect(await view.faults()).toEqual([])
    await off.click()
    await off.waitFor({ state: 'detached' })
    expect(view.errors).toEqual([])
  })
})
