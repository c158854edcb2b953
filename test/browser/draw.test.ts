import { readFileSync } from 'node:fs'
import type { Locator, Page } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { NodeKind, Policy } from '../../server/schema/policy.ts'
import { edgesOf, policySchema } from '../../server/schema/policy.ts'
import type { TestApp } from './browser.ts'
import { startTestApp } from './browser.ts'

let app: TestApp
beforeEach(async () => {
  app = await startTestApp()
}, 120_000)
afterEach(() => app?.close())

const patience = 300_000
/** The default policy, as it is shipped. */
const wanted = policySchema.parse(JSON.parse(readFileSync('policies/main-line.json', 'utf8')))

const draftOf = (page: Page, id: string) =>
  page.evaluate(async (policy) => {
    const response = await fetch(`/api/policies/${policy}`)
    const { draft } = (await response.json()) as { draft: { document: Policy } }
    return draft.document
  }, id)

const form = (page: Page) => page.locator('aside:not([inert])')
/** The form of a step comes after the step is drawn as chosen. */
const formOf = (page: Page, id: string) =>
  page.locator(`aside[data-step="${id}"]:not([inert])`).waitFor()
/** Lists say the name of a field too. */
const input = (page: Page, field: string) =>
  form(page)
    .locator('input:not([type=radio]), textarea')
    .and(page.getByLabel(field, { exact: true }))
    .first()
const fill = (page: Page, label: string, text: string) => input(page, label).fill(text)
async function choose(page: Page, label: string, option: string): Promise<void> {
  await input(page, label).click()
  await page.getByRole('option', { name: option, exact: true }).click()
}
const press = (page: Page, text: string) =>
  form(page).getByText(text, { exact: true }).first().click()

/** Drags a step out of the palette. @returns the id it got */
async function drop(page: Page, kind: NodeKind, at: { x: number; y: number }): Promise<string> {
  const steps = page.locator('.react-flow__node-step')
  const before = await steps.count()
  await page
    .locator(`button[data-kind="${kind}"]`)
    .dragTo(page.locator('.react-flow__pane'), { targetPosition: at })
  await expect.poll(() => steps.count()).toBe(before + 1)
  const id = await page.locator('.react-flow__node-step.selected').getAttribute('data-id')
  if (id === null) throw new Error('what was dropped is not chosen')
  await formOf(page, id)
  return id
}

const middle = async (of: Locator): Promise<{ x: number; y: number }> => {
  const box = await of.boundingBox()
  if (!box) throw new Error('not on the screen')
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
}

/** Drags a way from an exit to a step. */
async function lead(page: Page, from: string, exit: string, to: string): Promise<void> {
  const node = (id: string) => page.locator(`.react-flow__node[data-id="${id}"]`)
  const begin = await middle(
    node(from).locator(`.react-flow__handle.source[data-handleid="${exit}"]`),
  )
  const end = await middle(node(to).locator('.react-flow__handle.target').first())
  await page.mouse.move(begin.x, begin.y)
  await page.mouse.down()
  await page.mouse.move(begin.x + 10, begin.y + 10)
  await page.mouse.move(end.x, end.y, { steps: 4 })
  await page.mouse.up()
  await page.locator(`.react-flow__edge[data-id="${from} ${exit}"]`).waitFor({ state: 'attached' })
}

/** What is typed and chosen for the step that was just dropped, where it differs from how it begins. */
const forms: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  async blocked(page) {
    await choose(page, 'Fact', 'Blocked')
    await press(page, 'Any of these')
  },
  async bye(page) {
    await input(page, 'End silently, without a message').click({ force: true })
    await fill(page, 'Why nobody is told', 'blocked by an operator')
  },
  async tooMany(page) {
    await fill(page, 'Message', wantedText('tooMany'))
  },
  async alert(page) {
    await choose(page, 'Level', 'High')
    await fill(page, 'Text', 'VIP {{caller.name | default: "caller"}} is ringing')
  },
  async toOwner(page) {
    await choose(page, 'Who', 'Owner')
    await choose(page, 'In which order', 'All at once')
    await fill(page, 'Ring seconds', '15')
  },
  async hours(page) {
    await fill(page, 'Calendar', 'support')
  },
  async sorry(page) {
    await fill(page, 'Message', wantedText('sorry'))
    for (const language of ['fr', 'de', 'es']) {
      await form(page).getByLabel('Language to add').fill(language)
      await page.keyboard.press('Enter')
      await fill(page, 'Message', wantedText('sorry', language))
    }
    await press(page, 'Link')
    await fill(page, 'Link', 'https://example.com/book?c={{call.id}}')
  },
  async lead(page) {
    await fill(page, 'Message', wantedText('lead'))
    await press(page, 'Link')
    await fill(page, 'Words on the button', 'Tell us more')
    await fill(page, 'Link', 'https://example.com/hello?c={{call.id}}')
  },
  async team(page) {
    await fill(page, 'Team', 'support')
  },
  async toTeam(page) {
    await fill(page, 'Team', 'support')
  },
  async ai(page) {
    await fill(page, 'Assistant', 'reception')
  },
}

function wantedText(id: string, language?: string): string {
  const node = wanted.nodes[id]
  const message = node?.kind === 'reject' ? node.message : undefined
  return (language === undefined ? message?.text : message?.locales?.[language]) ?? ''
}

/** The steps under the ids of the default policy, so that the two can be compared. */
function renamed(policy: Policy, ids: ReadonlyMap<string, string>): unknown {
  const names = new Map([...ids].map(([own, given]) => [given, own]))
  const text = JSON.stringify({ start: policy.start, nodes: policy.nodes })
  return JSON.parse(text, (key: string, value: unknown) => {
    if (key === 'nodes')
      return Object.fromEntries(
        // parsed from the document above
        Object.entries(value as object).map(([id, node]) => [names.get(id) ?? id, node as unknown]),
      )
    if (key === 'exits')
      return Object.fromEntries(
        Object.entries(value as Record<string, string>).map(([exit, to]) => [exit, names.get(to)]),
      )
    const isWay = key === 'next' || key === 'otherwise' || key === 'start'
    return isWay ? names.get(String(value)) : value
  })
}

describe('an empty canvas', () => {
  it(
    'becomes the default policy by mouse, and is live with the next call',
    async () => {
      const test = await app.open({ width: 1920, height: 1400 })
      const { page } = test
      page.setDefaultTimeout(20_000)
      await test.signIn()
      await page.goto('/policies')
      await page.getByRole('button', { name: 'New policy' }).click()
      await page.getByRole('dialog').getByLabel('Name').fill('Drawn')
      await page.getByRole('dialog').getByRole('button', { name: 'New policy' }).click()
      await page.waitForURL('**/policies/drawn')
      await page.locator('.react-flow__pane').waitFor()

      const ids = new Map<string, string>()
      for (const [index, [id, node]] of Object.entries(wanted.nodes).entries()) {
        const at = { x: 260 + (index % 4) * 290, y: 60 + Math.floor(index / 4) * 200 }
        ids.set(id, await drop(page, node.kind, at))
        await forms[id]?.(page)
        if (node.label !== undefined) await fill(page, 'Name', node.label)
      }
      await test.shot('steps-light')
      for (const [id, node] of Object.entries(wanted.nodes))
        for (const { exit, to } of edgesOf(node))
          await lead(page, ids.get(id) ?? '', exit, ids.get(to) ?? '')
      await test.shot('drawn-light')
      await expect
        .poll(async () => renamed(await draftOf(page, 'drawn'), ids), { timeout: 20_000 })
        .toEqual({ start: wanted.start, nodes: wanted.nodes })

      // 100 steps back and forth
      const vm = ids.get('vm') ?? ''
      await page.locator(`.react-flow__node[data-id="${vm}"]`).click()
      await formOf(page, vm)
      for (let turn = 0; turn < 30; turn += 1) {
        await fill(page, 'Name', `Mailbox ${turn}`)
        await fill(page, 'Note', `Said ${turn} times`)
      }
      await page.locator('.react-flow__pane').click({ position: { x: 700, y: 760 } })
      const end = { ...wanted.nodes['vm'], label: 'Mailbox 29', note: 'Said 29 times' }
      const isEnd = async () => renamed(await draftOf(page, 'drawn'), ids)
      const drawn = { start: wanted.start, nodes: { ...wanted.nodes, vm: end } }
      await expect.poll(isEnd, { timeout: 20_000 }).toEqual(drawn)
      const whole = await draftOf(page, 'drawn')
      for (let step = 0; step < 100; step += 1) await page.keyboard.press('Control+z')
      await expect
        .poll(async () => 'label' in ((await draftOf(page, 'drawn')).nodes[vm] ?? {}))
        .toBe(false)
      for (let step = 0; step < 100; step += 1) await page.keyboard.press('Control+Shift+z')
      await expect.poll(() => draftOf(page, 'drawn'), { timeout: 20_000 }).toEqual(whole)

      await page.getByRole('button', { name: 'Publish…' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel('What changes, and why').fill('Drawn by hand')
      await dialog.getByRole('button', { name: 'Publish', exact: true }).click()
      await dialog.waitFor({ state: 'detached' })
      expect(test.errors).toEqual([])
      await test.close()
    },
    patience,
  )
})
