import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectChange, envelope, newCallId, sign } from '../gatekeeper/support.ts'
import type { TestApp, TestPage } from './browser.ts'
import { appSecret, startTestApp } from './browser.ts'

/** What people call themselves who want to see what happens. */
const hostile = [
  '<img src=x onerror="document.title=\'taken\'">',
  '</script><script>document.title="taken"</script>',
  '\u202Egnihton si siht\u202C\u2066\u200B',
  '{{constructor.constructor("return 1")()}}',
  `very long ${'x'.repeat(10_000)}`,
  'javascript:document.title=1',
]

const settingsPages = [
  'people',
  'tokens',
  'lines',
  'connection',
  'crm',
  'calendars',
  'contacts',
  'lists',
  'agents',
  'attributes',
  'webhooks',
  'courtesy',
  'retention',
  'audit',
].map((section) => `/settings/${section}`)

let app: TestApp
let pages: string[] = []

async function call(name: string, index: number): Promise<void> {
  const from = `49170100000${index}`
  const body = JSON.stringify(envelope(connectChange({ id: newCallId(), from, name })))
  const response = await fetch(`${app.url}/webhooks/whatsapp`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', 'x-hub-signature-256': sign(body, appSecret) },
  })
  expect(response.status).toBe(200)
}

/** Everything that people who work here can name. */
async function nameEverything(name: string, index: number): Promise<void> {
  const { page, signIn, close } = await app.open()
  await signIn()
  const statuses = await page.evaluate(
    async ({ name, index }) => {
      const send = async (method: string, path: string, body: unknown, more = {}) => {
        const headers = { 'content-type': 'application/json', ...more }
        return (await fetch(path, { method, headers, body: JSON.stringify(body) })).status
      }
      const short = name.slice(0, 100)
      const calendar = {
        zone: 'UTC',
        weekly: {},
        holidays: [{ date: '2027-01-01', name }],
        overrides: [
          { from: '2027-01-01T00:00:00Z', to: '2027-01-02T00:00:00Z', state: 'closed', note: name },
        ],
      }
      const policy = {
        schema: 1,
        id: `hostile-${index}`,
        name: short,
        numbers: [],
        start: 'bye',
        fallback: { kind: 'reject', message: { text: 'Sorry.' } },
        nodes: {
          bye: {
            kind: 'reject',
            label: short,
            message: { text: name.includes('{{') ? 'Sorry.' : name.slice(0, 900) },
          },
        },
      }
      const id = `hostile-${index}`
      return [
        await send('POST', '/api/accounts', { username: id, name: short, role: 'viewer' }),
        await send('POST', '/api/tokens', { name: short, role: 'viewer' }),
        await send('PUT', `/api/settings/calendars/${id}`, calendar),
        await send('PUT', `/api/policies/${id}/draft`, policy, { 'if-match': '0' }),
        await send('POST', `/api/policies/${id}/publish`, { comment: short }),
      ]
    },
    { name, index },
  )
  expect(statuses).toEqual([201, 201, 200, 200, 200])
  await close()
}

beforeAll(async () => {
  app = await startTestApp()
  for (const [index, name] of hostile.entries()) {
    await call(name, index)
    await nameEverything(name, index)
  }
  const calls = await app.server.context.reader.ask('listCalls', {
    page: 1,
    per_page: 20,
    sort_by: 'created_at',
    sort_order: 'desc',
    dates: 'arrival',
    scopes: [],
    seesNumbers: true,
  })
  const refs = calls.data.slice(0, hostile.length).map(({ ref }) => `/calls/${ref}`)
  const policies = hostile.map((_, index) => `/policies/hostile-${index}`)
  const main = [
    '/',
    '/calls',
    '/leads',
    '/reports',
    '/live',
    '/policies',
    '/policies/main-line',
    '/account',
  ]
  pages = [...main, ...refs, ...policies, ...settingsPages]
})
afterAll(() => app.close())

/** Nothing is being waited for any more. */
async function loaded(page: Page): Promise<void> {
  await page.locator('main').first().waitFor()
  await page.waitForFunction(() => document.querySelector('[aria-label="Loading"]') === null)
}

/** What axe finds at each page, in one colour scheme after the other, and by how much a page is too wide. */
async function walk({ page, faults }: TestPage, paths: readonly string[]) {
  const found: Record<string, string[]> = {}
  for (const path of paths) {
    await page.goto(path)
    await loaded(page)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor()
      const wrong = await faults()
      if (wrong.length > 0) found[`${path} ${colorScheme}`] = wrong
    }
    for (const width of [768, 1024, 1440]) {
      await page.setViewportSize({ width, height: 900 })
      const over = await page.evaluate(async () => {
        // what follows the window by script has followed it two frames later
        for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame)
        return document.documentElement.scrollWidth - innerWidth
      })
      if (over > 0) found[`${path} ${width}`] = [`${over} pixels too wide`]
    }
    expect(await page.title(), path).not.toBe('taken')
  }
  return found
}

// in parts, so that what is found late was not looked for in vain
describe.each([0, 1, 2])('every page, part %i', (part) => {
  test('has no serious fault for axe in both themes, fits its window, shows hostile names as text', async () => {
    const view = await app.open()
    await view.signIn()
    const own = pages.filter((_, index) => index % 3 === part)
    expect(await walk(view, own)).toEqual({})
    expect(view.errors).toEqual([])
    await view.close()
  }, 120_000)
})

test('a hostile name stands on the call’s page as it was given', async () => {
  const { page, signIn, close } = await app.open()
  await signIn()
  await page.goto('/calls')
  await page.getByText('<img src=x onerror=').first().waitFor()
  expect(await page.locator('img[src="x"]').count()).toBe(0)
  await close()
})
