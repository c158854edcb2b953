import { describe, expect, it } from 'vitest'
import type { FactReader } from '../../server/policy/evaluate.ts'
import { walk } from '../../server/policy/evaluate.ts'
import { gateClause } from '../../server/policy/explain/gate-clause.ts'
import { english } from '../../server/policy/say/words.ts'
import type { NodeTrace } from '../../server/schema/decision.ts'
import type { UnknownReason } from '../../server/schema/facts.ts'
import type { Condition, Operand } from '../../server/schema/policy.ts'
import type { Known } from './engine-support.ts'
import { compileNodes, reader, walked } from './engine-support.ts'
import { leafTrace as leaf } from './leaf-trace.ts'

/** All exits of a gate lead to the same end. */
const to = (...exits: string[]) => Object.fromEntries(exits.map((exit) => [exit, 'end']))

/** The clause of a gate after the engine has walked through it. */
function clauseOf(node: object, read: FactReader): string {
  const { trace, facts } = walked(walk(compileNodes({ node, end: { kind: 'voicemail' } }), read))
  const [gate] = trace
  if (!gate) throw new Error('nothing was walked')
  return gateClause({ gate, facts, words: english })
}

const condition = (when: Condition) => ({
  kind: 'condition',
  when,
  exits: to('yes', 'no', 'unknown'),
})
const test = (fact: string, operator: string, value: Operand): Condition => ({
  fact,
  operator,
  value,
})
const is = (fact: string, value: Operand) => test(fact, 'equal', value)

/** A gate as no engine of today leaves it: masked, or of an older release. */
const told = (gate: Partial<NodeTrace>, facts: Known = {}): string =>
  gateClause({
    gate: { node: 'x', kind: 'condition', exit: 'yes', leaves: [], ...gate },
    facts: Object.fromEntries(
      Object.keys(facts).flatMap((name) => {
        const seen = reader(facts)(name)
        return seen ? [[name, seen]] : []
      }),
    ),
    words: english,
  })

const priority = 'caller.priority'
const name = 'caller.name'
const tier = 'caller.tier'
const tags = 'caller.tags'
const metals = ['gold', 'silver']

describe('what a condition found', () => {
  it.each<[string, Condition, Known]>([
    [
      'the caller’s priority is 95 (at least 80)',
      test(priority, 'greaterThanInclusive', 80),
      { [priority]: 95 },
    ],
    [
      'the caller’s priority is 35 (not at least 80)',
      test(priority, 'greaterThanInclusive', 80),
      { [priority]: 35 },
    ],
    ['the caller’s tier is gold', is(tier, 'gold'), { [tier]: 'gold' }],
    ['the caller’s tier is tin, not gold', is(tier, 'gold'), { [tier]: 'tin' }],
    ['the caller’s tier is tin, not gold', test(tier, 'notEqual', 'gold'), { [tier]: 'tin' }],
    ['the caller’s tier is gold', test(tier, 'notEqual', 'gold'), { [tier]: 'gold' }],
    ['the caller’s tier is gold', test(tier, 'in', metals), { [tier]: 'gold' }],
    [
      'the caller’s tier is tin (not one of gold or silver)',
      test(tier, 'in', metals),
      { [tier]: 'tin' },
    ],
    [
      'the caller’s tier is tin (none of gold or silver)',
      test(tier, 'notIn', metals),
      { [tier]: 'tin' },
    ],
    ['the caller’s tier is gold', test(tier, 'notIn', metals), { [tier]: 'gold' }],
    // yes and no, whichever was asked for
    ['the caller is a contact', is('caller.known', true), { 'caller.known': true }],
    ['the caller is no contact', is('caller.known', true), { 'caller.known': false }],
    ['the caller is a contact', is('caller.known', false), { 'caller.known': true }],
    ['the caller’s b1 is yes', is('caller.attributes.b1', true), { 'caller.attributes.b1': true }],
    // empty
    ['the caller’s name is empty', is(name, ''), { [name]: '' }],
    ['the caller’s name is not empty', is(name, ''), { [name]: 'Ana' }],
    ['the caller’s name is empty', test(name, 'notEqual', ''), { [name]: '' }],
    ['the caller’s name is not empty', test(name, 'notEqual', ''), { [name]: 'Ana' }],
    ['the caller’s name is Ana', is(name, 'Ana'), { [name]: 'Ana' }],
    [
      'the caller’s l1 is a (not with (none))',
      test('caller.attributes.l1', 'contains', ''),
      { 'caller.attributes.l1': ['a'] },
    ],
    // tags
    ['the caller is tagged vip', test(tags, 'contains', 'vip'), { [tags]: ['vip'] }],
    ['the caller is not tagged vip', test(tags, 'contains', 'vip'), { [tags]: ['press'] }],
    ['the caller is tagged vip', test(tags, 'doesNotContain', 'vip'), { [tags]: ['vip'] }],
    ['the caller is not tagged vip', test(tags, 'doesNotContain', 'vip'), { [tags]: [] }],
    [
      'the caller’s l1 is a or b (with a)',
      test('caller.attributes.l1', 'contains', 'a'),
      { 'caller.attributes.l1': ['a', 'b'] },
    ],
    // another fact
    [
      'the caller’s s1 is a, not b',
      is('caller.attributes.s1', { fact: 'caller.attributes.s2' }),
      { 'caller.attributes.s1': 'a', 'caller.attributes.s2': 'b' },
    ],
  ])('%s: %j of %j', (sentence, when, facts) => {
    expect(clauseOf(condition(when), reader(facts))).toBe(sentence)
  })

  const known = is('caller.known', true)
  const blocked = is('caller.blocked', true)
  const gold = is(tier, 'gold')

  it.each<[string, Condition, Known]>([
    [
      'the caller is a contact',
      { any: [blocked, known] },
      { 'caller.blocked': false, 'caller.known': true },
    ],
    [
      'the caller is not blocked and the caller is no contact',
      { any: [blocked, known] },
      { 'caller.blocked': false, 'caller.known': false },
    ],
    [
      'the caller is no contact',
      { all: [blocked, known] },
      { 'caller.blocked': true, 'caller.known': false },
    ],
    [
      'the caller is a contact',
      { any: [gold, known] },
      { [tier]: { unknown: 'error' }, 'caller.known': true },
    ],
    [
      'the caller is no contact',
      { all: [gold, known] },
      { [tier]: { unknown: 'error' }, 'caller.known': false },
    ],
    ['the caller is no contact', { not: known }, { 'caller.known': false }],
    ['the caller is a contact', { not: known }, { 'caller.known': true }],
    [
      'the caller is blocked',
      { not: { all: [known, { not: blocked }] } },
      { 'caller.known': true, 'caller.blocked': true },
    ],
    [
      'the caller is a contact and the caller is not blocked',
      { not: { all: [known, { not: blocked }] } },
      { 'caller.known': true, 'caller.blocked': false },
    ],
  ])('tells the tests that decided: %s', (sentence, when, facts) => {
    expect(clauseOf(condition(when), reader(facts))).toBe(sentence)
  })

  it('tells three tests and how many more there are', () => {
    const facts = { 'caller.known': true, 'caller.blocked': true, [tier]: 'gold', [name]: 'Ana' }
    const three = { all: [known, blocked, gold] }
    const five = { all: [known, blocked, gold, is(name, 'Ana'), is('caller.blocked', true)] }
    expect(clauseOf(condition(three), reader(facts))).toBe(
      'the caller is a contact, the caller is blocked and the caller’s tier is gold',
    )
    expect(clauseOf(condition(five), reader(facts))).toBe(
      'the caller is a contact, the caller is blocked, the caller’s tier is gold and 2 more',
    )
  })

  it('says of a yes or no that is hidden neither', () => {
    const hidden = leaf({ fact: 'caller.blocked', operand: true, value: '•••' })
    expect(told({ result: true, leaves: [hidden] })).toBe('the caller is •••')
  })

  it('says so where nothing had to be asked', () => {
    expect(told({ result: true })).toBe('nothing had to be asked')
    expect(told({ kind: 'hours', exit: 'open' })).toBe('nothing had to be asked')
    expect(told({ kind: 'agents', exit: 'busy' })).toBe('nothing had to be asked')
    expect(told({ kind: 'velocity', exit: 'within' })).toBe('nothing had to be asked')
    expect(told({ exit: 'unknown' })).toBe('nothing had to be asked')
  })
})

const velocity = (more: object) => ({
  kind: 'velocity',
  scope: 'caller',
  limit: 5,
  windowMinutes: 10,
  exits: to('exceeded', 'within', 'unknown'),
  ...more,
})
const vip = (more: object) => ({ kind: 'vip', exits: to('yes', 'no', 'unknown'), ...more })
const agents = (who: object) => ({
  kind: 'agents',
  ...who,
  exits: to('available', 'busy', 'dnd', 'offline', 'unknown'),
})
const crm = { kind: 'crm', exits: to('found', 'missing', 'unknown') }
const hours = {
  kind: 'hours',
  calendar: 'support',
  exits: to('open', 'closed', 'holiday', 'unknown'),
}
const metal = { kind: 'switch', fact: tier, exits: to('gold', 'default', 'unknown') }
const both = { minPriority: 80, tags: ['vip', 'press'] }

describe('what a gate found', () => {
  it.each<[string, object, Known]>([
    ['the caller is a VIP (priority 95, needs 80)', vip({ minPriority: 80 }), { [priority]: 95 }],
    ['the caller is no VIP (priority 10, needs 80)', vip({ minPriority: 80 }), { [priority]: 10 }],
    [
      'the caller is a VIP (tagged press)',
      vip({ tags: ['vip', 'press'] }),
      { [tags]: ['press', 'old'] },
    ],
    [
      'the caller is no VIP (none of the tags vip, press)',
      vip({ tags: ['vip', 'press'] }),
      { [tags]: ['old'] },
    ],
    [
      'the caller is no VIP (priority 10, needs 80 and none of the tags vip, press)',
      vip(both),
      { [priority]: 10, [tags]: [] },
    ],
    ['the caller is a VIP (tagged vip)', vip(both), { [priority]: 10, [tags]: ['vip'] }],
    [
      'this caller has called 6 times in 10 minutes (more than 5)',
      velocity({}),
      { 'velocity.caller.10m': 6 },
    ],
    [
      'this line was called 1 time in 1 hour (not more than 5)',
      velocity({ scope: 'number', windowMinutes: 60 }),
      { 'velocity.number.60m': 1 },
    ],
    [
      'numbers that begin alike have called 9 times in 1 day (more than 0)',
      velocity({ scope: 'prefix', digits: 4, limit: 0, windowMinutes: 1440 }),
      { 'velocity.prefix4.1440m': 9 },
    ],
    ['the CRM knows the caller', crm, { 'crm.found': true }],
    ['the CRM does not know the caller', crm, { 'crm.found': false }],
    ['support is open', hours, { 'hours.support': 'open' }],
    ['support is on holiday', hours, { 'hours.support': 'holiday' }],
    [
      'the caller’s own calendar is closed',
      { ...hours, calendar: 'sla' },
      { 'hours.sla': 'closed' },
    ],
    ['the caller’s tier is gold', metal, { [tier]: 'gold' }],
    ['the caller’s tier is tin', metal, { [tier]: 'tin' }],
    ['the caller’s tier is (none)', metal, { [tier]: '' }],
    [
      'the caller is in the chosen share of callers',
      { kind: 'split', percent: 100, exits: to('in', 'out', 'unknown') },
      { 'caller.key': 'ana' },
    ],
    [
      'the caller is not in the chosen share of callers',
      { kind: 'split', percent: 0, exits: to('in', 'out', 'unknown') },
      { 'caller.key': 'ana' },
    ],
  ])('%s', (sentence, node, facts) => {
    expect(clauseOf(node, reader(facts))).toBe(sentence)
  })

  it.each<[string, string, string, string]>([
    ['available', 'somebody of support is free', 'ana is free', 'the owner is free'],
    ['busy', 'everybody of support is busy', 'ana is busy', 'the owner is busy'],
    [
      'dnd',
      'nobody of support is to be disturbed',
      'ana is on do not disturb',
      'the owner is on do not disturb',
    ],
    ['offline', 'nobody of support is there', 'ana is offline', 'the owner is offline'],
  ])('says who is %s', (status, team, agent, owner) => {
    const read = reader({
      'agents.support.status': status,
      'agent.ana.status': status,
      'agents.owner.status': status,
    })
    expect(clauseOf(agents({ team: 'support' }), read)).toBe(team)
    expect(clauseOf(agents({ agent: 'ana' }), read)).toBe(agent)
    expect(clauseOf(agents({ owner: true }), read)).toBe(owner)
  })

  it('says a count that is hidden without a number', () => {
    const fact = 'velocity.caller.10m'
    const hidden = leaf({ fact, operator: 'greaterThan', operand: 5, value: '•••' })
    const gate = { kind: 'velocity', exit: 'exceeded', result: true }
    expect(told({ ...gate, leaves: [hidden] })).toBe(
      'the number of calls by this caller in 10 minutes is ••• (more than 5)',
    )
    expect(told({ ...gate, leaves: [{ ...hidden, value: 6, operand: '•••' }] })).toBe(
      'the number of calls by this caller in 10 minutes is 6 (more than •••)',
    )
  })

  it('says a status that it does not know as it is', () => {
    const fact = 'agents.support.status'
    const away = leaf({ fact, operand: 'away', value: 'away' })
    expect(told({ kind: 'agents', exit: 'away', leaves: [away] })).toBe('support is away')
    expect(told({ kind: 'agents', exit: 'away', leaves: [{ ...away, value: 7 }] })).toBe(
      'support is 7',
    )
  })
})

describe('what could not be known', () => {
  const unknown = (reason: UnknownReason) => ({ unknown: reason }) as const

  it.each<[UnknownReason, string]>([
    ['timeout', 'late'],
    ['error', 'failed'],
    ['not_configured', 'not set up'],
    ['not_found', 'not there'],
    ['type', 'of another kind'],
    ['open_circuit', 'not asked, it failed too often'],
  ])('is said with its reason: %s', (reason, why) => {
    const read = reader({ [tier]: unknown(reason) })
    expect(clauseOf(metal, read)).toBe(`the caller’s tier is not known (${why})`)
  })

  it.each<[string, object, string]>([
    ['whether the caller is a contact', condition(is('caller.known', true)), 'caller.known'],
    [
      'whether the caller’s priority is at least 80',
      condition(test(priority, 'greaterThanInclusive', 80)),
      priority,
    ],
    [
      'whether the caller’s tier is one of gold or silver',
      condition(test(tier, 'in', metals)),
      tier,
    ],
    // compared with another fact, of which the trace knows no value
    [
      'the caller’s s1',
      condition(is('caller.attributes.s1', { fact: name })),
      'caller.attributes.s1',
    ],
    ['the caller’s tier', metal, tier],
    ['whether support is open', hours, 'hours.support'],
    ['whether support is free', agents({ team: 'support' }), 'agents.support.status'],
    ['whether the caller is a VIP', vip({ minPriority: 80 }), priority],
    ['how often this caller has called', velocity({}), 'velocity.caller.10m'],
    [
      'how often this line was called',
      velocity({ scope: 'number', windowMinutes: 60 }),
      'velocity.number.60m',
    ],
    [
      'whether the number of calls by this caller in 10 minutes is more than 5',
      condition(test('velocity.caller.10m', 'greaterThan', 5)),
      'velocity.caller.10m',
    ],
  ])('%s is not known', (matter, node, fact) => {
    expect(clauseOf(node, reader({ [fact]: unknown('error') }))).toBe(
      `${matter} is not known (failed)`,
    )
  })

  it('is the first fact that was missing, not the first one asked', () => {
    const when = { any: [is('caller.known', true), is(tier, 'gold'), is(name, 'Ana')] }
    const facts = { 'caller.known': false, [tier]: unknown('type'), [name]: unknown('error') }
    expect(clauseOf(condition(when), reader(facts))).toBe(
      'whether the caller’s tier is gold is not known (of another kind)',
    )
  })

  it('is what a known fact was to be compared with', () => {
    const read = reader({ [tier]: 'gold', [name]: unknown('error') })
    expect(clauseOf(condition(is(tier, { fact: name })), read)).toBe(
      'what the caller’s tier is compared with is not known',
    )
  })

  it('is what was seen, where the facts do not say why', () => {
    const gate = { kind: 'switch', exit: 'unknown' }
    const leaves = [leaf({ value: '•••', result: 'unknown' })]
    expect(told({ ...gate, leaves })).toBe('the caller’s tier is •••')
    expect(told({ ...gate, leaves }, { [tier]: 'gold' })).toBe('the caller’s tier is •••')
    const other = [leaf({ fact: 'toString', value: 1, result: 'unknown' })]
    expect(told({ ...gate, leaves: other })).toBe('toString is 1')
    expect(told({ ...gate, leaves: [leaf({ value: 'x' })] }, { [tier]: unknown('error') })).toBe(
      'the caller’s tier is not known (failed)',
    )
  })

  it.each<[string, UnknownReason, number]>([
    ['no CRM is connected', 'not_configured', 0],
    ['the CRM did not answer in time', 'timeout', 0],
    ['the CRM did not answer in time', 'timeout', 0.9],
    ['the CRM did not answer in 1 ms', 'timeout', 1],
    ['the CRM did not answer in 80 ms', 'timeout', 79.6],
    ['the CRM failed', 'error', 80],
    ['the CRM failed', 'open_circuit', 0],
  ])('is told of the CRM: %s (%s after %d ms)', (sentence, reason, ms) => {
    const late: FactReader = (fact) =>
      fact === 'crm.found' ? { unknown: reason, source: 'test', ms } : undefined
    expect(clauseOf(crm, late)).toBe(sentence)
    expect(clauseOf(condition(is('crm.found', true)), late)).toBe(sentence)
  })
})
