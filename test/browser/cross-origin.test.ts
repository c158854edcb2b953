import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TestApp } from './browser.ts'
import { startTestApp } from './browser.ts'

// another port of the same host: browsers send it our cookie, so only our own check stands between
const elsewhere = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'text/html' })
  response.end('<!doctype html><title>elsewhere</title><h1>Elsewhere</h1>')
})
let app: TestApp
let other = ''
beforeAll(async () => {
  app = await startTestApp()
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve))
  // a server that listens on a port has such an address
  other = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`
})
afterAll(async () => {
  elsewhere.close()
  await app.close()
})

const accounts = async (): Promise<number> =>
  (await app.server.context.db.selectFrom('accounts').select('id').execute()).length

test('a form and a fetch of another page change nothing, whatever type they claim', async () => {
  const { page, signIn, close } = await app.open()
  await signIn()
  const before = await accounts()
  await page.goto(other)
  const body = JSON.stringify({ username: 'mallory', name: 'Mallory', role: 'admin' })
  const answers = await page.evaluate(
    async ({ url, body }) => {
      const tries = [
        { mode: 'no-cors', headers: { 'content-type': 'text/plain' } },
        { mode: 'no-cors', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
        { mode: 'cors', headers: { 'content-type': 'application/json' } },
      ] as const
      return Promise.all(
        tries.map(async ({ mode, headers }) => {
          const init = { method: 'POST', credentials: 'include', mode, headers, body } as const
          return fetch(`${url}/api/accounts`, init).then(
            ({ type, status }) => `${type} ${status}`,
            () => 'refused',
          )
        }),
      )
    },
    { url: app.url, body },
  )
  // the answers are kept from the other page; what counts is that nothing was changed
  expect(answers).toEqual(['refused', 'refused', 'refused'])
  for (const [path, field] of [
    ['/api/accounts', body],
    ['/api/auth/sign-out', ''],
    ['/api/auth/sign-out-everywhere', ''],
  ] as const) {
    await page.goto(other)
    await page.setContent(
      `<form method="post" enctype="text/plain" action="${app.url}${path}"><input name='x' value='${field}'></form>`,
    )
    const response = page.waitForResponse((one) => one.url().includes(path))
    await page.evaluate(() => document.querySelector('form')?.submit())
    expect((await response).status(), path).toBe(403)
    await page.waitForURL((url) => url.pathname === path)
    await page.waitForLoadState()
  }
  expect(await accounts()).toBe(before)
  await page.goto(app.url)
  await page.getByRole('heading', { name: 'Start' }).waitFor()
  await close()
})

test('another page cannot put ours into a frame', async () => {
  const { page, close } = await app.open()
  await page.goto(other)
  await page.setContent(`<iframe src="${app.url}/sign-in"></iframe>`)
  await page.waitForTimeout(1000)
  const texts = await Promise.all(page.frames().map((frame) => frame.locator('body').innerText()))
  expect(texts.join(' ')).not.toContain('Sign in')
  await close()
})
