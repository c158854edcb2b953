import type { CDPSession, Page } from 'playwright-core'
import { chromium } from 'playwright-core'
import type { Policy, PolicyNode } from '../../server/schema/policy.ts'
import { policySchema } from '../../server/schema/policy.ts'
import { findChromium } from '../../test/browser/chromium.ts'
import type { Places } from '../children.ts'
import { startCallgate } from '../children.ts'
import type { Options } from '../options.ts'
import type { Measured, Section } from '../report.ts'
import { milliseconds } from '../report.ts'
import { median } from '../statistics.ts'
import { createWorkspace } from '../workspace.ts'

const mostPerFrame = 10
/** A task from here on is a long one to browsers, too. */
const longTask = 50
const mostTidy = 200
const password = 'a password of the bench'
const size = { width: 1440, height: 900 }

const [gates, outcomes, rowsHigh] = [75, 50, 15]

/** 200 steps and 300 ways: five ladders of gates, an effect and mostly an outcome beside each. */
function wide(): Policy {
  const nodes: Record<string, PolicyNode> = {}
  const layout: Record<string, { x: number; y: number }> = {}
  const place = (id: string, index: number, column: number) => {
    const x = (Math.floor(index / rowsHigh) * 3 + column) * 320
    layout[id] = { x, y: (index % rowsHigh) * 160 }
  }
  for (let index = 0; index < gates; index += 1) {
    place(`gate${index}`, index, 0)
    place(`effect${index}`, index, 1)
    const next = index + 1 < gates ? `gate${index + 1}` : 'end0'
    nodes[`gate${index}`] = {
      kind: 'condition',
      label: `Gate ${index}`,
      when: { fact: 'caller.tags', operator: 'contains', value: `tag-${index}` },
      exits: { yes: `effect${index}`, no: next, unknown: next },
    }
    nodes[`effect${index}`] = {
      kind: 'tag',
      tags: [`seen-${index}`],
      next: `end${index % outcomes}`,
    }
  }
  for (let index = 0; index < outcomes; index += 1) {
    place(`end${index}`, index, 2)
    nodes[`end${index}`] = {
      kind: 'reject',
      message: { text: `Thank you for calling. Please write to us, we answer soon (${index}).` },
    }
  }
  return policySchema.parse({
    schema: 1,
    id: 'wide',
    name: 'A wide one',
    numbers: ['*'],
    start: 'gate0',
    fallback: { kind: 'reject', message: { text: 'Please write to us.' } },
    nodes,
    layout,
  })
}

interface Figures {
  readonly frames: number
  /** Of the 1.5 s after it, in which the draft is checked and saved. */
  readonly afterwards: readonly number[]
  /** Script, style and layout of a frame, median. */
  readonly work: number
  readonly longTasks: readonly number[]
}

/** Milliseconds of script, style and layout so far. */
async function workOf(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics')
  const kinds = ['ScriptDuration', 'LayoutDuration', 'RecalcStyleDuration']
  const seconds = metrics.filter(({ name }) => kinds.includes(name))
  return seconds.reduce((sum, { value }) => sum + value, 0) * 1000
}

// scripts for the page are texts: the bench itself knows no DOM
const nextFrame = (page: Page): Promise<unknown> =>
  page.evaluate('new Promise((done) => requestAnimationFrame(() => setTimeout(done)))')

const noteLongTasks = `
  window.longTasks = []
  if (!window.noter) {
    window.noter = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) window.longTasks.push(Math.round(duration))
    })
    window.noter.observe({ type: 'longtask' })
  }`

const findStep = `(() => {
  for (const node of document.querySelectorAll('.react-flow__node-step')) {
    const { x, y, width, height } = node.getBoundingClientRect()
    const middle = { x: x + width * 0.55, y: y + height / 2 }
    const top = document.elementFromPoint(middle.x, middle.y)
    if (middle.x > 300 && middle.x < 1200 && middle.y > 200 && top && node.contains(top))
      return middle
  }
})()`

const findFreePlace = `(() => {
  for (let y = 300; y < 700; y += 7)
    for (let x = 380; x < 1000; x += 7)
      if (document.elementFromPoint(x, y)?.classList.contains('react-flow__pane')) return { x, y }
})()`

const readZoom = `new DOMMatrix(
  getComputedStyle(document.querySelector('.react-flow__viewport')).transform
).a`

/** What happens in the page while something is done a step at a time, a frame for each. */
async function watch(
  page: Page,
  session: CDPSession,
  steps: AsyncIterable<void>,
): Promise<Figures> {
  await page.evaluate(noteLongTasks)
  const perFrame: number[] = []
  let before = await workOf(session)
  for await (const _ of steps) {
    await nextFrame(page)
    const now = await workOf(session)
    perFrame.push(now - before)
    before = now
  }
  await page.waitForTimeout(50)
  const longTasks: number[] = await page.evaluate('window.longTasks.splice(0)')
  await page.waitForTimeout(1_500)
  const afterwards: number[] = await page.evaluate('window.longTasks')
  return { frames: perFrame.length, work: median(perFrame), longTasks, afterwards }
}

async function* drag(
  page: Page,
  from: { x: number; y: number },
  count: number,
): AsyncGenerator<void> {
  const { mouse } = page
  await mouse.move(from.x, from.y)
  await mouse.down()
  for (let step = 1; step <= count; step += 1) {
    const [x, y] = [Math.sin(step / 15) * 160, (1 - Math.cos(step / 15)) * 90]
    await mouse.move(from.x + x, from.y + y)
    yield
  }
  await mouse.up()
  yield
}

async function* once(act: () => Promise<void>): AsyncGenerator<void> {
  await act()
  yield
}

/** A place that a script found in the page. */
async function placeOf(page: Page, script: string): Promise<{ x: number; y: number }> {
  const found: { x: number; y: number } | undefined = await page.evaluate(script)
  if (!found) throw new Error('what is to be dragged is not on the screen')
  return found
}

const listed = (tasks: readonly number[]): string =>
  tasks.length === 0 ? 'none' : tasks.map((ms) => `${ms} ms`).join(', ')

function row(key: string, what: string, figures: Figures): Measured {
  const { frames, work, longTasks, afterwards } = figures
  const longest = Math.max(0, ...longTasks)
  return {
    key,
    cells: [what, String(frames), milliseconds(work), listed(longTasks), listed(afterwards)],
    values: { frames, work, longTasks: longTasks.length, longest },
  }
}

/** (f) The policy editor with 200 steps and 300 ways in Chromium without a graphics card. */
export async function measureCanvas(places: Places, options: Options): Promise<Section> {
  const workspace = createWorkspace([wide()], { contacts: 10, graphUrl: 'http://127.0.0.1:9' })
  const server = await startCallgate(places, {
    ...workspace.environment,
    ADMIN_PASSWORD: password,
  })
  const browser = await chromium.launch({
    executablePath: findChromium(),
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  })
  const moves = options.quick ? 20 : 120
  const rows: Measured[] = []
  try {
    const context = await browser.newContext({ viewport: size, baseURL: server.url })
    const page = await context.newPage()
    const session = await context.newCDPSession(page)
    await session.send('Performance.enable')
    await page.goto('/sign-in')
    await page.getByLabel('Name').fill('admin')
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.keyboard.press('Enter')
    await page.waitForURL((to) => to.pathname !== '/sign-in')
    await page.goto('/policies/wide')
    await page.locator('.react-flow__node-step').nth(199).waitFor({ state: 'attached' })
    await page.waitForTimeout(3_000)

    const measure = async (key: string, what: string, steps: AsyncIterable<void>) => {
      rows.push(row(key, what, await watch(page, session, steps)))
    }
    const click = (name: string) => page.getByRole('button', { name, exact: true }).click()
    await measure(
      'pan-far',
      'pan, all in view',
      drag(page, await placeOf(page, findFreePlace), moves),
    )
    await measure(
      'drag-far',
      'drag a step, all in view',
      drag(page, await placeOf(page, findStep), moves),
    )
    await measure(
      'tidy',
      'tidy up',
      once(() => click('Tidy up')),
    )
    const { x, y } = await placeOf(page, findStep)
    await page.mouse.move(x, y)
    for (let turn = 0; turn < 40; turn += 1) {
      const zoom: number = await page.evaluate(readZoom)
      if (zoom >= 0.95) break
      await page.mouse.wheel(0, -120)
      await page.waitForTimeout(60)
    }
    await page.waitForTimeout(1_000)
    await measure('pan-near', 'pan, near', drag(page, await placeOf(page, findFreePlace), moves))
    await measure(
      'drag-near',
      'drag a step, near',
      drag(page, await placeOf(page, findStep), moves),
    )
  } finally {
    await browser.close()
    await server.stop()
    workspace.remove()
  }
  const moving = rows.filter(({ key }) => key !== 'tidy')
  const most = (name: string, of: readonly Measured[]): number =>
    Math.max(...of.map(({ values }) => values[name] ?? Number.NaN))
  const tidy = rows.find(({ key }) => key === 'tidy')?.values['longest'] ?? Number.NaN
  const [work, longest] = [most('work', moving), most('longest', moving)]
  return {
    id: 'canvas',
    title: 'The canvas with 200 steps and 300 ways',
    columns: [
      'what',
      'frames',
      'script, style and layout a frame (median)',
      'tasks over 50 ms',
      'in the 1.5 s after it',
    ],
    rows,
    targets: [
      {
        text: `script, style and layout take ${mostPerFrame} ms a frame at most (median)`,
        met: work <= mostPerFrame,
        got: milliseconds(work),
      },
      {
        text: `no task over ${longTask} ms while dragging and panning`,
        met: longest === 0,
        got: longest === 0 ? 'none' : `the longest ${longest} ms`,
      },
      { text: `auto layout under ${mostTidy} ms`, met: tidy < mostTidy, got: milliseconds(tidy) },
    ],
    notes: [
      'Chromium without a window and without a graphics card: painting, too, is done by the processor.',
      'A drag counts from the press of the mouse until it is let go, the new place of the step included; afterwards the form of the step is drawn, and the draft is checked and saved.',
    ],
    problems: [],
  }
}
