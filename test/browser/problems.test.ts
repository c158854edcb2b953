import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ProblemCode } from '../../server/schema/problem.ts'
import { problemCodes } from '../../server/schema/problem.ts'
import type { TestApp, TestPage } from './browser.ts'
import { startTestApp } from './browser.ts'

const id = 'mended'
const patience = 300_000

/** A policy without a problem, which every test breaks in its own way. */
const sound = {
  schema: 1,
  id,
  name: 'Mended',
  numbers: [] as string[],
  budgetMs: 150,
  start: 'hours',
  fallback: { kind: 'reject', message: { text: 'Sorry.' } },
  nodes: {
    hours: {
      kind: 'hours',
      calendar: 'support',
      exits: { open: 'ring', closed: 'bye', holiday: 'bye', unknown: 'ring' },
    },
    ring: { kind: 'accept', target: { team: 'support' }, ringSeconds: 15, otherwise: 'bye' },
    bye: { kind: 'reject', message: { text: 'Please write to us here.' } },
  } as Record<string, object>,
}
type Document = typeof sound

const node = (document: Document, name: string, change: object): Document => ({
  ...document,
  nodes: { ...document.nodes, [name]: { ...document.nodes[name], ...change } },
})
const before = (name: string, gate: object): Document => ({
  ...sound,
  start: name,
  nodes: { ...sound.nodes, [name]: gate },
})
const asks = (fact: string, operator: string, value: unknown): Document =>
  before('ask', {
    kind: 'condition',
    when: { all: [{ fact, operator, value }] },
    exits: { yes: 'hours', no: 'hours', unknown: 'hours' },
  })

interface Trial {
  readonly document: Document
  /** What is done after the hint's button was pressed. */
  readonly mend?: (page: Page) => Promise<void>
}

const form = (page: Page) => page.locator('aside:not([inert])')
const pick = (words: string) => async (page: Page) => {
  await page.getByRole('dialog').getByRole('combobox').fill(words)
  await page.keyboard.press('Enter')
}
/** Lists say the name of a field too. */
const input = (page: Page, field: string) =>
  form(page)
    .locator('input, textarea')
    .and(page.getByLabel(field, { exact: true }))
    .first()
const chooseIn = (field: string, option: string) => async (page: Page) => {
  await input(page, field).click()
  await page.getByRole('option', { name: option, exact: true }).click()
}
const type = (field: string, text: string) => async (page: Page) => input(page, field).fill(text)

const hours = sound.nodes['hours'] as { exits: Record<string, string> }
const { open: _, ...withoutOpen } = hours.exits

const trials: Readonly<Partial<Record<ProblemCode, Trial>>> = {
  dangling_exit: {
    document: node(sound, 'hours', { exits: { ...hours.exits, open: 'gone' } }),
    mend: pick('Ring people'),
  },
  missing_exit: {
    document: node(sound, 'hours', { exits: withoutOpen }),
    mend: pick('Ring people'),
  },
  cycle: { document: node(sound, 'ring', { otherwise: 'hours' }) },
  unknown_start: { document: { ...sound, start: 'nowhere' } },
  unknown_fact: {
    document: asks('caller.shoes', 'equal', 3),
    mend: chooseIn('Fact', 'Priority'),
  },
  unknown_operator: {
    document: asks('caller.priority', 'resembles', 3),
    mend: chooseIn('How it compares', 'is'),
  },
  wrong_operand: {
    document: asks('caller.priority', 'equal', 'high'),
    mend: chooseIn('Fact', 'Earlier calls'),
  },
  unknown_calendar: {
    document: node(sound, 'hours', { calendar: 'lunar' }),
    mend: pick('support'),
  },
  bad_target: {
    document: before('who', {
      kind: 'agents',
      team: 'support',
      agent: 'ana',
      exits: { available: 'ring', offline: 'bye', busy: 'bye', dnd: 'bye', unknown: 'ring' },
    }),
    mend: chooseIn('Who', 'Owner'),
  },
  bad_variable: {
    document: node(sound, 'bye', { message: { text: 'Hello {{caller.shoes}}' } }),
    mend: type('Message', 'Hello'),
  },
  variable_needs_default: {
    document: node(sound, 'bye', { message: { text: 'Hello {{caller.name}}' } }),
  },
  message_too_long: {
    document: node(sound, 'bye', { message: { text: 'x'.repeat(4097) } }),
    mend: type('Message', 'Shorter.'),
  },
  message_buttons: {
    document: node(sound, 'bye', {
      message: {
        text: 'Choose.',
        url: { label: 'Book', href: 'https://example.com' },
        replies: ['Call me back'],
      },
    }),
  },
  silent_without_reason: {
    document: { ...sound, nodes: { ...sound.nodes, bye: { kind: 'reject', silent: true } } },
    mend: type('Why nobody is told', 'They are told by post'),
  },
  reject_without_message: {
    document: { ...sound, nodes: { ...sound.nodes, bye: { kind: 'reject' } } },
  },
  ring_too_long: {
    document: {
      ...node(sound, 'ring', { ringSeconds: 20, otherwise: 'again' }),
      nodes: {
        ...node(sound, 'ring', { ringSeconds: 20, otherwise: 'again' }).nodes,
        again: { kind: 'accept', target: { owner: true }, ringSeconds: 20, otherwise: 'bye' },
      },
    },
  },
  number_claimed: { document: { ...sound, numbers: ['*'] } },
  invalid_shape: {
    document: node(sound, 'bye', { label: 'x'.repeat(300) }),
    mend: type('Name', 'Good-bye'),
  },
  unreachable_node: {
    document: {
      ...sound,
      nodes: { ...sound.nodes, lonely: { kind: 'reject', message: { text: 'Alone.' } } },
    },
  },
  exit_never_taken: {
    document: before('ask', {
      kind: 'split',
      percent: 100,
      exits: { in: 'hours', out: 'bye' },
    }),
  },
  shadowed_condition: {
    document: {
      ...before('vip', { kind: 'vip', minPriority: 50, exits: { yes: 'ring', no: 'gold' } }),
      nodes: {
        ...sound.nodes,
        vip: { kind: 'vip', minPriority: 50, exits: { yes: 'ring', no: 'gold' } },
        gold: { kind: 'vip', minPriority: 80, exits: { yes: 'bye', no: 'hours' } },
      },
    },
  },
  not_configured: {
    document: node(sound, 'ring', { target: { team: 'nobody' } }),
    mend: pick('support'),
  },
  over_budget: {
    document: before('crm', {
      kind: 'crm',
      deadlineMs: 400,
      exits: { found: 'hours', missing: 'bye', unknown: 'hours' },
    }),
  },
}

/** Of files, or of documents too large or too broken to be drawn: the command line tells them. */
const notDrawn: readonly ProblemCode[] = [
  'invalid_json',
  'id_mismatch',
  'too_large',
  'file_deleted',
  'file_not_written',
]

let app: TestApp
let test: TestPage
beforeAll(async () => {
  app = await startTestApp({ CRM_URL: 'http://127.0.0.1:9/crm' })
  test = await app.open()
  test.page.setDefaultTimeout(15_000)
  await test.signIn()
}, 120_000)
afterAll(() => app?.close())

/** Makes this the draft, whatever it was. */
const put = (page: Page, document: Document) =>
  page.evaluate(
    async ([path, text]) => {
      const known = await fetch(path)
      const { draft } = known.ok
        ? ((await known.json()) as { draft: { revision: number } })
        : { draft: { revision: 0 } }
      const saved = await fetch(`${path}/draft`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json', 'if-match': String(draft.revision) },
        body: text,
      })
      return saved.status
    },
    [`/api/policies/${id}`, JSON.stringify(document)] as const,
  )

interface Told {
  readonly code: string
  readonly message: string
}
const problemsOf = (page: Page) =>
  page.evaluate(async (path) => {
    const response = await fetch(path, { method: 'POST' })
    const { problems } = (await response.json()) as { problems: Told[] }
    return problems
  }, `/api/policies/${id}/validate`)

describe('a problem is seen while drawing, and mended from its hint', () => {
  it('of every kind that a drawing can have', () => {
    const all = [...Object.keys(trials), ...notDrawn]
    expect(all.toSorted()).toEqual([...problemCodes].toSorted())
  })

  it.each(Object.entries(trials))(
    '%s',
    async (code, { document, mend }) => {
      const { page } = test
      expect(await put(page, document)).toBe(200)
      const problem = (await problemsOf(page)).find((one) => one.code === code)
      expect(problem, code).toBeDefined()
      await page.goto('/policies')
      await page.goto(`/policies/${id}`)
      const row = page
        .getByRole('listitem')
        .filter({ hasText: problem?.message ?? '' })
        .first()
      await row.waitFor()
      // the last button of a row is its mend
      await row.getByRole('button').last().click()
      await mend?.(page)
      await expect
        .poll(async () => (await problemsOf(page)).some((one) => one.code === code), {
          timeout: 15_000,
        })
        .toBe(false)
      expect(test.errors).toEqual([])
    },
    patience,
  )
})
