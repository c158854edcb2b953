import { describe, expect, it } from 'vitest'
import { validate } from '../../server/policy/validate/validate.ts'
import { inWords } from './problem-words.ts'
import { at, brief, check, installation, policyOf } from './validate-example.ts'

const when = (fact: string, operator: string, value: unknown) => ({
  kind: 'condition',
  when: { all: [{ fact, operator, value }] },
  exits: { yes: 'end', no: 'other' },
})
const other = { kind: 'voicemail' }
const reject = (message: object) => ({ kind: 'reject', message: { text: 'Hello.', ...message } })
const text = (value: string) => reject({ text: value })
const gate = (kind: string, more: object) => ({ kind, ...more })
const open = { open: 'end', closed: 'end', holiday: 'end' }
const accept = (ringSeconds: number | undefined, otherwise?: string) => ({
  kind: 'accept',
  target: { team: 'support' },
  ...(ringSeconds === undefined ? {} : { ringSeconds }),
  ...(otherwise === undefined ? {} : { otherwise }),
})
const nested = (depth: number): object =>
  depth === 0
    ? { fact: 'caller.known', operator: 'equal', value: true }
    : { not: nested(depth - 1) }
const many = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    fact: 'caller.priority',
    operator: 'equal',
    value: index,
  }))

type Nodes = Record<string, object>
// prettier-ignore
const errors: [what: string, code: string, node: string, nodes: Nodes, more?: object][] = [
  ['an exit that leads nowhere', 'dangling_exit', 'a', { a: gate('hours', { calendar: 'support', exits: { ...open, open: 'gone' } }) }],
  ['an effect that leads nowhere', 'dangling_exit', 'a', { a: gate('tag', { tags: ['x'], next: 'gone' }) }],
  ['an otherwise that leads nowhere', 'dangling_exit', 'a', { a: accept(5, 'gone') }],
  ['a start that does not exist', 'unknown_start', '-', {}, { start: 'gone' }],
  ['a missing exit', 'missing_exit', 'a', { a: gate('hours', { calendar: 'support', exits: { open: 'end', closed: 'end' } }) }],
  ['an agents gate without any exit', 'missing_exit', 'a', { a: gate('agents', { team: 'support', exits: {} }) }],
  ['a switch that leaves values over', 'missing_exit', 'a', { a: gate('switch', { fact: 'caller.known', exits: { true: 'end' } }) }],
  ['a cycle of exits', 'cycle', 'a', { a: gate('vip', { minPriority: 1, exits: { yes: 'b', no: 'end' } }), b: gate('tag', { tags: ['x'], next: 'a' }) }],
  ['a cycle over otherwise', 'cycle', 'a', { a: accept(5, 'b'), b: gate('notify', { level: 'info', text: 'x', next: 'a' }) }],
  ['a fact that does not exist', 'unknown_fact', 'a', { a: when('caller.prioritty', 'equal', 80), other }],
  ['a reserved name as a fact', 'unknown_fact', 'a', { a: when('caller.__proto__', 'equal', 80), other }],
  ['an operand that does not exist', 'unknown_fact', 'a', { a: when('caller.country', 'equal', { fact: 'caller.land' }), other }],
  ['a switch on no fact', 'unknown_fact', 'a', { a: gate('switch', { fact: 'caller.tear', exits: { default: 'end' } }) }],
  ['an operator that does not exist', 'unknown_operator', 'a', { a: when('caller.priority', 'greaterThen', 80), other }],
  ['a calendar that does not exist', 'unknown_calendar', 'a', { a: gate('hours', { calendar: 'suport', exits: open }) }],
  ['a fact of no calendar', 'unknown_calendar', 'a', { a: when('hours.suport', 'equal', 'open'), other }],
  ['a text for a number', 'wrong_operand', 'a', { a: when('caller.priority', 'equal', '80'), other }],
  ['an ordering of texts', 'wrong_operand', 'a', { a: when('caller.tier', 'greaterThan', 'gold'), other }],
  ['an ordering of booleans', 'wrong_operand', 'a', { a: when('caller.known', 'lessThan', true), other }],
  ['equality of lists', 'wrong_operand', 'a', { a: when('caller.tags', 'equal', 'vip'), other }],
  ['contains on a text', 'wrong_operand', 'a', { a: when('caller.tier', 'contains', 'gold'), other }],
  ['in without a list', 'wrong_operand', 'a', { a: when('caller.tier', 'in', 'gold'), other }],
  ['equal with a list', 'wrong_operand', 'a', { a: when('caller.tier', 'equal', ['gold']), other }],
  ['one wrong entry of a list', 'wrong_operand', 'a', { a: when('caller.tier', 'in', ['gold', 1]), other }],
  ['a value outside an enumeration', 'wrong_operand', 'a', { a: when('call.media', 'equal', 'voise'), other }],
  ['an instant that is none', 'wrong_operand', 'a', { a: when('call.at', 'lessThan', 'tomorrow'), other }],
  ['an ordering of what is not declared', 'wrong_operand', 'a', { a: when('crm.balance', 'lessThan', 5), other }],
  ['facts of different types', 'wrong_operand', 'a', { a: when('caller.country', 'equal', { fact: 'caller.priority' }), other }],
  ['in with a fact that is no list', 'wrong_operand', 'a', { a: when('caller.country', 'in', { fact: 'caller.tier' }), other }],
  ['a switch on a list', 'wrong_operand', 'a', { a: gate('switch', { fact: 'caller.tags', exits: { default: 'end' } }) }],
  ['a switch with a wrong value', 'wrong_operand', 'a', { a: gate('switch', { fact: 'call.media', exits: { fax: 'end', default: 'end' } }) }],
  ['an agents gate that asks nobody', 'bad_target', 'a', { a: gate('agents', { exits: { available: 'end' } }) }],
  ['an agents gate that asks two', 'bad_target', 'a', { a: gate('agents', { team: 'support', owner: true, exits: { available: 'end' } }) }],
  ['a vip gate that asks nothing', 'invalid_shape', 'a', { a: gate('vip', { exits: { yes: 'end', no: 'end' } }) }],
  ['a variable that does not exist', 'bad_variable', 'a', { a: text('Hi {{caller.nmae}}') }],
  ['a variable of no calendar', 'bad_variable', 'a', { a: text('{{hours.suport.nextOpen}}') }],
  ['a variable that is not closed', 'bad_variable', 'a', { a: text('Hi {{caller.name') }],
  ['a filter that does not exist', 'bad_variable', 'a', { a: text('Hi {{caller.name | shout}}') }],
  ['a time of what is no time', 'bad_variable', 'a', { a: text('Hi {{caller.tier | time}}') }],
  ['a name without a default', 'variable_needs_default', 'a', { a: text('Hi {{caller.name}}') }],
  ['an unknown fact without a default', 'variable_needs_default', 'a', { a: text('{{crm.tier}}') }],
  ['an attribute without a default', 'variable_needs_default', 'a', { a: text('{{caller.attributes.city}}') }],
  ['a calendar that never opens', 'variable_needs_default', 'a', { a: text('{{hours.never.nextOpen}}') }],
  ['the hours of a caller', 'variable_needs_default', 'a', { a: text('{{hours.sla.nextOpen}}') }],
  ['a notification with a gap', 'variable_needs_default', 'a', { a: gate('notify', { level: 'info', text: '{{caller.phone}}', next: 'end' }) }],
  ['a link with a gap', 'variable_needs_default', 'a', { a: reject({ url: { label: 'Go', href: 'https://x.example/{{caller.userId}}' } }) }],
  ['a label with a gap', 'variable_needs_default', 'a', { a: reject({ replies: ['{{caller.name}}'] }) }],
  ['a locale with a gap', 'variable_needs_default', 'a', { a: reject({ locales: { fr: '{{caller.name}}' } }) }],
  ['a template with a gap', 'variable_needs_default', 'a', { a: reject({ template: { name: 't', language: 'en', params: ['{{caller.name}}'] } }) }],
  ['a text that is too long', 'message_too_long', 'a', { a: text('x'.repeat(4097)) }],
  ['a text too long with its variable', 'message_too_long', 'a', { a: text(`${'x'.repeat(4096)}{{caller.tier}}`) }],
  ['a locale too long beside a button', 'message_too_long', 'a', { a: reject({ locales: { fr: 'x'.repeat(1025) }, replies: ['Yes'] }) }],
  ['a label that is too long', 'message_too_long', 'a', { a: reject({ call: { label: 'x'.repeat(21) } }) }],
  ['two kinds of buttons', 'message_buttons', 'a', { a: reject({ call: { label: 'Call' }, replies: ['Yes'] }) }],
  ['four replies', 'message_buttons', 'a', { a: reject({ replies: ['1', '2', '3', '4'] }) }],
  ['the same reply twice', 'message_buttons', 'a', { a: reject({ replies: ['Yes', 'Yes'] }) }],
  ['a link that runs a script', 'message_buttons', 'a', { a: reject({ url: { label: 'Go', href: 'javascript:alert(1)' } }) }],
  ['a link without a website', 'message_buttons', 'a', { a: reject({ url: { label: 'Go', href: 'https:///path' } }) }],
  ['silence without a reason', 'silent_without_reason', 'a', { a: { kind: 'reject', silent: true } }],
  ['a reject without a message', 'reject_without_message', 'a', { a: { kind: 'reject' } }],
  ['a fallback without a message', 'reject_without_message', '-', {}, { fallback: { kind: 'reject' } }],
  ['one ring that is too long', 'ring_too_long', 'a', { a: accept(27, 'end') }],
  ['rings that are too long together', 'ring_too_long', 'a', { a: accept(15, 'b'), b: gate('vip', { minPriority: 1, exits: { yes: 'c', no: 'end' } }), c: accept(12, 'end') }],
  ['two rings of the usual length', 'ring_too_long', 'a', { a: accept(undefined, 'b'), b: accept(undefined, 'end') }],
  ['a ring that ends in a ringing fallback', 'ring_too_long', 'a', { a: gate('accept', { target: { team: 'support' } }) }, { fallback: accept(15) }],
  ['a condition that is too deep', 'too_large', 'a', { a: { ...when('caller.known', 'equal', true), when: nested(13) }, other }],
  ['a condition that is too long', 'too_large', 'a', { a: { ...when('caller.known', 'equal', true), when: { any: many(501) } }, other }],
]

describe('an error', () => {
  it.each(errors)('is %s: %s at %s', (_, code, node, nodes, more) => {
    const problems = check(nodes, more)
    expect(brief(problems.filter(({ severity }) => severity === 'error'))).toEqual([
      `error ${code} ${node}`,
    ])
    expect(problems[0]?.hint).toMatch(/\w.*\.$/)
    expect(problems[0]?.message).toMatch(/^["A-Z].*\.$/)
  })

  it('is said in these words', async () => {
    const said = errors.map(([what, , , nodes, more]) => inWords(what, check(nodes, more)))
    await expect(said.join('\n')).toMatchFileSnapshot('words/errors.txt')
  })

  it('names the nodes of a cycle in order', () => {
    const tag = (next: string) => gate('tag', { tags: ['x'], next })
    const [problem] = check({ a: tag('b'), b: tag('c'), c: tag('b') })
    expect(problem?.message).toContain('"b" → "c" → "b"')
  })

  it('proposes the name that was meant', () => {
    const [problem] = check({ a: when('caller.prioritty', 'equal', 80), other })
    expect(problem?.hint).toContain('"caller.priority"')
  })

  it('says which other policy claims a number', () => {
    const policy = policyOf({}, { numbers: ['12345', '*'] })
    const otherClaims = new Map([
      ['12345', 'night-line'],
      ['*', 'test'],
    ])
    const problems = validate(policy, { installation, at, otherClaims })
    expect(brief(problems)).toEqual(['error number_claimed -'])
    expect(problems[0]?.message).toContain('night-line')
  })
})

// prettier-ignore
const allowed: [what: string, nodes: Nodes, more?: object][] = [
  ['a text of 4,096 characters', { a: text('x'.repeat(4096)) }],
  ['a text of 1,024 characters beside a button', { a: reject({ text: 'x'.repeat(1024), replies: ['x'.repeat(20)] }) }],
  ['a long default beside a short value', { a: text(`${'x'.repeat(4095)}{{caller.name | default: "abcdef"}}`) }],
  ['a variable in the link', { a: reject({ url: { label: 'Go', href: 'https://x.example/{{call.id}}' } }) }],
  ['the next opening of a calendar that opens', { a: text('{{hours.support.nextOpen | time}}') }],
  ['an attribute that has a default', { a: text('{{caller.attributes.plan}}') }],
  ['a condition 12 groups deep', { a: { ...when('caller.known', 'equal', true), when: nested(12) }, other }],
  ['26 seconds of ringing', { a: accept(14, 'b'), b: accept(12, 'end') }],
  ['a ring before a fallback that cannot come next', { a: accept(20, 'b'), b: gate('vip', { minPriority: 1, exits: { yes: 'end', no: 'other' } }), other: { kind: 'voicemail', otherwise: 'end' } }, { fallback: accept(20) }],
  ['a switch over both booleans', { a: gate('switch', { fact: 'caller.known', exits: { true: 'end', false: 'other' } }), other }],
  ['a switch over a whole enumeration', { a: gate('switch', { fact: 'call.media', exits: { voice: 'end', video: 'other' } }), other }],
  ['an agents gate with one exit', { a: gate('agents', { team: 'support', exits: { busy: 'end' } }) }],
  ['instants compared with each other', { a: when('history.lastCallAt', 'lessThan', { fact: 'call.at' }), other }],
  ['an instant with an offset', { a: when('caller.attributes.renewal', 'lessThan', '2027-01-01T00:00:00+01:00'), other }],
  ['a text in a list of another fact', { a: when('caller.tier', 'in', { fact: 'caller.tags' }), other }],
  ['an undeclared fact with any value', { a: when('crm.balance', 'in', ['a', 1]), other }],
  ["the caller's own hours", { a: gate('hours', { calendar: 'sla', exits: { ...open, closed: 'other' } }), other }],
]

describe('no error', () => {
  it.each(allowed)('is %s', (_, nodes, more) => {
    const errors = check(nodes, more).filter(({ severity }) => severity === 'error')
    expect(brief(errors)).toEqual([])
  })
})
