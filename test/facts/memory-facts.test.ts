import { describe, expect, test } from 'vitest'
import type { CallerFile, MemoryInput } from '../../server/policy/memory-facts.ts'
import {
  calendarOfFact,
  memoryFacts,
  strangerFile,
  zoneOfFact,
} from '../../server/policy/memory-facts.ts'
import type { FactSeen } from '../../server/schema/facts.ts'
import { factNames } from '../../server/schema/facts.ts'
import { agentSchema } from '../../server/schema/seeds.ts'
import { installationOf, noon } from './support.ts'

const calendar = (zone: string, from: string, to: string) => ({
  zone,
  weekly: { fri: [[from, to] as [string, string]] },
  holidays: [],
  overrides: [],
})

const installation = installationOf({
  calendars: {
    support: calendar('Europe/Paris', '09:00', '17:00'),
    night: calendar('Asia/Tokyo', '22:00', '23:00'),
    never: { zone: 'UTC', weekly: {}, holidays: [], overrides: [] },
  },
  agents: [
    agentSchema.parse({ id: 'ada', teams: ['support'], status: 'busy' }),
    agentSchema.parse({ id: 'bo', teams: ['support', 'sales'], status: 'available' }),
    agentSchema.parse({ id: 'cy', teams: ['support'], status: 'available', callEnabled: false }),
    agentSchema.parse({ id: 'di', teams: ['quiet'], status: 'dnd' }),
    agentSchema.parse({ id: 'ed', teams: ['quiet'], status: 'offline' }),
  ],
  assistants: [{ id: 'reception', adapter: 'json', url: 'https://ai.example' }],
  declared: {
    attributes: [
      { name: 'plan', type: 'string', default: 'free', privacy: 'none' },
      { name: 'seats', type: 'number', privacy: 'none' },
      { name: 'renewal', type: 'instant', default: '2027-01-01T00:00:00Z', privacy: 'none' },
    ],
    crm: [],
    mapping: {},
  },
})

function facts(caller: CallerFile, more: Partial<MemoryInput> = {}) {
  const read = memoryFacts({
    call: { ref: 'r-1', line: 'line-1', media: 'voice', at: noon },
    caller,
    installation,
    velocity: ({ scope }) => (scope === 'prefix' ? undefined : 1),
    msNow: () => 0.5,
    ...more,
  })
  return (name: string): unknown => {
    const seen: FactSeen | undefined = read(name)
    if (!seen) return undefined
    return 'value' in seen ? seen.value : `unknown: ${seen.unknown}`
  }
}

const stranger = facts(strangerFile({ phone: '+4915112345678', country: 'DE' }))
const withContact = (contact: NonNullable<CallerFile['contact']>, more: Partial<CallerFile> = {}) =>
  facts({ ...strangerFile({ phone: '+4915112345678', country: 'DE' }), contact, ...more })

describe('a stranger', () => {
  test.each([
    ['call.id', 'r-1'],
    ['call.number', 'line-1'],
    ['call.media', 'voice'],
    ['call.at', noon],
    ['call.ctaPayload', ''],
    ['call.deeplinkPayload', ''],
    ['caller.key', '+4915112345678'],
    ['caller.phone', '+4915112345678'],
    ['caller.userId', ''],
    ['caller.country', 'DE'],
    ['caller.name', ''],
    ['caller.known', false],
    ['caller.priority', 0],
    ['caller.tier', 'none'],
    ['caller.tags', []],
    ['caller.blocked', false],
    ['caller.allowed', false],
    ['caller.optedOut', false],
    ['caller.owner', ''],
    ['caller.queue', ''],
    ['caller.language', ''],
    ['caller.attributes.plan', 'free'],
    ['caller.attributes.seats', 'unknown: not_found'],
    ['caller.attributes.renewal', Date.parse('2027-01-01T00:00:00Z')],
    ['caller.attributes.undeclared', 'unknown: not_found'],
    ['hours.support', 'open'],
    ['hours.support.nextOpen', noon],
    ['hours.support.today', '09:00–17:00'],
    ['hours.never', 'closed'],
    ['hours.never.nextOpen', 'unknown: not_found'],
    ['hours.never.today', ''],
    ['hours.sla', 'unknown: not_found'],
    ['hours.sla.nextOpen', 'unknown: not_found'],
    ['hours.sla.today', 'unknown: not_found'],
    ['velocity.caller.10m', 1],
    ['velocity.number.1440m', 1],
    ['velocity.prefix.10m', 'unknown: not_found'],
    ['agents.support.available', 1],
    ['agents.support.status', 'available'],
    ['agents.quiet.status', 'dnd'],
    ['agents.nobody.available', 0],
    ['agents.nobody.status', 'offline'],
    ['agents.owner.status', 'unknown: not_found'],
    ['agent.ada.status', 'busy'],
    ['agent.cy.status', 'offline'],
    ['agent.gone.status', 'unknown: not_configured'],
    ['history.calls', 0],
    ['history.lastOutcome', ''],
    ['history.lastCallAt', 'unknown: not_found'],
    ['ai.reception.ready', false],
    ['ai.gone.ready', 'unknown: not_configured'],
    ['verification.pending', false],
  ])('has %s = %j', (name, value) => {
    expect(stranger(name)).toEqual(value)
  })

  test('has every fact the catalogue names, except the remote ones', () => {
    const missing = factNames(installation).filter((name) => stranger(name) === undefined)
    expect(missing).toEqual(['crm.found'])
  })

  test.each(['caller.attributes', 'hours.gone', 'crm.tier', 'caller.__proto__', 'nothing', ''])(
    'has no memory fact "%s"',
    (name) => expect(stranger(name)).toBeUndefined(),
  )
})

describe('a contact', () => {
  test('gives its values', () => {
    const read = withContact({
      phone: '+4915112345678',
      name: 'Ada',
      priority: 90,
      tier: 'gold',
      owner: 'ada',
      language: 'fr',
      country: 'FR',
      optedOut: true,
      slaCalendar: 'night',
      attributes: { plan: 'pro', seats: 7, undeclared: true },
    })
    const names = ['name', 'known', 'priority', 'tier', 'owner', 'language', 'country', 'optedOut']
    const values = names.map((name) => read(`caller.${name}`))
    expect(values).toEqual(['Ada', true, 90, 'gold', 'ada', 'fr', 'FR', true])
    expect(read('caller.attributes.plan')).toBe('pro')
    expect(read('caller.attributes.seats')).toBe(7)
    expect(read('caller.attributes.undeclared')).toBe(true)
    expect(read('agents.owner.status')).toBe('busy')
    expect(read('hours.sla')).toBe('closed')
    expect(read('hours.sla.today')).toBe('22:00–23:00')
  })

  test('with an attribute of another type has an unknown one', () => {
    const read = withContact({
      userId: 'DE.1',
      attributes: { seats: 'many', renewal: 'soon', plan: 5 },
    })
    expect(read('caller.attributes.seats')).toBe('unknown: type')
    expect(read('caller.attributes.renewal')).toBe('unknown: type')
    expect(read('caller.attributes.plan')).toBe('unknown: type')
    expect(read('caller.attributes.toString')).toBe('unknown: not_found')
  })

  test('that names a calendar or an owner nobody configured has unknown facts', () => {
    const read = withContact({ userId: 'DE.1', slaCalendar: 'gone', owner: 'gone' })
    expect(read('hours.sla')).toBe('unknown: not_configured')
    expect(read('agents.owner.status')).toBe('unknown: not_configured')
  })

  test('that is blocked is not allowed', () => {
    const read = withContact({ userId: 'DE.1' }, { blocked: true, allowed: true })
    expect([read('caller.blocked'), read('caller.allowed')]).toEqual([true, false])
  })

  test('without a name has the one of the profile', () => {
    expect(withContact({ userId: 'DE.1' }, { profileName: 'ada99' })('caller.name')).toBe('ada99')
  })
})

describe('a contact of whom little is known', () => {
  test('has the facts of a stranger', () => {
    const read = withContact({ userId: 'DE.1', country: '', name: '', tier: '' })
    const names = ['country', 'name', 'tier', 'priority', 'owner', 'language', 'optedOut', 'known']
    expect(names.map((name) => read(`caller.${name}`))).toEqual([
      'DE',
      '',
      'none',
      0,
      '',
      '',
      false,
      true,
    ])
    expect(read('caller.attributes.plan')).toBe('free')
  })

  test('is told by the file of the call', () => {
    const file: CallerFile = {
      ...strangerFile({ userId: 'DE.1', profileName: 'ada99' }),
      tags: ['gold', 'late'],
      allowed: true,
      queue: 'sales',
      history: { calls: 3, lastOutcome: 'reject', lastCallAt: noon - 5 },
      verificationPending: true,
    }
    const call = { ref: 'r-2', line: 'line-2', media: 'video', at: noon + 7 } as const
    const read = facts(file, { call: { ...call, ctaPayload: 'offer', deeplinkPayload: 'ad' } })
    const told = {
      'call.id': 'r-2',
      'call.number': 'line-2',
      'call.media': 'video',
      'call.at': noon + 7,
      'call.ctaPayload': 'offer',
      'call.deeplinkPayload': 'ad',
      'caller.key': 'DE.1',
      'caller.phone': '',
      'caller.userId': 'DE.1',
      'caller.country': '',
      'caller.name': 'ada99',
      'caller.tags': ['gold', 'late'],
      'caller.blocked': false,
      'caller.allowed': true,
      'caller.queue': 'sales',
      'history.calls': 3,
      'history.lastOutcome': 'reject',
      'history.lastCallAt': noon - 5,
      'verification.pending': true,
    }
    const names = Object.keys(told)
    expect(Object.fromEntries(names.map((name) => [name, read(name)]))).toEqual(told)
  })
})

describe('a stranger’s file', () => {
  const nobody = {
    tags: [],
    blocked: false,
    allowed: false,
    queue: '',
    history: { calls: 0, lastOutcome: '' },
    verificationPending: false,
  }
  test.each([
    [undefined, { key: 'stranger' }],
    [{ phone: '+49151' }, { phone: '+49151', key: '+49151' }],
    [
      { phone: '+49151', userId: 'DE.1' },
      { phone: '+49151', userId: 'DE.1', key: 'DE.1' },
    ],
    [
      { key: 'k', userId: 'DE.1' },
      { userId: 'DE.1', key: 'k' },
    ],
    [
      { profileName: 'Ada', country: 'DE' },
      { profileName: 'Ada', country: 'DE', key: 'stranger' },
    ],
  ])('of %j', (ids, file) => {
    expect(strangerFile(ids)).toEqual({ ...nobody, ...file })
  })
})

test.each([
  ['call.at', { value: noon, source: 'signal' }],
  ['caller.tier', { value: 'none', source: 'caller' }],
  ['caller.attributes.plan', { value: 'free', source: 'caller' }],
  ['caller.attributes.seats', { unknown: 'not_found', source: 'caller' }],
  ['history.calls', { value: 0, source: 'history' }],
  ['history.lastCallAt', { unknown: 'not_found', source: 'history' }],
  ['hours.support', { value: 'open', source: 'hours' }],
  ['velocity.caller.10m', { value: 4, source: 'velocity' }],
  ['agents.support.available', { value: 1, source: 'agents' }],
  ['ai.reception.ready', { value: false, source: 'assistants' }],
  ['verification.pending', { value: false, source: 'verification' }],
])('%s tells where it is from, and when it was settled', (name, fact) => {
  const read = memoryFacts({
    call: { ref: 'r-1', line: 'line-1', media: 'voice', at: noon },
    caller: strangerFile(),
    installation,
    velocity: () => 4,
    msNow: () => 2.5,
  })
  expect(read(name)).toEqual({ ...fact, ms: 2.5 })
})

test.each([
  ['velocity.caller.10m', { scope: 'caller', digits: 6, minutes: 10 }],
  ['velocity.number.60m', { scope: 'number', digits: 6, minutes: 60 }],
  ['velocity.prefix4.1440m', { scope: 'prefix', digits: 4, minutes: 1440 }],
])('%s asks how many calls there were', (name, spec) => {
  const asked: unknown[] = []
  facts(strangerFile(), { velocity: (one) => asked.push(one) })(name)
  expect(asked).toEqual([spec])
})

test('the same name tells of another installation what that has', () => {
  const other = { ...installation, agents: [], assistants: [], calendars: {} }
  const read = facts(strangerFile(), { installation: other })
  const names = ['hours.support', 'agents.support.status', 'agent.ada.status', 'ai.reception.ready']
  expect(names.map(read)).toEqual([
    undefined,
    'offline',
    'unknown: not_configured',
    'unknown: not_configured',
  ])
  expect(names.map(stranger)).toEqual(['open', 'available', 'busy', false])
})

test.each([
  ['hours.support', 'support'],
  ['hours.support.nextOpen', 'support'],
  ['hours.support.today', 'support'],
  ['hours.sla', 'night'],
  ['hours.sla.today', 'night'],
  ['hours.gone', undefined],
  ['hours.toString', undefined],
  ['hours.', undefined],
  ['caller.tier', undefined],
  ['my.hours.support', undefined],
])('%s tells of the calendar %s', (name, calendarName) => {
  const caller = { contact: { userId: 'DE.1', slaCalendar: 'night' } }
  const expected = calendarName && installation.calendars[calendarName]
  expect(calendarOfFact(name, caller, installation)).toBe(expected)
})

test('a fact is looked up once a call and keeps its value', () => {
  let asked = 0
  const input = { velocity: () => (asked += 1) }
  const read = facts(strangerFile(), input)
  expect([read('velocity.caller.5m'), read('velocity.caller.5m')]).toEqual([1, 1])
})

test('an opening is told in the zone of its calendar', () => {
  const caller = { contact: { userId: 'DE.1', slaCalendar: 'night' } }
  expect(zoneOfFact('hours.support.nextOpen', caller, installation)).toBe('Europe/Paris')
  expect(zoneOfFact('hours.sla.nextOpen', caller, installation)).toBe('Asia/Tokyo')
  expect(zoneOfFact('hours.sla.nextOpen', {}, installation)).toBeUndefined()
  expect(zoneOfFact('call.at', caller, installation)).toBeUndefined()
})
