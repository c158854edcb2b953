import { describe, expect, it } from 'vitest'
import { compareCase, coverage } from '../../server/policy/cases.ts'
import { strayFacts } from '../../server/policy/case-caller.ts'
import { validate } from '../../server/policy/validate/validate.ts'
import type { Policy } from '../../server/schema/policy.ts'
import { decided, shipped, world } from './world.ts'

const at = Date.parse('2026-11-20T09:00:00Z')
const { installation } = world

/** Every text a caller can read, and where it stands. */
function messages({ nodes, fallback }: Policy) {
  return [...Object.entries(nodes), ['fallback', fallback] as const].flatMap(([id, node]) =>
    node.kind === 'reject' && node.message ? [{ id, message: node.message }] : [],
  )
}

it('ships the workflows people ask for', () => {
  expect(shipped.map(({ policy }) => policy.id).sort()).toEqual([
    'bank',
    'clinic',
    'main-line',
    'meeting',
    'real-estate',
    'service-hours',
    'spam-perimeter',
    'vip-bypass',
  ])
  expect(shipped.filter(({ policy }) => policy.numbers.length > 0)).toHaveLength(1)
})

describe.each(shipped)('$policy.id', ({ policy, cases }) => {
  it('has neither errors nor warnings', () => {
    const found = validate(policy, { installation, at })
    expect(found.map(({ code, node, message }) => [code, node, message])).toEqual([])
  })

  it('needs nothing but what it says where there is no CRM', () => {
    const bare = { ...installation, connectors: [] }
    const codes = validate(policy, { installation: bare, at }).map(({ code }) => code)
    expect(codes.filter((code) => code !== 'not_configured')).toEqual([])
  })

  it.each(cases.map((one) => [one.name, one] as const))('%s', (_, theCase) => {
    expect(strayFacts(theCase, installation)).toEqual([])
    const { walked, message } = decided(policy, theCase)
    expect(compareCase(theCase, walked, message?.text).differences).toEqual([])
  })

  it('has a case for every exit and each case has a name of its own', () => {
    const walks = cases.map((theCase) => decided(policy, theCase).walked)
    expect(coverage(policy, walks).unreached).toEqual([])
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length)
  })

  it('never lets a case end in the fallback', () => {
    const fallbacks = cases.filter((theCase) => decided(policy, theCase).walked.fallback)
    expect(fallbacks.map(({ name }) => name)).toEqual([])
  })

  it('keeps its labels short and says what it is for', () => {
    const labels = Object.values(policy.nodes).map(({ label }) => label?.length ?? 0)
    expect(Math.max(...labels)).toBeLessThanOrEqual(32)
    expect(policy.description?.length ?? 0).toBeGreaterThan(60)
  })

  it('says something in every text, and in each language all of it', () => {
    for (const { id, message } of messages(policy)) {
      expect([id, message.text.length > 20]).toEqual([id, true])
      const variables = (text: string) => (text.match(/\{\{\s*[\w.-]+/g) ?? []).sort()
      for (const [language, text] of Object.entries(message.locales ?? {}))
        expect([id, language, variables(text)]).toEqual([id, language, variables(message.text)])
    }
  })
})
