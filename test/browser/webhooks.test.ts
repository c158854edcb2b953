import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Receiver } from '../webhooks-out/support.ts'
import { startReceiver, status, verify } from '../webhooks-out/support.ts'
import { until } from '../http/support.ts'
import type { TestApp, TestPage } from './browser.ts'
import { startTestApp } from './browser.ts'

let app: TestApp
let receiver: Receiver

// one of its own for each try: a second try of a test finds nothing of the first
beforeEach(async () => {
  receiver = await startReceiver()
  app = await startTestApp({ OUTGOING_ALLOW: '127.0.0.1' })
}, 600_000)
afterEach(async () => {
  await app.close()
  await receiver.close()
})

const patient = 60_000

async function choose({ page }: TestPage, action: string): Promise<void> {
  await page.getByRole('button', { name: 'Actions: CRM' }).click()
  await page.getByRole('menuitem', { name: action, exact: true }).click()
}

/** The secret that is shown, of which the dialog is then closed. */
async function takeSecret({ page }: TestPage): Promise<string> {
  const secret = await page.getByTestId('secret').innerText()
  await page.getByRole('button', { name: 'Close', exact: true }).last().click()
  return secret.trim()
}

it(
  'lets an admin tell another system, see what it was sent, and send it again',
  { timeout: 240_000 },
  async () => {
    const view = await app.open()
    const { page } = view
    page.setDefaultTimeout(30_000)
    await view.signIn()
    await page.goto('/settings/webhooks')
    await page.getByText('Nobody is told yet').waitFor()
    expect(await view.faults()).toEqual([])

    await page.getByRole('button', { name: 'Tell another system' }).click()
    await page.getByLabel('Address').fill(receiver.url)
    await page.getByLabel('What it is for').fill('CRM')
    await page.getByLabel('a call is decided').check()
    expect(await view.faults()).toEqual([])
    await page.getByRole('dialog').getByRole('button', { name: 'Tell another system' }).click()
    const secret = await takeSecret(view)
    expect(secret).toMatch(/^whsec_/)

    await choose(view, 'Send a test')
    await page.getByRole('table', { name: 'What it was sent' }).getByText('webhook.test').waitFor()
    await until(() => receiver.heard.length === 1, patient)
    await page.getByText('arrived').first().waitFor()
    const [first] = receiver.heard
    if (first) verify(secret, first)
    expect(await view.faults()).toEqual([])

    await page.getByRole('table', { name: 'What it was sent' }).getByText('webhook.test').click()
    await page.getByText('As it is sent').waitFor()
    expect(await view.faults()).toEqual([])
    receiver.answer = status(500)
    await page.getByRole('button', { name: 'Send again' }).click()
    await until(() => receiver.heard.length === 2, patient)
    expect(receiver.heard[1]?.id).toBe(first?.id)
    await page.getByText('failing').first().waitFor()

    await choose(view, 'New secret')
    await page.getByRole('dialog').getByRole('button', { name: 'New secret' }).click()
    expect(await takeSecret(view)).not.toBe(secret)
    expect(view.errors).toEqual([])
    await view.close()

    const dark = await app.open({ scheme: 'dark' })
    await dark.signIn()
    await dark.page.goto('/settings/webhooks')
    await dark.page.getByText('failing').first().waitFor()
    expect(await dark.faults()).toEqual([])
    await choose(dark, 'Delete')
    await dark.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await dark.page.getByText('Nobody is told yet').waitFor()
    expect(dark.errors).toEqual([])
    await dark.close()
  },
)

it('shows nothing of it to who is no admin', async () => {
  await app.account('olga', 'operations')
  const view = await app.open()
  await view.signIn('olga')
  await view.page.goto('/settings')
  await view.page.getByRole('link', { name: 'Opening hours' }).waitFor()
  expect(await view.page.getByRole('link', { name: 'Webhooks' }).count()).toBe(0)
  await view.close()
})
