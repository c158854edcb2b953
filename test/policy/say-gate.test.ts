import { describe, expect, it } from 'vitest'
import { matterOf, questionOf, wayWord } from '../../server/policy/say/gate.ts'
import { english } from '../../server/policy/say/words.ts'
import type { GateNode, NodeOf } from '../../server/schema/policy.ts'
import { marked } from './marked.ts'

const known: NodeOf<'condition'> = {
  kind: 'condition',
  when: { fact: 'caller.known', operator: 'equal', value: true },
  exits: {},
}
const vip: NodeOf<'vip'> = { kind: 'vip', minPriority: 80, exits: {} }
const spam: NodeOf<'velocity'> = {
  kind: 'velocity',
  scope: 'caller',
  limit: 5,
  windowMinutes: 10,
  exits: {},
}
const crm: NodeOf<'crm'> = { kind: 'crm', exits: {} }
const hours: NodeOf<'hours'> = { kind: 'hours', calendar: 'support', exits: {} }
const team: NodeOf<'agents'> = { kind: 'agents', team: 'support', exits: {} }
const share: NodeOf<'split'> = { kind: 'split', percent: 12.5, exits: {} }
const tier: NodeOf<'switch'> = {
  kind: 'switch',
  fact: 'caller.tier',
  exits: { gold: 'a', silver: 'b', tin: 'b', default: 'c', unknown: 'd' },
}

const asked = (node: GateNode, ...exits: string[]): string => {
  const { form, body } = questionOf(node, exits, english)
  return `${form} ${marked(body)}`
}

describe('a gate as a question', () => {
  it.each<[string, GateNode, string[]]>([
    ['if the caller [is a contact](when)', known, ['yes']],
    ['unless the caller [is a contact](when)', known, ['no']],
    ['if the caller is a VIP ([priority 80 or more](minPriority))', vip, ['yes']],
    ['unless the caller is a VIP ([priority 80 or more](minPriority))', vip, ['no']],
    [
      'if [this caller has](scope) called more than [5 times](limit) in [10 minutes](windowMinutes)',
      spam,
      ['exceeded'],
    ],
    [
      'unless [this line was](scope) called more than [1 time](limit) in [1 hour](windowMinutes)',
      { ...spam, scope: 'number', limit: 1, windowMinutes: 60 },
      ['within'],
    ],
    [
      'if [numbers that begin alike have](scope) called more than [0 times](limit) in [1 minute](windowMinutes)',
      { ...spam, scope: 'prefix', limit: 0, windowMinutes: 1 },
      ['exceeded'],
    ],
    ['if the caller is among [12.5 %](percent) of callers', share, ['in']],
    ['unless the caller is among [12.5 %](percent) of callers', share, ['out']],
    ['if the CRM, asked for [80 ms](deadlineMs) at most, knows the caller', crm, ['found']],
    [
      'if the CRM, asked for [250 ms](deadlineMs) at most, does not know the caller',
      { ...crm, deadlineMs: 250 },
      ['missing'],
    ],
    ['if [support](calendar) is closed or on holiday', hours, ['closed', 'holiday']],
    ['if [the caller’s own calendar](calendar) is open', { ...hours, calendar: 'sla' }, ['open']],
    ['if [support](who) is free, busy or offline', team, ['available', 'busy', 'offline']],
    ['if [ana](who) is on do not disturb', { kind: 'agents', agent: 'ana', exits: {} }, ['dnd']],
    ['if [the owner](who) is offline', { kind: 'agents', owner: true, exits: {} }, ['offline']],
    ['if [the caller’s tier](fact) is gold', tier, ['gold']],
    ['if [the caller’s tier](fact) is silver or tin', tier, ['silver', 'tin']],
    ['unless [the caller’s tier](fact) is gold, silver or tin', tier, ['default']],
    ['unless [the caller’s tier](fact) is silver or tin', tier, ['gold', 'default']],
    [
      'if [the caller’s tier](fact) is gold, silver, tin or anything else',
      tier,
      ['gold', 'silver', 'tin', 'default'],
    ],
    [
      'if [the caller’s tier](fact) is anything else',
      { ...tier, exits: { default: 'a', unknown: 'b' } },
      ['default'],
    ],
  ])('%s', (words, node, exits) => {
    expect(asked(node, ...exits)).toBe(words)
  })

  it('cuts a long list of values', () => {
    const values = Array.from({ length: 14 }, (_, index) => `v${index}`)
    const exits = Object.fromEntries(values.map((value) => [value, 'a']))
    expect(asked({ ...tier, exits }, ...values)).toMatch(/ is v0, .*, v11 or 2 more$/)
  })

  it.each<[string, Partial<NodeOf<'vip'>>]>([
    ['[tagged vip, press](tags)', { tags: ['vip', 'press'] }],
    ['[priority 0 or more](minPriority)', { minPriority: 0 }],
    [
      '[priority 5 or more](minPriority) or [tagged $& vip](tags)',
      { minPriority: 5, tags: ['$& vip'] },
    ],
    ['[nothing yet](minPriority)', {}],
  ])('says who is a VIP: %s', (words, reasons) => {
    expect(asked({ kind: 'vip', exits: {}, ...reasons }, 'yes')).toBe(
      `if the caller is a VIP (${words})`,
    )
  })
})

describe('what a gate asks', () => {
  it.each<[string, GateNode]>([
    ['whether the caller [is a contact](when)', known],
    ['whether the caller is a VIP ([priority 80 or more](minPriority))', vip],
    [
      'whether [this caller has](scope) called more than [5 times](limit) in [10 minutes](windowMinutes)',
      spam,
    ],
    ['whether the caller is among [12.5 %](percent) of callers', share],
    ['whether the CRM, asked for [80 ms](deadlineMs) at most, knows the caller', crm],
    ['the hours of [support](calendar)', hours],
    ['whether [support](who) is free', team],
    ['[the caller’s tier](fact)', tier],
  ])('%s', (words, node) => {
    expect(marked(matterOf(node, english))).toBe(words)
  })
})

describe('an exit in words', () => {
  it.each<[string, GateNode, string]>([
    ['it is not known', known, 'unknown'],
    ['yes', known, 'yes'],
    ['no', vip, 'no'],
    ['exceeded', spam, 'exceeded'],
    ['within the limit', spam, 'within'],
    ['found', crm, 'found'],
    ['missing', crm, 'missing'],
    ['among them', share, 'in'],
    ['not among them', share, 'out'],
    ['on holiday', hours, 'holiday'],
    ['on do not disturb', team, 'dnd'],
    ['default', hours, 'default'],
    ['toString', hours, 'toString'],
    // of a switch it is a value
    ['available', tier, 'available'],
    ['in', tier, 'in'],
    ['anything else', tier, 'default'],
    ['it is not known', tier, 'unknown'],
  ])('%s', (words, node, exit) => {
    expect(wayWord(node, exit, english)).toBe(words)
  })
})
