import { describe, expect, test } from 'vitest'
import { phoneForms, countryOf } from '../../server/phone.ts'
import { strayFacts } from '../../server/policy/case-caller.ts'
import { compile } from '../../server/policy/compile.ts'
import type { World } from '../../server/policy/simulate.ts'
import { decideCase } from '../../server/policy/simulate.ts'
import type { Case } from '../../server/schema/cases.ts'
import { caseSchema } from '../../server/schema/cases.ts'
import { policySchema } from '../../server/schema/policy.ts'
import { agentSchema, attributesSchema } from '../../server/schema/seeds.ts'
import { installationOf } from './support.ts'

const week = ['mon', 'tue', 'wed', 'thu', 'fri'].map((day) => [day, [['09:00', '17:00']]])
const installation = installationOf({
  calendars: {
    support: {
      zone: 'Europe/Paris',
      weekly: Object.fromEntries(week),
      holidays: [{ date: '2026-12-25' }],
      overrides: [],
    },
    night: { zone: 'UTC', weekly: {}, holidays: [], overrides: [] },
  },
  agents: [
    agentSchema.parse({ id: 'ada', teams: ['support'], status: 'available' }),
    agentSchema.parse({ id: 'bo', teams: ['sales'], status: 'busy' }),
  ],
  assistants: [{ id: 'reception', adapter: 'json', url: 'https://ai.example' }],
  declared: attributesSchema.parse({ crm: [{ name: 'tier', type: 'string' }] }),
})

const world: World = {
  installation,
  contacts: [
    {
      phone: '+5511987654321',
      userId: 'BR.1',
      name: 'Vera',
      priority: 90,
      owner: 'bo',
      language: 'fr-CA',
    },
    { phone: '+4915112345678', name: 'Blocked' },
  ],
  lists: { blocked: ['+49 151 1234 5678'], allowed: ['4915112345678', 'BR.1'] },
  phoneForms,
  countryOf,
}

/** The example of contract, section 1. */
const example = policySchema.parse({
  schema: 1,
  id: 'main-line',
  name: 'Main line',
  numbers: ['*'],
  start: 'blocked',
  fallback: { kind: 'reject', message: { text: 'Sorry, we could not take your call.' } },
  nodes: {
    blocked: {
      kind: 'condition',
      when: { any: [{ fact: 'caller.blocked', operator: 'equal', value: true }] },
      exits: { yes: 'bye', no: 'spam', unknown: 'spam' },
    },
    bye: { kind: 'reject', silent: true, reason: 'blocked by an operator' },
    spam: {
      kind: 'velocity',
      scope: 'caller',
      limit: 5,
      windowMinutes: 10,
      exits: { exceeded: 'hold', within: 'vip', unknown: 'vip' },
    },
    hold: { kind: 'block', minutes: 60, next: 'tooMany' },
    tooMany: { kind: 'reject', message: { text: 'You have called several times.' } },
    vip: { kind: 'vip', minPriority: 80, exits: { yes: 'alert', no: 'hours', unknown: 'hours' } },
    alert: {
      kind: 'notify',
      level: 'high',
      text: 'VIP {{caller.name | default: "caller"}} is ringing',
      next: 'toOwner',
    },
    toOwner: { kind: 'accept', target: { owner: true }, ringSeconds: 15, otherwise: 'vm' },
    hours: {
      kind: 'hours',
      calendar: 'support',
      exits: { open: 'crm', closed: 'sorry', holiday: 'sorry', unknown: 'crm' },
    },
    sorry: {
      kind: 'reject',
      message: {
        text: 'We are open again {{hours.support.nextOpen | time: "ccc HH:mm"}}.',
        locales: { fr: 'Nous ouvrons {{hours.support.nextOpen | time: "cccc HH:mm"}}.' },
        url: { label: 'Book a callback', href: 'https://example.com/book?c={{call.id}}' },
      },
    },
    crm: {
      kind: 'crm',
      deadlineMs: 80,
      exits: { found: 'team', missing: 'lead', unknown: 'team' },
    },
    lead: { kind: 'reject', message: { text: 'Leave your name.' } },
    team: {
      kind: 'agents',
      team: 'support',
      exits: { available: 'toTeam', busy: 'ai', dnd: 'sorry', unknown: 'toTeam' },
    },
    toTeam: { kind: 'accept', target: { team: 'support' }, ringSeconds: 20, otherwise: 'vm' },
    ai: { kind: 'ai_pickup', assistant: 'reception', otherwise: 'vm' },
    vm: { kind: 'voicemail', mode: 'record', greeting: 'default', maxSeconds: 120 },
  },
})
const compiled = compile(example, installation)
// 12:00 on a Friday in Paris
const open = '2026-11-20T12:00:00+01:00'
const night = '2026-11-20T23:00:00+01:00'

function decided(part: Omit<Case, 'name' | 'expect' | 'at'> & { at?: string }) {
  const theCase = caseSchema.parse({ name: 'x', at: open, expect: { outcome: 'reject' }, ...part })
  const { walked, message, read } = decideCase(compiled, theCase, world)
  const value = (name: string): unknown => {
    const seen = read(name)
    return seen && ('value' in seen ? seen.value : `unknown: ${seen.unknown}`)
  }
  return { path: walked.path.map(({ node }) => node), walked, text: message?.text, message, value }
}

describe('a case of the example in the contract', () => {
  test.each([
    ['a stranger', {}, 'blocked spam vip hours crm team toTeam'],
    ['a stranger at night', { at: night }, 'blocked spam vip hours sorry'],
    ['a holiday', { at: '2026-12-25T12:00:00+01:00' }, 'blocked spam vip hours sorry'],
    ['somebody blocked', { caller: { blocked: true } }, 'blocked bye'],
    ['a blocked phone', { caller: '+4915112345678' }, 'blocked bye'],
    ['a seeded phone', { caller: '+5511987654321' }, 'blocked spam vip alert toOwner'],
    ['its other spelling', { caller: '+55 11 8765-4321' }, 'blocked spam vip alert toOwner'],
    ['a seeded user id', { caller: 'BR.1' }, 'blocked spam vip alert toOwner'],
    ['another user id', { caller: 'BR.2' }, 'blocked spam vip hours crm team toTeam'],
    ['caller facts', { caller: { priority: 80 } }, 'blocked spam vip alert toOwner'],
    [
      'caller facts in full',
      { caller: { 'caller.priority': 80 } },
      'blocked spam vip alert toOwner',
    ],
    ['many calls', { facts: { 'velocity.caller.10m': 6 } }, 'blocked spam hold tooMany'],
    [
      'five calls',
      { facts: { 'velocity.caller.10m': 5 } },
      'blocked spam vip hours crm team toTeam',
    ],
    ['nobody in the CRM', { facts: { 'crm.found': false } }, 'blocked spam vip hours crm lead'],
    [
      'a busy team',
      { facts: { 'agents.support.status': 'busy' } },
      'blocked spam vip hours crm team ai',
    ],
    [
      'unknown hours',
      { at: night, facts: { 'hours.support': 'unknown' } },
      'blocked spam vip hours crm team toTeam',
    ],
    [
      'a value of the wrong type',
      { facts: { 'caller.blocked': 'yes' } },
      'blocked spam vip hours crm team toTeam',
    ],
  ] satisfies [string, Parameters<typeof decided>[0], string][])('%s', (_name, part, path) => {
    expect(decided(part).path.join(' ')).toBe(path)
  })

  test('renders the follow-up of its outcome, with the case as the clock', () => {
    const { message } = decided({ at: night, call: { id: 'ref 1' } })
    expect(message?.text).toBe('We are open again Mon 09:00.')
    expect(message?.url?.href).toBe('https://example.com/book?c=ref%201')
  })

  test('renders it in the language of the caller', () => {
    const french = decided({ at: night, caller: { language: 'fr-CA' } })
    expect(french.text).toBe('Nous ouvrons lundi 09:00.')
    expect(decided({ at: night, facts: { 'caller.language': 'fr' } }).text).toBe(french.text)
  })

  test('has the message of the fallback where the policy has no way on', () => {
    const { walked, text } = decided({ facts: { 'agents.support.status': 'offline' } })
    expect(walked.fallback).toBe(false)
    const withoutUnknown = policySchema.parse({
      ...example,
      nodes: {
        blocked: { ...example.nodes.blocked, exits: { yes: 'bye', no: 'bye' } },
        bye: example.nodes.bye,
      },
    })
    const lost = decideCase(
      compile(withoutUnknown, installation),
      caseSchema.parse({
        name: 'x',
        at: open,
        facts: { 'caller.blocked': 'unknown' },
        expect: { outcome: 'reject' },
      }),
      world,
    )
    expect(lost.walked).toMatchObject({ fallback: 'unknown_exit', unknown: ['caller.blocked'] })
    expect([text, lost.message?.text]).toEqual([undefined, 'Sorry, we could not take your call.'])
  })

  test('notes which facts were unknown', () => {
    expect(decided({}).walked.unknown).toEqual(['crm.found'])
    expect(decided({ facts: { 'crm.found': true } }).walked.unknown).toEqual([])
  })

  test('gives the same again', () => {
    expect(decided({ caller: 'BR.1' }).walked).toEqual(decided({ caller: 'BR.1' }).walked)
  })
})

describe('the facts of a case', () => {
  test('are those of a stranger when it names none', () => {
    const { value } = decided({})
    const names = ['caller.known', 'caller.priority', 'caller.tier', 'history.calls', 'crm.tier']
    expect(names.map(value)).toEqual([false, 0, 'none', 0, 'unknown: not_configured'])
    expect(value('velocity.number.60m')).toBe(1)
    expect(value('velocity.prefix.60m')).toBe('unknown: not_found')
    expect(value('history.lastCallAt')).toBe('unknown: not_found')
    expect(value('call.at')).toBe(Date.parse(open))
  })

  test('are those of the seeded contact it names', () => {
    const { value } = decided({ caller: 'BR.1' })
    expect([value('caller.name'), value('caller.phone'), value('caller.country')]).toEqual([
      'Vera',
      '+5511987654321',
      'BR',
    ])
    expect([value('caller.known'), value('caller.key')]).toEqual([true, 'BR.1'])
    expect(value('agents.owner.status')).toBe('busy')
    expect(value('velocity.prefix.60m')).toBe(1)
  })

  test('can all be stated, instants as ISO text', () => {
    const { value } = decided({
      facts: {
        'history.calls': 3,
        'history.lastCallAt': '2026-11-19T08:00:00Z',
        'hours.support.nextOpen': '2026-11-23T08:00:00Z',
        'crm.tier': 'gold',
        'verification.pending': true,
        'ai.reception.ready': true,
        'caller.attributes.plan': 'pro',
      },
    })
    expect(value('history.calls')).toBe(3)
    expect(value('history.lastCallAt')).toBe(Date.parse('2026-11-19T08:00:00Z'))
    expect(value('hours.support.nextOpen')).toBe(Date.parse('2026-11-23T08:00:00Z'))
    expect([value('crm.tier'), value('verification.pending')]).toEqual(['gold', true])
    expect([value('ai.reception.ready'), value('caller.attributes.plan')]).toEqual([true, 'pro'])
  })

  test('can be stated as an instant in milliseconds', () => {
    const { value } = decided({ facts: { 'history.lastCallAt': 1_795_000_000_000 } })
    expect(value('history.lastCallAt')).toBe(1_795_000_000_000)
    expect(decided({ facts: { 'history.calls': '3' } }).value('history.calls')).toBe(
      'unknown: type',
    )
  })

  test('tell the call, as far as the case does', () => {
    const call = ['call.id', 'call.number', 'call.media', 'call.ctaPayload', 'call.deeplinkPayload']
    expect(call.map(decided({}).value)).toEqual(['case', 'line', 'voice', '', ''])
    const told = {
      id: 'r-1',
      number: 'desk',
      media: 'video' as const,
      ctaPayload: 'offer',
      deeplinkPayload: 'ad',
    }
    expect(call.map(decided({ call: told }).value)).toEqual(Object.values(told))
  })

  test('of a person the CRM does not know are not found', () => {
    expect(decided({ facts: { 'crm.found': false } }).value('crm.tier')).toBe('unknown: not_found')
  })

  test('of a stated caller are those stated, the rest those of a stranger', () => {
    const { value } = decided({ caller: { tags: ['vip'], 'attributes.plan': 'pro', owner: 'ada' } })
    expect([value('caller.tags'), value('caller.attributes.plan')]).toEqual([['vip'], 'pro'])
    expect([value('caller.known'), value('caller.priority')]).toEqual([false, 0])
    expect(value('agents.owner.status')).toBe('available')
  })

  test('of a stated phone are those of the contact, but for those stated', () => {
    const { value } = decided({ caller: { phone: '+551187654321', priority: 5 } })
    expect([value('caller.name'), value('caller.priority'), value('caller.known')]).toEqual([
      'Vera',
      5,
      true,
    ])
  })

  test('say that blocked beats allowed', () => {
    const { value } = decided({ caller: { blocked: true, allowed: true } })
    expect([value('caller.blocked'), value('caller.allowed')]).toEqual([true, false])
    const seeded = decided({ caller: '+4915112345678' })
    expect([seeded.value('caller.blocked'), seeded.value('caller.allowed')]).toEqual([true, false])
    expect(decided({ caller: 'BR.1' }).value('caller.allowed')).toBe(true)
  })

  test('that are no facts are told', () => {
    const theCase = caseSchema.parse({
      name: 'x',
      at: open,
      caller: { priority: 1, prioritee: 2 },
      facts: { 'hours.gone': 'open', 'crm.anything': 'x' },
      expect: { outcome: 'reject' },
    })
    expect(strayFacts(theCase, installation)).toEqual(['caller.prioritee', 'hours.gone'])
  })
})
