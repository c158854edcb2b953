import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openForWriting } from '../../server/db/open.ts'
import type { Decision } from '../../server/schema/decision.ts'
import { decided, shippedPolicy } from '../policies/world.ts'
import type { TestApp, TestPage } from './browser.ts'
import { startTestApp } from './browser.ts'

const patience = { timeout: 30_000 }
const many = 10_000
const { policy, cases } = shippedPolicy('main-line')
let app: TestApp

/** Decisions of the shipped cases, as the journal has them. */
function decisions(release: string): Decision[] {
  return cases.map((theCase) => {
    const { walked } = decided(policy, theCase)
    const { node, path, facts, unknown, fallback, trace } = walked
    const outcome = walked.outcome.kind
    return {
      ...{ at: new Date().toISOString(), policy: policy.id, release },
      ...{ outcome, node, path, facts, unknown, fallback, trace },
      ...{ ms: 1, budgetMs: 150, final: { outcome, node }, steps: [] },
    }
  })
}

/** Beyond the calls that are there already. */
const firstId = 1_000_000

async function fillJournal(): Promise<void> {
  const { config, releases } = app.server.context
  const docs = decisions(releases.get(policy.id).live?.release ?? '').map((one) => ({
    ...one,
    doc: JSON.stringify(one),
  }))
  const db = openForWriting(config.databasePath)
  const minute = 60_000
  for (let from = 0; from < many; from += 500) {
    const some = Array.from({ length: 500 }, (_, index) => firstId + from + index)
    const at = (id: number) => new Date(Date.now() - (id - firstId) * (minute / 4)).toISOString()
    const of = (id: number) => docs[id % docs.length]
    const calls = some.map((id) => ({
      id,
      ref: `past${id}`,
      channel: 'whatsapp',
      provider_id: `p${id}`,
      line: '106540352242922',
      direction: 'inbound' as const,
      media: 'voice' as const,
      status: 'rejected',
      arrived_at: at(id),
    }))
    await db.insertInto('calls').values(calls).execute()
    const rows = some.map((id) => {
      const one = of(id)
      const { release = null } = one ?? {}
      return { call_id: id, at: at(id), policy: policy.id, release, doc: one?.doc ?? '' }
    })
    await db.insertInto('decisions').values(rows).execute()
  }
  await db.destroy()
}

beforeAll(async () => {
  app = await startTestApp()
  await fillJournal()
}, 180_000)
afterAll(() => app?.close())

async function openReplay(scheme: 'light' | 'dark' = 'light'): Promise<TestPage> {
  const test = await app.open({ scheme })
  test.page.setDefaultTimeout(30_000)
  await test.signIn()
  await test.page.goto('/policies/main-line')
  await test.page.locator('.react-flow__edge').first().waitFor({ state: 'attached' })
  await test.page.getByRole('tab', { name: 'Replay' }).click()
  return test
}

const title = (page: Page, changed: string) =>
  page.getByText(new RegExp(`^Last 7 days: ${many} calls, ${changed} would change$`)).first()
const tookMs = async (page: Page): Promise<number> =>
  Number(await page.locator('[data-ms]').first().getAttribute('data-ms'))

describe('a replay of past calls', () => {
  it('of ten thousand comes to what was recorded, in less than 300 ms', async () => {
    const test = await openReplay()
    const { page } = test
    await title(page, '0').waitFor(patience)
    const took = [await tookMs(page)]
    // other work on the machine may slow one of them down
    for (let turn = 0; turn < 6 && Math.min(...took) >= 300; turn += 1) {
      await page.getByLabel('Days').click()
      await page.getByRole('option', { name: turn % 2 === 0 ? '30 days' : '7 days' }).click()
      await page.getByText(/calls, 0 would change$/).waitFor(patience)
      took.push(await tookMs(page))
    }
    expect(Math.min(...took)).toBeLessThan(300)
    expect(await test.faults()).toEqual([])
    expect(test.errors).toEqual([])
    await test.close()
  }, 120_000)

  it.each(['light', 'dark'] as const)(
    'shows what a change would do, on every edge and side by side, %s',
    async (scheme) => {
      const test = await openReplay(scheme)
      const { page } = test
      await title(page, '0').waitFor(patience)
      await page.evaluate(async () => {
        const path = '/api/policies/main-line'
        const { draft } = (await (await fetch(path)).json()) as {
          draft: {
            revision: number
            document: { nodes: Record<string, { exits: Record<string, string> }> }
          }
        }
        const { hours } = draft.document.nodes
        if (hours) hours.exits['closed'] = 'vm'
        await fetch(`${path}/draft`, {
          method: 'PUT',
          headers: { 'content-type': 'application/json', 'if-match': String(draft.revision) },
          body: JSON.stringify(draft.document),
        })
      })
      await page.reload()
      await page.getByRole('tab', { name: 'Replay' }).click()
      await title(page, '[1-9]\\d*').waitFor(patience)
      const groups = page.getByRole('table', { name: 'Calls that would change' })
      await groups.getByText('Voicemail').first().waitFor(patience)
      await page.getByRole('list', { name: 'Flow' }).waitFor(patience)
      await groups.getByRole('button', { name: /^Show the calls from/ }).focus()
      await page.keyboard.press('Enter')
      const compare = groups.getByRole('button', { name: /^Compare the call/ }).first()
      await compare.waitFor(patience)
      expect(await test.faults()).toEqual([])
      await compare.focus()
      await page.keyboard.press('Enter')
      const sides = page.getByRole('dialog')
      await sides.getByText(/^Then, release/).waitFor(patience)
      await sides.getByText('As it is now').first().waitFor(patience)
      await sides
        .locator('.react-flow__edge')
        .nth(30)
        .waitFor({ ...patience, state: 'attached' })
      expect(await test.faults()).toEqual([])
      await page.keyboard.press('Escape')
      await sides.waitFor({ ...patience, state: 'detached' })
      await page.getByRole('button', { name: 'Publish…' }).click()
      const publish = page.getByRole('dialog')
      await publish.getByText(/calls, [1-9]\d* would change$/).waitFor(patience)
      expect(await test.faults()).toEqual([])
      expect(test.errors).toEqual([])
      await page.evaluate(async () => {
        const path = '/api/policies/main-line'
        const { draft } = (await (await fetch(path)).json()) as { draft: { revision: number } }
        const headers = { 'if-match': String(draft.revision) }
        await fetch(`${path}/draft`, { method: 'DELETE', headers })
      })
      await test.close()
    },
    120_000,
  )
})
