import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Provider } from 'oidc-provider'
import { Secret, TOTP } from 'otpauth'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { firstStart } from '../../server/access/first-start.ts'
import type { TestApp } from './browser.ts'
import { adminPassword, startTestApp } from './browser.ts'

let provider: Provider | undefined
const identity = createServer((request, response) => {
  if (!provider) return void response.writeHead(503).end()
  const isPage = request.url?.startsWith('/interaction/') ?? false
  const done = isPage
    ? provider.interactionFinished(request, response, { login: { accountId: 'mira' } })
    : provider.callback()(request, response)
  done.catch(() => response.destroy())
})

let app: TestApp
beforeAll(async () => {
  await new Promise<void>((resolve) => identity.listen(0, '127.0.0.1', resolve))
  // a server that listens on a port has such an address
  const issuer = `http://127.0.0.1:${(identity.address() as AddressInfo).port}`
  app = await startTestApp({
    OIDC_ISSUER: issuer,
    OIDC_CLIENT_ID: 'callgate',
    OIDC_CLIENT_SECRET: 'a-client-secret',
    OIDC_NAME: 'Example ID',
  })
  provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'callgate',
        client_secret: 'a-client-secret',
        redirect_uris: [`${app.url}/api/oidc/callback`],
      },
    ],
    claims: { openid: ['sub'], profile: ['name', 'preferred_username', 'roles'] },
    cookies: { keys: ['a key of the test'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({
        sub: id,
        name: 'Mira Holm',
        preferred_username: 'mira',
        roles: ['analyst'],
      }),
    }),
    async loadExistingGrant({ oidc }) {
      const { accountId } = oidc.session
      const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId })
      grant.addOIDCScope('openid profile email')
      await grant.save()
      return grant
    },
  })
})
afterAll(async () => {
  await app.close()
  identity.closeAllConnections()
  identity.close()
})

/**
 * Presses Tab until something of this name has the focus: what cannot be reached so, keys cannot reach.
 * A page that is still on its way is gone round until it is there.
 */
async function tabTo(page: Page, name: RegExp, key = 'Tab'): Promise<void> {
  const until = performance.now() + 10_000
  for (let presses = 0; presses < 60 || performance.now() < until; presses += 1) {
    const focused = await page.evaluate(() => {
      const { activeElement: element } = document
      if (!(element instanceof HTMLElement)) return ''
      const labels = element instanceof HTMLInputElement ? [...(element.labels ?? [])] : []
      const texts = labels.map((label) => label.textContent)
      return [element.getAttribute('aria-label'), ...texts, element.textContent].join(' ').trim()
    })
    if (name.test(focused)) return
    await page.keyboard.press(key)
  }
  throw new Error(`${key} never reaches ${name}`)
}

async function pressOn(page: Page, name: RegExp, key = 'Enter'): Promise<void> {
  await tabTo(page, name)
  await page.keyboard.press(key)
}

async function typeInto(page: Page, name: RegExp, text: string): Promise<void> {
  await tabTo(page, name)
  await page.keyboard.press('Control+A')
  await page.keyboard.type(text)
}

test('somebody signs in, is told of a wrong password, and signs out, by keys alone', async () => {
  const { page, errors, close } = await app.open()
  await page.goto('/calls?status=missed')
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await typeInto(page, /^Name/, 'admin')
  await typeInto(page, /^Password/, 'not the password')
  await page.keyboard.press('Enter')
  await page.getByText('That name and password do not match. 4 tries left.').waitFor()
  await typeInto(page, /^Password/, adminPassword)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Calls' }).waitFor()
  expect(new URL(page.url()).search).toBe('?status=missed')
  await pressOn(page, /Your account$/)
  await page.getByRole('menuitem', { name: 'Sign out' }).waitFor()
  await tabTo(page, /^Sign out$/, 'ArrowDown')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await page.goto('/calls')
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  expect(errors).toEqual([])
  await close()
})

test('an invitation is made, taken up, and its account uses a second step, by keys alone', async () => {
  const admin = await app.open()
  await admin.signIn()
  await admin.page.goto('/settings/people')
  await admin.page.getByRole('table', { name: 'People' }).waitFor()
  await pressOn(admin.page, /^Invite somebody/)
  await admin.page.getByRole('dialog').waitFor()
  await typeInto(admin.page, /^Name/, 'Jana Novak')
  await typeInto(admin.page, /^Signs in as/, 'jana')
  await pressOn(admin.page, /^Make the invitation/)
  const link = await admin.page.getByTestId('secret').innerText()
  expect(admin.errors).toEqual([])
  await admin.close()

  const jana = await app.open()
  const { page } = jana
  await page.goto(new URL(link).pathname)
  await page.getByRole('heading', { name: 'Welcome to Callgate' }).waitFor()
  await typeInto(page, /^New password/, 'four words on paper')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Start' }).waitFor()
  await page.goto('/account')
  await pressOn(page, /^Turn on/)
  const key = await page.getByTestId('totp-key').innerText()
  const codes = new TOTP({ secret: Secret.fromBase32(key) })
  await typeInto(page, /^Code/, codes.generate({ timestamp: Date.now() - 30_000 }))
  await page.keyboard.press('Enter')
  const recovery = (await page.getByTestId('secret').innerText()).split('\n')
  expect(recovery).toHaveLength(10)
  await page.keyboard.press('Escape')
  await page.getByText('On. Signing in asks for a code').waitFor()
  await jana.context.clearCookies()

  await page.goto('/sign-in')
  await typeInto(page, /^Name/, 'jana')
  await typeInto(page, /^Password/, 'four words on paper')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'One more step' }).waitFor()
  await typeInto(page, /^Code/, '000000')
  await page.keyboard.press('Enter')
  await page.getByText('That code is not right').waitFor()
  await typeInto(page, /^Code/, codes.generate())
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Start' }).waitFor()

  const gone = await app.open()
  await gone.page.goto(new URL(link).pathname)
  await gone.page.getByText('This link was used').waitFor()
  expect([...jana.errors, ...gone.errors]).toEqual([])
  await gone.close()
  await jana.close()
})

test('signing out everywhere ends the other browser at its next request', async () => {
  const here = await app.open()
  const there = await app.open()
  await here.signIn()
  await there.signIn()
  await here.page.goto('/account')
  await pressOn(here.page, /^Sign out everywhere/)
  await here.page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await there.page.goto('/calls')
  await there.page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await here.close()
  await there.close()
})

test('somebody signs in at the identity provider and is what the provider says', async () => {
  const { page, errors, close } = await app.open()
  await page.goto('/leads')
  await pressOn(page, /^Continue with Example ID/)
  await page.getByRole('heading', { name: 'Silent leads' }).waitFor()
  await page.goto('/account')
  await page.getByText('mira · Analyst · all teams').waitFor()
  await page.goto('/settings/people')
  await page.getByText('There is nothing at this address').waitFor()
  expect(errors).toEqual([])
  await close()
})

test('the first account is made by the link that the terminal shows', async () => {
  const fresh = await startTestApp({}, { isEmpty: true })
  const secret = await firstStart({ ...fresh.server.context, adminPassword: undefined })
  const { page, errors, close } = await fresh.open()
  await page.goto(`/setup/${secret}`)
  await page.getByRole('heading', { name: 'Make the first account' }).waitFor()
  await typeInto(page, /^Your name/, 'Lena Ott')
  await typeInto(page, /^Password/, 'short')
  await page.keyboard.press('Enter')
  await page.getByText('at least 12 characters', { exact: true }).waitFor()
  await typeInto(page, /^Password/, 'a much longer password')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Start' }).waitFor()
  await page.goto(`/setup/${secret}`)
  await page.getByText('This link was used').waitFor()
  expect(errors).toEqual([])
  await close()
  await fresh.close()
})
