import { describe, expect, it } from 'vitest'
import type { World } from '../../server/policy/case-caller.ts'
import { caseCaller, strayFacts, withOwner } from '../../server/policy/case-caller.ts'
import { callersNamed, worldFrom } from '../../server/policy/case-world.ts'
import type { Case } from '../../server/schema/cases.ts'
import type { Contact } from '../../server/schema/seeds.ts'
import { installation } from './engine-support.ts'

const jo: Contact = { phone: '+447700900777', userId: 'GB.42', name: 'Jo', tags: ['vip'] }
const al: Contact = { phone: '+4930123456', name: 'Al' }
const mo: Contact = { userId: '4915112345678', name: 'Mo' }
const world: World = {
  installation,
  contacts: [jo, al, mo, { ...jo, name: 'Jo again' }],
  lists: { blocked: ['00 49 (30) 123-456', 'GB.66'], allowed: ['+44 7700.900777', 'GB.66'] },
  countryOf: (phone, userId) =>
    phone?.startsWith('+49') ? 'DE' : userId?.startsWith('GB.') ? 'GB' : undefined,
}
const fileOf = (caller: Case['caller'], of: World = world) => caseCaller(caller, of).file
const stated = (caller: Case['caller'], of: World = world) =>
  Object.fromEntries(caseCaller(caller, of).stated)

describe('the caller of a case', () => {
  it('is a stranger where none is named', () => {
    const { file, stated: facts } = caseCaller(undefined, world)
    expect(file).toEqual({
      ...{ key: 'stranger', tags: [], blocked: false, allowed: false, queue: '' },
      history: { calls: 0, lastOutcome: '' },
      verificationPending: false,
    })
    expect([...facts]).toEqual([['caller.known', false]])
  })

  it('is all that the address book and the lists say', () => {
    expect(fileOf('+447700900777')).toMatchObject({
      ...{ key: 'GB.42', phone: '+447700900777', userId: 'GB.42', country: 'GB' },
      ...{ contact: jo, tags: ['vip'], blocked: false, allowed: true },
    })
    expect(stated('+447700900777')).toEqual({ 'caller.known': true })
    expect(fileOf('GB.42')).toEqual(fileOf('+447700900777'))
    expect(fileOf('+4930123456')).toMatchObject({
      ...{ key: '+4930123456', country: 'DE', contact: al, tags: [] },
      ...{ blocked: true, allowed: false },
    })
  })

  it.each([
    '+447700900777',
    '447700900777',
    '00447700900777',
    '+44 (7700) 900-777',
    '44.7700.900777',
  ])('is known by a phone number however it is spelt: %s', (phone) => {
    expect(fileOf(phone).contact).toBe(jo)
    expect(fileOf({ phone }).phone).toBe('+447700900777')
  })

  it.each([
    '12345',
    '0123456',
    '1234567890123456',
    '+44x7700900777',
    'x447700900777',
    '447700900777x',
  ])('is one by a user id where the text can be no phone number: %s', (userId) => {
    expect(fileOf(userId)).toMatchObject({ key: userId, userId })
    expect(fileOf(userId).phone).toBeUndefined()
    expect(stated(userId)).toEqual({ 'caller.known': false })
  })

  it.each(['123456', '123456789012345'])('is a stranger by a phone number: %s', (phone) => {
    expect(fileOf(phone)).toMatchObject({ key: `+${phone}`, phone: `+${phone}` })
    expect(fileOf(phone).userId).toBeUndefined()
  })

  it('is known by a user id that looks like a phone number', () => {
    expect(fileOf('4915112345678')).toMatchObject({ userId: '4915112345678', contact: mo })
    expect(fileOf({ phone: '4915112345678' }).contact).toBeUndefined()
  })

  it('is known by the user id first, and by the phone number second', () => {
    expect(fileOf({ userId: 'GB.42', phone: '+4930123456' }).contact).toBe(jo)
    expect(fileOf({ userId: 'GB.1', phone: '+4930123456' })).toMatchObject({
      ...{ contact: al, userId: 'GB.1', phone: '+4930123456', key: 'GB.1' },
    })
  })

  it('is on a list by either of them', () => {
    expect(fileOf('GB.66')).toMatchObject({ blocked: true, allowed: true })
    expect(fileOf({ userId: 'GB.66', phone: '+447700900777' })).toMatchObject({ blocked: true })
    expect(fileOf({ userId: 'GB.1', phone: '+4930123456' })).toMatchObject({ blocked: true })
    expect(fileOf('GB.1')).toMatchObject({ blocked: false, allowed: false })
  })

  it('has the first of many spellings, as the world tells them', () => {
    const forms = (all: string[]): World => ({ ...world, phoneForms: () => all })
    expect(fileOf('447700900777', forms(['+1', '+2'])).phone).toBe('+1')
    expect(fileOf('447700900777', forms([])).phone).toBe('+447700900777')
    const asked: string[] = []
    const listening: World = {
      ...{ installation, contacts: [], lists: { blocked: [], allowed: [] } },
      phoneForms: (phone) => {
        asked.push(phone)
        return [phone]
      },
    }
    fileOf({ phone: '00 44 7700 900777' }, listening)
    expect(new Set(asked)).toEqual(new Set(['+447700900777']))
  })

  it('has the phone number as it is told where it can be none', () => {
    expect(fileOf({ phone: 'anonymous' })).toMatchObject({ phone: 'anonymous', key: 'anonymous' })
  })

  it('has no country where nobody can tell', () => {
    const { countryOf: _, ...plain } = world
    expect(fileOf('GB.42', plain).country).toBeUndefined()
  })
})

describe('what a case states of its caller', () => {
  it('are facts, named with or without `caller.`', () => {
    const caller = { priority: 5, 'caller.tier': 'gold', 'history.calls': 3, oops: 'x' }
    expect(stated(caller)).toEqual({
      'caller.priority': 5,
      'caller.tier': 'gold',
      'history.calls': 3,
      'caller.oops': 'x',
      'caller.known': false,
    })
  })

  it('goes before the address book and the lists', () => {
    const { file, stated: facts } = caseCaller(
      { phone: '+4930123456', key: 'somebody', blocked: false, allowed: true, known: false },
      world,
    )
    expect(file).toMatchObject({ key: 'somebody', contact: al, blocked: false, allowed: true })
    expect(Object.fromEntries(facts)).toEqual({
      'caller.phone': '+4930123456',
      'caller.key': 'somebody',
      'caller.known': false,
    })
  })

  it('leaves what the lists say where it is no yes or no', () => {
    const caller = { phone: '+4930123456', blocked: 'no', 'caller.allowed': 1 }
    expect(fileOf(caller)).toMatchObject({ blocked: true, allowed: false })
  })

  it('is nobody by an empty phone number, user id or key', () => {
    expect(fileOf({ phone: '', userId: '', key: '' })).toMatchObject({ key: 'stranger' })
    expect(fileOf({ phone: 7, userId: true })).toMatchObject({ key: 'stranger' })
  })

  it('says whether the caller is known, by the address book alone', () => {
    expect(stated({ phone: '+447700900777' })['caller.known']).toBe(true)
    expect(stated({ userId: 'GB.1' })['caller.known']).toBe(false)
    expect(stated({ userId: 'GB.1', owner: 'ana' })['caller.known']).toBe(false)
    expect(stated({ userId: 'GB.42', known: false })['caller.known']).toBe(false)
  })

  it('gives the caller an owner', () => {
    expect(fileOf({ phone: '+447700900777', owner: 'ana' }).contact).toEqual({
      ...jo,
      owner: 'ana',
    })
    expect(fileOf({ owner: 'ana' }).contact).toEqual({ owner: 'ana' })
    expect(fileOf({ owner: 5 }).contact).toBeUndefined()
    expect(withOwner(jo, undefined)).toBe(jo)
    expect(withOwner(undefined, undefined)).toBeUndefined()
  })
})

describe('names in a case that are no facts', () => {
  const theCase = (more: Partial<Case>): Case => ({
    name: 'x',
    at: '2026-11-20T09:00:00Z',
    expect: { outcome: 'reject' },
    ...more,
  })

  it('are told, of the caller and of all else', () => {
    const caller = { priority: 1, 'caller.prority': 2, teir: 'gold', 'history.calls': 1 }
    const facts = { 'hours.support': 'open', 'hours.sales': 'open' }
    expect(strayFacts(theCase({ caller, facts }), installation)).toEqual([
      'caller.prority',
      'caller.teir',
      'hours.sales',
    ])
  })

  it('are none where a case names its caller or says nothing', () => {
    expect(strayFacts(theCase({ caller: '+447700900777' }), installation)).toEqual([])
    expect(strayFacts(theCase({}), installation)).toEqual([])
  })
})

describe('the world of cases', () => {
  it('is asked for the callers that cases name, each once and sorted', () => {
    const callers: Case['caller'][] = [
      'GB.42',
      undefined,
      { phone: '+2', userId: 'U1', name: 'Jo' },
      { 'caller.phone': '+3', 'caller.userId': 'U2', phone: '' },
      { phone: 5, userId: true },
      '+1',
    ]
    expect(callersNamed(callers.map((caller) => ({ caller })))).toEqual([
      '+1',
      '+2',
      '+3',
      'GB.42',
      'U1',
      'U2',
    ])
    expect(callersNamed([])).toEqual([])
  })

  it('answers by what was told, and by nothing else', () => {
    const told = {
      contacts: [jo],
      lists: { blocked: ['+1'], allowed: [] },
      phones: {
        '+447700900777': { forms: ['+447700900777', '07700900777'], country: 'GB' },
        '+1': { forms: ['+1'], country: null },
      },
      users: { 'GB.42': 'GB' },
    }
    const made = worldFrom(told, installation)
    expect(made).toMatchObject({ installation, contacts: [jo], lists: told.lists })
    expect(made.phoneForms?.('+447700900777')).toEqual(['+447700900777', '07700900777'])
    expect(made.phoneForms?.('+99')).toEqual(['+99'])
    expect(made.phoneForms?.('constructor')).toEqual(['constructor'])
    expect(made.countryOf?.('+447700900777', 'none')).toBe('GB')
    expect(made.countryOf?.('+1', 'GB.42')).toBe('GB')
    expect(made.countryOf?.('+99', 'GB.42')).toBe('GB')
    expect(made.countryOf?.(undefined, 'GB.42')).toBe('GB')
    expect(made.countryOf?.('+1')).toBeUndefined()
    expect(made.countryOf?.(undefined, 'constructor')).toBeUndefined()
    expect(made.countryOf?.()).toBeUndefined()
  })
})
