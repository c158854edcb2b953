import { describe, expect, it } from 'vitest'
import {
  connectedNodes,
  cyclesOf,
  edgePath,
  graphProblems,
  missingOf,
  unreachableProblems,
} from '../../server/policy/validate/edges.ts'
import { backwards } from '../../server/policy/validate/order.ts'
import { ringProblems } from '../../server/policy/validate/rings.ts'
import { budgetProblems, worstCase } from '../../server/policy/validate/worst-case.ts'
import { isGate } from '../../server/schema/policy.ts'
import { installation, policyOf } from './validate-example.ts'

type Nodes = Record<string, object>
const tag = (next: string) => ({ kind: 'tag', tags: ['x'], next })
const vip = (yes: string, no: string) => ({ kind: 'vip', minPriority: 1, exits: { yes, no } })
const crm = (deadlineMs: number | undefined, found: string, missing = found, unknown?: string) => ({
  kind: 'crm',
  ...(deadlineMs === undefined ? {} : { deadlineMs }),
  exits: { found, missing, ...(unknown === undefined ? {} : { unknown }) },
})
const accept = (ringSeconds: number | undefined, otherwise?: string) => ({
  kind: 'accept',
  target: { team: 'support' },
  ...(ringSeconds === undefined ? {} : { ringSeconds }),
  ...(otherwise === undefined ? {} : { otherwise }),
})
const voicemail = (otherwise?: string) => ({
  kind: 'voicemail',
  ...(otherwise === undefined ? {} : { otherwise }),
})
const onTier = (yes: string, no: string) => ({
  kind: 'condition',
  when: { all: [{ fact: 'crm.tier', operator: 'equal', value: 'gold' }] },
  exits: { yes, no },
})
/** `t1` to `t<count>`, one after the other, then `last`. */
const chain = (count: number, last: string) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `t${index + 1}`,
      tag(index + 1 < count ? `t${index + 2}` : last),
    ]),
  )

describe('nodes backwards', () => {
  it.each<[what: string, nodes: Nodes, order: string[]]>([
    ['a chain', { a: tag('b'), b: tag('c'), c: tag('end') }, ['end', 'c', 'b', 'a']],
    ['a fork', { a: vip('b', 'c'), b: tag('c'), c: tag('end') }, ['end', 'c', 'b', 'a']],
    ['what nothing leads to', { a: tag('end'), b: tag('a') }, ['end', 'a', 'b']],
    ['what leads nowhere', { a: tag('gone'), b: vip('gone', 'a') }, ['a', 'b', 'end']],
    ['what comes after an outcome', { a: voicemail('b'), b: tag('end') }, ['end', 'b', 'a']],
    ['a circle', { a: tag('b'), b: tag('a') }, ['b', 'a', 'end']],
  ])('of %s', (_, nodes, order) => {
    expect(backwards(policyOf(nodes))).toEqual(order)
  })
})

describe('how long a caller hears ringing', () => {
  const rings = (nodes: Nodes, more?: object) =>
    ringProblems(policyOf(nodes, more), installation).map(({ path, node, message, hint }) => [
      path.join('.'),
      node,
      message,
      hint,
    ])
  const shorten = (seconds: number) =>
    `Shorten the ringing by ${seconds} seconds or more (without "ringSeconds" it is 20).`
  const limit = 'a call must be answered within 26.'
  const ringing = { fallback: accept(20) }

  it('is told of one node', () => {
    const expected = ['nodes.a', 'a', `"a" rings for 27 seconds; ${limit}`, shorten(1)]
    expect(rings({ a: accept(27, 'end') })).toEqual([expected])
    expect(rings({ a: accept(26, 'end') })).toEqual([])
  })

  it('is told of several, each by its name', () => {
    const nodes = {
      a: { ...accept(undefined, 'b'), label: 'First' },
      b: tag('c'),
      c: accept(undefined, 'end'),
    }
    const message = `"First", then "c" together ring for 40 seconds; ${limit}`
    expect(rings(nodes)).toEqual([['nodes.a', 'a', message, shorten(14)]])
  })

  it('is told of the fallback', () => {
    const message = `the fallback rings for 30 seconds; ${limit}`
    const fallback = { fallback: accept(30) }
    expect(rings({}, fallback)).toEqual([['fallback', undefined, message, shorten(4)]])
    expect(rings({}, { fallback: accept(26) })).toEqual([])
    expect(rings({}, { fallback: voicemail() })).toEqual([])
  })

  it('counts the longest way on', () => {
    const nodes = (seconds: number) => ({
      a: accept(10, 'b'),
      b: vip('c', 'd'),
      c: accept(5, 'end'),
      d: accept(seconds, 'end'),
    })
    expect(rings(nodes(16))).toEqual([])
    const message = `"a", then "d" together ring for 27 seconds; ${limit}`
    expect(rings(nodes(17))).toEqual([['nodes.a', 'a', message, shorten(1)]])
  })

  it('is told once, where it begins to be too long, and wherever one is too long by itself', () => {
    const where = (...seconds: number[]) => {
      const [a, b, c] = seconds
      return rings({ a: accept(a, 'b'), b: accept(b, 'c'), c: accept(c, 'end') })
        .map(([path]) => path)
        .toSorted()
    }
    expect(where(20, 20, 20)).toEqual(['nodes.b'])
    expect(where(30, 20, 20)).toEqual(['nodes.a', 'nodes.b'])
    expect(where(5, 30, 30)).toEqual(['nodes.b', 'nodes.c'])
    expect(where(10, 10, 10)).toEqual(['nodes.a'])
    expect(where(1, 6, 20)).toEqual(['nodes.a'])
    expect(where(1, 5, 20)).toEqual([])
  })

  it.each<[what: string, nodes: Nodes, goesOn: boolean]>([
    ['an accept without otherwise', { a: accept(20) }, true],
    ['voicemail without otherwise', { a: accept(20, 'b'), b: voicemail() }, true],
    ['voicemail with one', { a: accept(20, 'b'), b: voicemail('end') }, false],
    ['a reject', { a: accept(20, 'end') }, false],
    ['a gate that may be unknown', { a: accept(20, 'b'), b: crm(80, 'end') }, true],
    [
      'a gate that says where unknown goes',
      { a: accept(20, 'b'), b: crm(80, 'end', 'end', 'end') },
      false,
    ],
    ['a gate that is never unknown', { a: accept(20, 'b'), b: vip('end', 'end') }, false],
    ['an effect', { a: accept(20, 'b'), b: tag('end') }, false],
  ])('goes on in a ringing fallback after %s: %j %s', (_, nodes, goesOn) => {
    const message = `"a", then the fallback together ring for 40 seconds; ${limit}`
    const expected = goesOn ? [['nodes.a', 'a', message, shorten(14)]] : []
    expect(rings(nodes, ringing)).toEqual(expected)
  })
})

describe('how long a decision can take', () => {
  const worst = (nodes: Nodes, more?: object) => worstCase(policyOf(nodes, more), installation)

  it('is as long as the slowest fact on the way, and says by which way', () => {
    const nodes = { a: vip('b', 'c'), b: tag('end'), c: crm(120, 'd'), d: tag('end') }
    expect(worst(nodes)).toEqual({
      ms: 120,
      path: ['a', 'c', 'd', 'end'],
      perNode: { a: 0, b: 0, c: 120, d: 120, end: 120 },
    })
  })

  it('is 80 ms for a CRM that says nothing else', () => {
    expect(worst({ a: crm(undefined, 'end') }).ms).toBe(80)
    expect(worst({ a: onTier('end', 'end') }).ms).toBe(80)
    expect(worst({ a: onTier('end', 'end'), b: crm(40, 'end') }).ms).toBe(40)
  })

  it('is the longest that any gate waits for the CRM, wherever it is asked', () => {
    const nodes = { a: onTier('b', 'c'), b: crm(200, 'end'), c: crm(30, 'end') }
    expect(worst(nodes)).toEqual({
      ms: 200,
      path: ['a', 'b', 'end'],
      perNode: { a: 200, b: 200, c: 200, end: 200 },
    })
  })

  it('takes the first of two ways that take as long', () => {
    const nodes = { a: vip('b', 'c'), b: crm(50, 'end'), c: crm(50, 'end') }
    expect(worst(nodes).path).toEqual(['a', 'b', 'end'])
  })

  it('is nothing where nothing is waited for, and ends with an outcome', () => {
    const nodes = { a: vip('b', 'end'), b: voicemail('c'), c: crm(140, 'end') }
    expect(worst(nodes)).toEqual({ ms: 0, path: ['a', 'b'], perNode: { a: 0, b: 0, end: 0 } })
  })

  it('leaves out what does not exist', () => {
    expect(worst({ a: tag('end') }, { start: 'gone' })).toEqual({ ms: 0, path: [], perNode: {} })
    const nodes = { a: crm(60, 'gone', 'b'), b: tag('gone') }
    expect(worst(nodes)).toEqual({ ms: 60, path: ['a'], perNode: { a: 60, b: 60 } })
  })

  it('ends where the way is a circle', () => {
    expect(worst({ a: crm(60, 'b'), b: tag('a') }).path).toEqual(['a', 'b'])
  })

  it('is a warning beyond the budget, at the first step that waits as long', () => {
    const said = (budgetMs: number, nodes: Nodes) =>
      budgetProblems(policyOf(nodes, { budgetMs }), installation).map(
        ({ severity, node, path, message }) => [severity, node, path.join('.'), message],
      )
    const nodes = { a: vip('b', 'end'), b: tag('c'), c: crm(90, 'd'), d: onTier('end', 'end') }
    const message = (budget: number) =>
      `A decision can take 90 ms on the path "a" → "b" → "c" → "d" → "end"; the budget is ${budget} ms.`
    expect(said(89, nodes)).toEqual([['warning', 'c', 'nodes.c', message(89)]])
    expect(said(90, nodes)).toEqual([])
  })

  it.each([
    [10, '"t1" → "t2" → "t3" → "t4" → "t5" → "t6" → "t7" → "t8" → "t9" → "t10" → "a" → "end"'],
    [11, '"t1" → "t2" → "t3" → "t4" → "t5" → "t6" → … → "t9" → "t10" → "t11" → "a" → "end"'],
  ])('names twelve steps at most: %i before the last two', (count, steps) => {
    const policy = policyOf({ ...chain(count, 'a'), a: crm(200, 'end') })
    expect(budgetProblems(policy, installation)[0]?.message).toContain(`on the path ${steps};`)
  })
})

describe('a circle', () => {
  const said = (nodes: Nodes) =>
    graphProblems(policyOf(nodes), installation)
      .filter(({ code }) => code === 'cycle')
      .map(({ node, path, message }) => [node, path.join('.'), message])

  it.each<[nodes: Nodes, expected: string[][]]>([
    [
      { a: vip('a', 'end') },
      [['a', 'nodes.a.exits.yes', 'Calls would go round in a circle: "a" → "a".']],
    ],
    [
      { a: voicemail('b'), b: { ...tag('a'), label: 'Mark' } },
      [['a', 'nodes.b.next', 'Calls would go round in a circle: "a" → "Mark" → "a".']],
    ],
    [
      { a: tag('b'), b: vip('end', 'c'), c: voicemail('b') },
      [['b', 'nodes.c.otherwise', 'Calls would go round in a circle: "b" → "c" → "b".']],
    ],
  ])('of %j is said at the edge that closes it', (nodes, expected) => {
    expect(said(nodes)).toEqual(expected)
  })

  it('of eleven steps is named whole, a longer one is cut', () => {
    const whole = Array.from({ length: 11 }, (_, index) => `"t${index + 1}"`).join(' → ')
    expect(said(chain(11, 't1'))[0]?.[2]).toContain(`: ${whole} → "t1".`)
    expect(said(chain(12, 't1'))[0]?.[2]).toContain(
      ': "t1" → "t2" → "t3" → "t4" → "t5" → "t6" → … → "t9" → "t10" → "t11" → "t12" → "t1".',
    )
  })

  it('is said at its last step, and once where two exits close it', () => {
    expect(said({ a: tag('b'), b: tag('c'), c: vip('a', 'a') })).toEqual([
      ['a', 'nodes.c.exits.yes', 'Calls would go round in a circle: "a" → "b" → "c" → "a".'],
    ])
  })

  it('is another one where the names read alike', () => {
    const nodes = { a: tag('bc'), bc: tag('a'), ab: tag('c'), c: tag('ab') }
    expect(cyclesOf(policyOf(nodes))).toEqual([
      ['a', 'bc'],
      ['ab', 'c'],
    ])
  })

  it('is found from a start that does not exist', () => {
    expect(cyclesOf(policyOf({ a: tag('b'), b: tag('a') }, { start: 'gone' }))).toEqual([
      ['a', 'b'],
    ])
  })

  it('is none where edges lead nowhere', () => {
    expect(cyclesOf(policyOf({ a: vip('gone', 'b'), b: tag('gone') }))).toEqual([])
  })
})

describe('edges', () => {
  it('stand in exits, in next or in otherwise', () => {
    const policy = policyOf({ a: vip('end', 'end'), b: tag('end'), c: voicemail('end') })
    expect(edgePath(policy, 'a', 'no')).toEqual(['nodes', 'a', 'exits', 'no'])
    expect(edgePath(policy, 'b', 'next')).toEqual(['nodes', 'b', 'next'])
    expect(edgePath(policy, 'c', 'otherwise')).toEqual(['nodes', 'c', 'otherwise'])
    expect(edgePath(policy, 'gone', 'next')).toEqual(['nodes', 'gone', 'next'])
  })

  it('connect nodes, whether or not a call can go there', () => {
    const nodes = {
      a: vip('b', 'gone'),
      b: voicemail('c'),
      c: tag('a'),
      d: tag('end'),
      e: tag('d'),
    }
    expect([...connectedNodes(policyOf(nodes))].toSorted()).toEqual(['a', 'b', 'c'])
    expect([...connectedNodes(policyOf(nodes, { start: 'gone' }))]).toEqual([])
    const found = unreachableProblems(policyOf(nodes))
    expect(found.map(({ node, path }) => [node, path])).toEqual([
      ['d', ['nodes', 'd']],
      ['e', ['nodes', 'e']],
      ['end', ['nodes', 'end']],
    ])
    expect(unreachableProblems(policyOf(nodes, { start: 'gone' }))).toEqual([])
  })

  it('that lead nowhere are said each, and what was meant', () => {
    const nodes = { first: vip('secnod', 'gone'), second: tag('end') }
    const found = graphProblems(policyOf(nodes, { start: 'frist' }), installation)
    expect(found.map(({ code, path, hint }) => [code, path.join('.'), hint])).toEqual([
      [
        'unknown_start',
        'start',
        'Did you mean "first"? Set "start" to the node every call should meet first.',
      ],
      [
        'dangling_exit',
        'nodes.first.exits.yes',
        'Did you mean "second"? Lead it to a node that exists.',
      ],
      ['dangling_exit', 'nodes.first.exits.no', 'Lead it to a node that exists.'],
    ])
  })

  const exits = (...names: string[]) => Object.fromEntries(names.map((name) => [name, 'end']))
  const condition = { ...onTier('end', 'end') }
  const velocity = { kind: 'velocity', scope: 'caller', limit: 1, windowMinutes: 1 }
  // prettier-ignore
  const gates: [node: Record<string, unknown>, given: string[], missing: string[]][] = [
    [condition, [], ['yes', 'no']],
    [condition, ['no', 'unknown'], ['yes']],
    [{ kind: 'hours', calendar: 'support' }, [], ['open', 'closed', 'holiday']],
    [{ kind: 'hours', calendar: 'support' }, ['closed'], ['open', 'holiday']],
    [{ kind: 'vip', minPriority: 1 }, ['yes'], ['no']],
    [velocity, [], ['exceeded', 'within']],
    [{ kind: 'crm' }, ['missing'], ['found']],
    [{ kind: 'crm' }, [], ['found', 'missing']],
    [{ kind: 'split', percent: 1 }, [], ['in', 'out']],
    [{ kind: 'agents', team: 'support' }, [], ['available']],
    [{ kind: 'agents', team: 'support' }, ['offline'], []],
    [{ kind: 'switch', fact: 'caller.known' }, ['true'], ['default']],
    [{ kind: 'switch', fact: 'caller.known' }, ['true', 'false'], []],
    [{ kind: 'switch', fact: 'caller.known' }, ['default'], []],
    [{ kind: 'switch', fact: 'call.media' }, ['voice', 'video'], []],
    [{ kind: 'switch', fact: 'call.media' }, ['voice', 'unknown'], ['default']],
    [{ kind: 'switch', fact: 'caller.tier' }, ['true', 'false'], ['default']],
    [{ kind: 'switch', fact: 'caller.tier' }, [], ['default']],
    [{ kind: 'switch', fact: 'caller.tear' }, ['gold'], ['default']],
  ]
  it.each(gates)('of %j with %j lack %j', (node, given, missing) => {
    const gate = policyOf({ a: { ...node, exits: exits(...given) } }).nodes['a']
    expect(gate && isGate(gate) && missingOf(gate, installation)).toEqual(missing)
  })
})
