import { describe, expect, it } from 'vitest'
import { compile } from '../../server/policy/compile.ts'
import { isLate } from '../../server/policy/fact-lines.ts'
import type { Faults } from '../../server/policy/try-call/faults.ts'
import { tryCall } from '../../server/policy/try-call/try-call.ts'
import { shippedPolicy, world } from '../policies/world.ts'

const { policy } = shippedPolicy('main-line')
const friday = '2027-03-19T14:32:00Z'
const jonas = '+4915112345602'

function tried(faults: Faults, more: { at?: string; budgetMs?: number } = {}) {
  const { at = friday, budgetMs = policy.budgetMs } = more
  const compiled = compile({ ...policy, budgetMs }, world.installation)
  return tryCall(compiled, { case: { at, caller: jonas }, faults }, world)
}
const lineOf = (told: ReturnType<typeof tried>, fact: string) =>
  told.lines.find((line) => line.fact === fact)

describe('a call thought out', () => {
  it('waits for a CRM that answers in time, and no longer', () => {
    const told = tried({ crm: 'missing', crmMs: 60 })
    expect(told.node).toBe('lead')
    expect(told.ms).toBe(60)
    expect(lineOf(told, 'crm.found')?.seen).toMatchObject({ value: false, ms: 60 })
  })

  it.each<Faults>([{ crm: 'silent' }, { crm: 'found', crmMs: 81 }])(
    'goes on at the deadline without a CRM that is late: %o',
    (faults) => {
      const told = tried({ ...faults, agents: 'busy' })
      const line = lineOf(told, 'crm.found')
      expect(told.node).toBe('ai')
      expect(told.unknown).toEqual(['crm.found'])
      expect(told.ms).toBe(80)
      expect(line && isLate(line)).toBe(true)
    },
  )

  it('ends in the fallback when the budget is over before the CRM answers', () => {
    const told = tried({ crm: 'found', crmMs: 70 }, { budgetMs: 50 })
    expect(told.fallback).toBe('budget_exhausted')
    expect(told.node).toBe('fallback')
    expect(told.ms).toBe(50)
    expect(told.message?.text).toMatch(/^Sorry/)
    const ways = told.whyNot.alternatives.map(({ node }) => node)
    expect(ways).toContain('toTeam')
  })

  it('says of a fact that no gate came to that it was not needed', () => {
    const told = tried({}, { at: '2027-03-20T12:00:00Z' })
    expect(told.node).toBe('sorry')
    expect(lineOf(told, 'agents.support.status')).not.toHaveProperty('seen')
    expect(told.read['agents.support.status']).toMatchObject({ value: 'available' })
  })

  it('breaks calendars and agents, and counts calls', () => {
    const blind = tried({ noCalendars: true, crm: 'found', agents: 'offline' })
    expect(blind.unknown).toEqual(['hours.support'])
    expect(blind.node).toBe('vm')
    expect(tried({ calls: 6 }).node).toBe('tooMany')
  })

  it('keeps what is set by hand over faults, and faults over what is on record', () => {
    const compiled = compile(policy, world.installation)
    const trial = {
      case: { at: friday, facts: { 'agents.support.status': 'dnd', 'crm.found': true } },
      faults: { agents: 'offline' as const },
      took: { 'crm.found': 33 },
    }
    expect(tryCall(compiled, trial, world).node).toBe('vm')
    const set = { ...trial, facts: { 'agents.support.status': 'busy' } }
    expect(tryCall(compiled, set, world)).toMatchObject({ node: 'ai', ms: 33 })
  })
})
