import { describe, expect, it } from 'vitest'
import { sizeProblems } from '../../server/policy/validate/measure.ts'
import { nodeProblems } from '../../server/policy/validate/nodes.ts'
import { installation, policyOf } from './validate-example.ts'

const said = (nodes: Record<string, object>) =>
  nodeProblems(policyOf(nodes), installation).map((problem) => {
    const { severity, code, node, path, message, hint } = problem
    expect([severity, node]).toEqual(['error', path[1]])
    return [code, path.join('.'), message, hint]
  })

describe('what a gate asks', () => {
  const hours = (calendar: string) => ({ kind: 'hours', calendar, exits: {} })
  const vip = (more: object) => ({ kind: 'vip', ...more, exits: {} })
  const agents = (more: object) => ({ kind: 'agents', ...more, exits: {} })
  const switchOn = (fact: string, ...exits: string[]) => ({
    kind: 'switch',
    fact,
    exits: Object.fromEntries(exits.map((exit) => [exit, 'end'])),
  })
  const one = 'must ask about exactly one of team, agent or owner.'
  const condition = {
    kind: 'condition',
    when: { fact: 'caller.known', operator: 'equal', value: 1 },
    exits: {},
  }

  // prettier-ignore
  const wrong: [what: string, node: object, code: string, place: string, message: string, hint: string][] = [
    ['a calendar that is mistyped', hours('suport'), 'unknown_calendar', 'calendar', 'There is no calendar "suport".', 'Did you mean "support"? The calendars are sla, support and never.'],
    ['a calendar that is inherited', hours('toString'), 'unknown_calendar', 'calendar', 'There is no calendar "toString".', 'The calendars are sla, support and never.'],
    ['nothing about a VIP', vip({}), 'invalid_shape', '', '"a" does not say who is a VIP.', 'Give the least priority ("minPriority"), tags, or both.'],
    ['nothing about a VIP, by its label', vip({ label: 'Gold' }), 'invalid_shape', '', '"Gold" does not say who is a VIP.', 'Give the least priority ("minPriority"), tags, or both.'],
    ['about nobody', agents({}), 'bad_target', '', `"a" ${one}`, 'Choose whom it asks about.'],
    ['about a team and an agent', agents({ team: 'support', agent: 'ana' }), 'bad_target', '', `"a" ${one}`, 'Keep one of them.'],
    ['about an agent and the owner', agents({ agent: 'ana', owner: true, label: 'Who' }), 'bad_target', '', `"Who" ${one}`, 'Keep one of them.'],
    ['about all of them', agents({ team: 'support', agent: 'ana', owner: true }), 'bad_target', '', `"a" ${one}`, 'Keep one of them.'],
    ['no fact', switchOn('caller.teir', 'gold'), 'unknown_fact', 'fact', 'There is no fact "caller.teir".', 'Did you mean "caller.tier"? Choose one of the facts from the list.'],
    ['each value of a list', switchOn('caller.tags', 'x'), 'wrong_operand', 'fact', '"a" cannot have an exit for each value of Tags (caller.tags).', 'Use a condition for lists and instants.'],
    ['each value of an instant', switchOn('call.at', 'x'), 'wrong_operand', 'fact', '"a" cannot have an exit for each value of Time of the call (call.at).', 'Use a condition for lists and instants.'],
    ['a text of a number', switchOn('history.calls', '1', 'many'), 'wrong_operand', 'exits.many', 'Earlier calls (history.calls) is compared with "many", which is not a number.', 'Compare it with a number, e.g. 80.'],
    ['a yes of a true', switchOn('caller.known', 'true', 'yes'), 'wrong_operand', 'exits.yes', 'Caller is a contact (caller.known) is compared with "yes", which is not true or false.', 'Compare it with true or false, e.g. true.'],
    ['a value that never is', switchOn('call.media', 'vioce', 'video'), 'wrong_operand', 'exits.vioce', 'Voice or video (call.media) is never "vioce".', 'Did you mean "voice"? Its values are "voice" and "video".'],
    ['a comparison that does not fit', condition, 'wrong_operand', 'when.value', 'Caller is a contact (caller.known) is compared with 1, which is not true or false.', 'Compare it with true or false, e.g. true.'],
  ]
  it.each(wrong)('is wrong: %s', (_, node, code, place, message, hint) => {
    const path = place === '' ? 'nodes.a' : `nodes.a.${place}`
    expect(said({ a: node })).toEqual([[code, path, message, hint]])
  })

  // prettier-ignore
  const fine: [what: string, node: object][] = [
    ['a calendar', hours('support')], ['the hours of the caller', hours('sla')],
    ['the priority of a VIP', vip({ minPriority: 0 })], ['the tags of a VIP', vip({ tags: ['gold'] })], ['both', vip({ minPriority: 1, tags: ['gold'] })],
    ['about a team', agents({ team: 'support' })], ['about an agent', agents({ agent: 'ana' })], ['about the owner', agents({ owner: true })],
    ['texts', switchOn('caller.tier', 'gold', '5', 'default')], ['numbers', switchOn('history.calls', '1', '-2.5', 'default', 'unknown')],
    ['true and false', switchOn('caller.known', 'true', 'false', 'unknown')], ['some of a few', switchOn('call.media', 'voice', 'default', 'unknown')],
    ['what is not declared', switchOn('crm.colour', 'red', '5')], ['nothing', { kind: 'voicemail' }],
  ]
  it.each(fine)('is fine: %s', (_, node) => {
    expect(said({ a: node })).toEqual([])
  })

  it('is told of every node in turn, a hundred times at most', () => {
    const names = Array.from({ length: 150 }, (_, index) => `n${index}`)
    const found = said(Object.fromEntries(names.map((name) => [name, vip({})])))
    expect(found.map(([, path]) => path)).toEqual(
      names.slice(0, 100).map((name) => `nodes.${name}`),
    )
  })
})

describe('the size of a condition', () => {
  const leaf = { fact: 'caller.known', operator: 'equal', value: true }
  const sizes = (when: unknown) =>
    sizeProblems({ nodes: { a: { kind: 'condition', when } } }).map(({ message }) =>
      message.includes('deep') ? 'deep' : 'long',
    )
  const nest = (levels: number, group: (inner: object, level: number) => object) =>
    Array.from({ length: levels }).reduce<object>((inner, _, level) => group(inner, level), leaf)
  const list = (count: number) => Array.from({ length: count }, () => leaf)

  it.each<[what: string, group: (inner: object, level: number) => object]>([
    ['all', (inner) => ({ all: [inner] })],
    ['any', (inner) => ({ any: [leaf, inner] })],
    ['not', (inner) => ({ not: inner })],
    ['both', (inner, level) => (level % 2 === 0 ? { all: [inner, leaf] } : { any: [inner] })],
  ])('is twelve groups within each other at most: %s', (_, group) => {
    expect(sizes(nest(12, group))).toEqual([])
    expect(sizes(nest(13, group))).toEqual(['deep'])
  })

  it.each<[what: string, when: (count: number) => object]>([
    ['all', (count) => ({ all: list(count) })],
    ['any', (count) => ({ any: list(count) })],
    ['a negation', (count) => ({ not: { any: list(count) } })],
    [
      'groups',
      (count) => ({ any: [{ all: list(200) }, { not: leaf }, { any: list(count - 201) }] }),
    ],
    ['whatever is no comparison', (count) => ({ any: Array.from({ length: count }, () => 5) })],
  ])('is 500 comparisons at most: %s', (_, when) => {
    expect(sizes(when(500))).toEqual([])
    expect(sizes(when(501))).toEqual(['long'])
  })

  it('ends soon in a document without an end', () => {
    const deep: { not?: object } = {}
    deep.not = deep
    expect(sizes(deep)).toEqual(['deep'])
  })

  it('is told of each, at its place', () => {
    const node = { kind: 'condition', when: { any: list(501) } }
    const found = sizeProblems({ nodes: { a: node, b: { ...node, when: leaf }, c: node } })
    expect(found.map(({ code, node: id, path }) => [code, id, path])).toEqual([
      ['too_large', 'a', ['nodes', 'a', 'when']],
      ['too_large', 'c', ['nodes', 'c', 'when']],
    ])
  })
})
