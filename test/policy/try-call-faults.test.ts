import { describe, expect, it } from 'vitest'
import { compile } from '../../server/policy/compile.ts'
import type { Faults } from '../../server/policy/try-call/faults.ts'
import { factsOfFaults, isCrmLate } from '../../server/policy/try-call/faults.ts'
import type { Trial } from '../../server/policy/try-call/try-call.ts'
import { tryCall } from '../../server/policy/try-call/try-call.ts'
import { shippedPolicy, world } from '../policies/world.ts'
import { policyOf } from './engine-support.ts'

const { installation } = world

/** Asks for all of these facts. */
function asking(...facts: string[]) {
  const any = facts.map((fact) => ({ fact, operator: 'equal', value: '2026-11-20T13:32:00Z' }))
  const exits = { yes: 'end', no: 'end', unknown: 'end' }
  const nodes = { gate: { kind: 'condition', when: { any }, exits }, end: { kind: 'voicemail' } }
  return compile(policyOf(nodes), installation)
}

const compiled = asking(
  'crm.found',
  'crm.tier',
  'hours.support',
  'hours.support.nextOpen',
  'velocity.caller.10m',
  'velocity.number.60m',
  'agents.support.status',
  'agents.support.available',
  'agents.sales.available',
  'agent.ana.status',
  'agents.owner.status',
  'caller.tier',
  'caller.attributes.agents.x.status',
  'caller.attributes.agents.x.available',
  'agents.x.status.available',
)
const inOffice = {
  'agents.support.status': 'available',
  'agents.support.available': 2,
  'agents.sales.available': 2,
  'agent.ana.status': 'available',
  'agents.owner.status': 'available',
  'agents.x.status.available': 0,
}
const late = { 'crm.found': 'unknown', 'crm.tier': 'unknown' }

describe('the facts that faults make', () => {
  it.each<[Faults, object]>([
    [{}, {}],
    [{ crm: 'found' }, { 'crm.found': true }],
    [{ crm: 'found', crmMs: 80 }, { 'crm.found': true }],
    [{ crm: 'found', crmMs: 81 }, late],
    [{ crm: 'missing' }, { 'crm.found': false }],
    [{ crm: 'silent' }, late],
    [{ crm: 'silent', crmMs: 10 }, late],
    [{ crmMs: 500 }, late],
    [{ crm: 'none' }, {}],
    [{ crm: 'none', crmMs: 500 }, {}],
    [{ noCalendars: true }, { 'hours.support': 'unknown', 'hours.support.nextOpen': 'unknown' }],
    [{ noCalendars: false }, {}],
    [{ calls: 7 }, { 'velocity.caller.10m': 7, 'velocity.number.60m': 7 }],
    [{ agents: 'available' }, inOffice],
    [
      { agents: 'dnd' },
      {
        ...inOffice,
        'agents.support.status': 'dnd',
        'agents.support.available': 0,
        'agents.sales.available': 0,
        'agent.ana.status': 'dnd',
        'agents.owner.status': 'dnd',
      },
    ],
  ])('of %o', (faults, facts) => {
    expect(factsOfFaults(compiled, faults, installation)).toEqual(facts)
  })

  it.each<[Faults, boolean]>([
    [{}, false],
    [{ crmMs: 80 }, false],
    [{ crmMs: 81 }, true],
    [{ crm: 'silent', crmMs: 1 }, true],
    [{ crm: 'none', crmMs: 81 }, false],
  ])('a CRM is late with %o: %s', (faults, expected) => {
    expect(isCrmLate(compiled, faults)).toBe(expected)
  })
})

describe('when facts of a call thought out are there', () => {
  const { policy } = shippedPolicy('main-line')
  const friday = '2027-03-19T14:32:00Z'
  const jonas = '+4915112345602'
  const tried = (trial: Partial<Trial>, budgetMs = policy.budgetMs) =>
    tryCall(
      compile({ ...policy, budgetMs }, installation),
      { case: { at: friday, caller: jonas }, ...trial },
      world,
    )

  it('a CRM that is not there answers at once', () => {
    const told = tried({ faults: { crmMs: 60 } })
    expect(told.read['crm.found']).toMatchObject({ unknown: 'not_configured', ms: 0 })
    expect(told.ms).toBe(0)
  })

  it.each([
    [71, false],
    [70, 'budget_exhausted'],
    [69, 'budget_exhausted'],
  ])('a CRM after 70 ms with a budget of %d ms: fallback %s', (budgetMs, fallback) => {
    const told = tried({ faults: { crm: 'missing', crmMs: 70 } }, budgetMs)
    expect(told.fallback).toBe(fallback)
    expect(told.ms).toBe(fallback ? budgetMs : 70)
    expect(told.outcome).toBe('reject')
    expect(told.node).toBe(fallback ? 'fallback' : 'lead')
  })

  it('each as in the call it is taken from, the CRM as its fault says', () => {
    const took = { 'crm.found': 33, 'hours.support': 2, 'caller.blocked': 1 }
    const real = tried({ took, faults: { crm: 'missing' } })
    expect(real.facts['crm.found']).toMatchObject({ value: false, ms: 33 })
    expect(real.facts['hours.support']).toMatchObject({ value: 'open', ms: 2 })
    expect(real.facts['velocity.caller.10m']).toMatchObject({ value: 1, ms: 0 })
    expect(real.ms).toBe(33)
    const slow = tried({ took, faults: { crm: 'missing', crmMs: 44 } })
    expect(slow.facts['crm.found']).toMatchObject({ ms: 44 })
    const silent = tried({ took, faults: { crm: 'silent' } })
    expect(silent.facts['crm.found']).toMatchObject({ unknown: 'timeout', ms: 80 })
  })

  it('tells the message with the reference of the call', () => {
    const hrefOf = (trial: Partial<Trial>) => tried(trial).message?.url?.href
    const faults = { crm: 'missing' } as const
    expect(hrefOf({ faults })).toBe('https://example.com/hello?c=case')
    const call = { id: 'wacid.7' }
    expect(hrefOf({ faults, case: { at: friday, caller: jonas, call } })).toBe(
      'https://example.com/hello?c=wacid.7',
    )
  })

  it('has no message where nothing is sent', () => {
    expect(tried({ faults: { agents: 'offline', crm: 'found' } })).toMatchObject({
      at: friday,
      node: 'vm',
      outcome: 'voicemail',
      message: null,
      fallback: false,
      ms: 0,
    })
  })
})
