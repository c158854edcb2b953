import { describe, expect, it } from 'vitest'
import { emptyInstallation } from '../../server/schema/installation.ts'
import { policySchema } from '../../server/schema/policy.ts'
import { validate, worstCase } from '../../server/policy/validate/validate.ts'
import { inWords } from './problem-words.ts'
import { at, brief, check, installation, mainLine, policyOf } from './validate-example.ts'

type Nodes = Record<string, object>
const other = { kind: 'voicemail' }
const exits = { yes: 'end', no: 'other' }
const leaf = (fact: string, operator: string, value: unknown) => ({ fact, operator, value })
const condition = (when: object, more = exits) => ({ kind: 'condition', when, exits: more })
const vip = (minPriority: number, yes: string, no: string) => ({
  kind: 'vip',
  minPriority,
  exits: { yes, no },
})
const hours = (open: string, closed: string) => ({
  kind: 'hours',
  calendar: 'support',
  exits: { open, closed, holiday: closed },
})
const split = (percent: number) => ({ kind: 'split', percent, exits: { in: 'end', out: 'other' } })
const crm = (deadlineMs?: number, connector?: string) => ({
  kind: 'crm',
  ...(deadlineMs ? { deadlineMs } : {}),
  ...(connector ? { connector } : {}),
  exits: { found: 'end', missing: 'other' },
})
const team = (name: string, available = 'end') => ({
  kind: 'agents',
  team: name,
  exits: { available },
})
const low = leaf('caller.priority', 'lessThan', 5)
const high = leaf('caller.priority', 'greaterThan', 5)
const velocity = {
  kind: 'velocity',
  scope: 'caller',
  limit: 0,
  windowMinutes: 5,
  exits: { exceeded: 'end', within: 'other' },
}

// prettier-ignore
const warnings: [what: string, expected: string[], nodes: Nodes, more?: object][] = [
  ['a node that nothing leads to', ['unreachable_node other'], { other }, { start: 'end' }],
  ['nodes that only lead to each other', ['unreachable_node a', 'unreachable_node other'], { a: { kind: 'tag', tags: ['x'], next: 'other' }, other }, { start: 'end' }],
  ['a limit that every call exceeds', ['exit_never_taken a'], { a: velocity, other }],
  ['a condition that contradicts itself', ['exit_never_taken a'], { a: condition({ all: [low, high] }), other }],
  ['a condition that is always true', ['exit_never_taken a'], { a: condition({ any: [{ not: low }, low] }), other }],
  ['a fact compared with itself', ['exit_never_taken a'], { a: condition(leaf('call.at', 'lessThan', { fact: 'call.at' })), other }],
  ['an empty list', ['exit_never_taken a'], { a: condition(leaf('caller.tier', 'in', [])), other }],
  ['a default beside every value', ['exit_never_taken a'], { a: { kind: 'switch', fact: 'caller.known', exits: { true: 'end', false: 'other', default: 'other' } }, other }],
  ['a split of nobody', ['exit_never_taken a'], { a: split(0), other }],
  ['a split of everybody', ['exit_never_taken a'], { a: split(100), other }],
  ['hours asked twice', ['exit_never_taken b', 'exit_never_taken b'], { a: hours('b', 'end'), b: hours('end', 'other'), other }],
  ['a narrower question after a wider one', ['shadowed_condition b'], { a: vip(80, 'end', 'b'), b: vip(90, 'other', 'end'), other }],
  ['an assistant nobody set up', ['not_configured a'], { a: { kind: 'ai_pickup', assistant: 'recption', otherwise: 'end' } }],
  ['a team nobody is in', ['not_configured a'], { a: team('sales') }],
  ['an agent nobody knows', ['not_configured a'], { a: { kind: 'accept', target: { agent: 'bob' }, otherwise: 'end' } }],
  ['a connector that is not there', ['not_configured a'], { a: crm(80, 'sugar'), other }],
  ['a fact of a team nobody is in', ['not_configured a'], { a: condition(leaf('agents.sales.available', 'greaterThan', 0)), other }],
  ['a fallback nobody set up', ['not_configured -'], {}, { fallback: { kind: 'ai_pickup', assistant: 'x' } }],
  ['a CRM slower than the budget', ['over_budget a'], { a: crm(200), other }],
]

describe('a warning', () => {
  it.each(warnings)('is %s', (_, expected, nodes, more) => {
    const problems = check(nodes, more)
    expect(brief(problems)).toEqual(expected.map((one) => `warning ${one}`))
    expect(problems[0]?.hint).toMatch(/\w.*\.$/)
  })

  it('is said in these words', async () => {
    const said = warnings.map(([what, , nodes, more]) => inWords(what, check(nodes, more)))
    await expect(said.join('\n')).toMatchFileSnapshot('words/warnings.txt')
  })

  it('shows a call that proves a shadowed condition', () => {
    const nodes = {
      a: hours('b', 'end'),
      b: vip(80, 'end', 'c'),
      c: { kind: 'tag', tags: ['x'], next: 'd' },
      d: condition({ all: [leaf('caller.priority', 'greaterThan', 95)] }),
      other,
    }
    const [problem] = check(nodes)
    expect(problem).toMatchObject({ code: 'shadowed_condition', node: 'd' })
    expect(problem?.proof).toEqual({ 'hours.support': 'open', 'caller.priority': 96 })
  })

  it('names what nothing reaches any more', () => {
    const nodes = { a: vip(80, 'end', 'b'), b: vip(90, 'other', 'end'), other }
    expect(check(nodes)[0]?.message).toContain('reaches "other"')
  })
})

// prettier-ignore
const none: [what: string, nodes: Nodes, more?: object][] = [
  ['a wider question after a narrower one', { a: vip(90, 'end', 'b'), b: vip(80, 'other', 'end'), other }],
  ['an unknown exit that is never needed', { a: { ...vip(90, 'end', 'end'), exits: { yes: 'end', no: 'end', unknown: 'other' } }, other }],
  ['the same question after nobody answered', { a: team('support', 'b'), b: { kind: 'accept', target: { team: 'support' }, otherwise: 'c' }, c: { kind: 'agents', team: 'support', exits: { available: 'end', busy: 'other' } }, other }],
  ['a gap of a fraction between two numbers', { a: condition({ all: [leaf('caller.priority', 'greaterThan', 5), leaf('caller.priority', 'lessThan', 6)] }), other }],
  ['two facts that may be equal', { a: condition(leaf('caller.country', 'equal', { fact: 'caller.language' })), other }],
  ['a tag among others', { a: condition({ all: [leaf('caller.tags', 'contains', 'a'), leaf('caller.tags', 'doesNotContain', 'b')] }), other }],
  ['a CRM within the budget', { a: crm(150), other }],
  ['a limit that some calls exceed', { a: { ...velocity, limit: 1 }, other }],
]

describe('no warning', () => {
  it.each(none)('is %s', (_, nodes, more) => {
    expect(brief(check(nodes, more))).toEqual([])
  })

  it('is the example of the contract where everything is set up', () => {
    expect(validate(policySchema.parse(mainLine), { installation, at })).toEqual([])
  })
})

describe('the example of the contract', () => {
  it('warns of the connector, the team and the assistant that are not set up', () => {
    const bare = { ...emptyInstallation, calendars: installation.calendars }
    const problems = validate(policySchema.parse(mainLine), { installation: bare, at })
    expect(brief(problems)).toEqual(
      ['crm', 'team', 'toTeam', 'ai'].map((node) => `warning not_configured ${node}`),
    )
  })

  it('does not load without its calendar', () => {
    const problems = validate(policySchema.parse(mainLine), { installation: emptyInstallation, at })
    expect(brief(problems).slice(0, 2)).toEqual([
      'error unknown_calendar hours',
      'error bad_variable sorry',
    ])
  })

  it('decides within the deadline of its CRM gate, wherever that is passed', () => {
    const { ms, path, perNode } = worstCase(policySchema.parse(mainLine), installation)
    expect({ ms, path }).toEqual({
      ms: 80,
      path: ['blocked', 'spam', 'vip', 'hours', 'crm', 'team', 'toTeam'],
    })
    expect(perNode).toMatchObject({ vip: 0, bye: 0, crm: 80, lead: 80 })
  })
})

describe('the worst case', () => {
  it('is a maximum over the facts of a path, never a sum', () => {
    const again = { ...crm(100), exits: { found: 'b', missing: 'b' } }
    const policy = policyOf({ a: again, b: crm(140), other })
    expect(worstCase(policy, installation).ms).toBe(140)
  })

  it('leaves out what follows after the decision', () => {
    const policy = policyOf({ a: { kind: 'voicemail', otherwise: 'b' }, b: crm(140), other })
    expect(worstCase(policy, installation)).toEqual({ ms: 0, path: ['a'], perNode: { a: 0 } })
  })
})
