import { describe, expect, it } from 'vitest'
import type { Policy } from '../../server/schema/policy.ts'
import { explore } from '../../server/policy/validate/exploration.ts'
import { gateModels, tryAll } from '../../server/policy/validate/gate-models.ts'
import { missingProofs } from '../../server/policy/validate/missing-proof.ts'
import { reachProblems } from '../../server/policy/validate/reach.ts'
import { validate } from '../../server/policy/validate/validate.ts'
import { at, brief, installation, policyOf } from './validate-example.ts'

type Nodes = Record<string, object>
const much = 50_000
const leaf = (fact: string, operator: string, value: unknown) => ({ fact, operator, value })
const condition = (when: object, yes = 'end', no = 'end') => ({
  kind: 'condition',
  when,
  exits: { yes, no },
})
const vip = (minPriority: number, yes: string, no: string, more: object = {}) => ({
  kind: 'vip',
  minPriority,
  exits: { yes, no, ...more },
})
const split = (percent: number, one = 'end', other = 'end') => ({
  kind: 'split',
  percent,
  exits: { in: one, out: other },
})
const hours = (open: string, closed: string, more: object = { holiday: closed }) => ({
  kind: 'hours',
  calendar: 'support',
  exits: { open, closed, ...more },
})
const crm = (found: string, missing: string, more: object = {}) => ({
  kind: 'crm',
  exits: { found, missing, ...more },
})
const velocity = (limit: number, exceeded: string, within: string) => ({
  kind: 'velocity',
  scope: 'caller',
  windowMinutes: 10,
  limit,
  exits: { exceeded, within },
})
const tag = (next: string) => ({ kind: 'tag', tags: ['x'], next })
const modelsOf = (nodes: Nodes, limit = much) =>
  gateModels(policyOf(nodes), installation, { left: limit })

describe('how a gate can decide', () => {
  const possible = (node: object) => {
    const { gates, names } = modelsOf({ a: node })
    const model = gates.get('a')
    return {
      complete: model?.complete,
      exits: Object.fromEntries(
        [...(model?.possible ?? [])].map(([exit, values]) => [
          exit,
          Object.fromEntries(
            names.flatMap((name, slot) =>
              values[slot] === undefined ? [] : [[name, values[slot]]],
            ),
          ),
        ]),
      ),
    }
  }
  const low = leaf('caller.priority', 'lessThan', 5)
  const high = leaf('caller.priority', 'greaterThan', 9)

  it.each<[what: string, node: object, exits: Record<string, object>]>([
    ['a VIP', vip(80, 'end', 'end'), { no: { 'caller.priority': 79 }, yes: { 'caller.priority': 80 } }],
    ['a share of none', split(0), { out: {} }],
    ['a share of some', split(50), { in: {}, out: {} }],
    ['a share of all', split(100), { in: {} }],
    ['hours', hours('end', 'end'), { open: { 'hours.support': 'open' }, closed: { 'hours.support': 'closed' }, holiday: { 'hours.support': 'holiday' } }],
    ['a CRM', crm('end', 'end'), { found: { 'crm.found': true }, missing: { 'crm.found': false } }],
    ['a contradiction', condition({ all: [low, high] }), { no: { 'caller.priority': 4 } }],
    ['a tautology', condition({ any: [low, { not: low }] }), { yes: { 'caller.priority': 4 } }],
    ['two facts', condition({ all: [leaf('caller.known', 'equal', true), low] }), { yes: { 'caller.known': true, 'caller.priority': 4 }, no: { 'caller.known': true, 'caller.priority': 5 } }],
  ])('of %s is found by trying', (_, node, exits) => {
    expect(possible(node)).toEqual({ complete: true, exits })
  }) // prettier-ignore

  it('is not known where the values are too many', () => {
    const tags = Array.from({ length: 7 }, (_, index) =>
      leaf('caller.tags', 'contains', `t${index}`),
    )
    expect(possible(condition({ any: tags }))).toEqual({ complete: false, exits: {} })
  })

  it('is nothing to say of a gate that has an error of its own', () => {
    const { gates } = modelsOf({
      a: condition(leaf('caller.tear', 'equal', 'x')),
      b: vip(1, 'a', 'a'),
    })
    expect([...gates.keys()]).toEqual(['b'])
  })

  it('costs more the more it compares with', () => {
    const weight = (node: object) => modelsOf({ a: node }).gates.get('a')?.weight
    const list = (count: number) =>
      condition(
        leaf(
          'caller.tier',
          'in',
          Array.from({ length: count }, (_, index) => `t${index}`),
        ),
      )
    // one more for every fifty operands and facts
    expect([1, 48, 49, 98, 99].map((count) => weight(list(count)))).toEqual([1, 1, 2, 2, 3])
    const any = (count: number) =>
      condition({ any: Array.from({ length: count }, () => leaf('caller.known', 'equal', true)) })
    expect([48, 49, 99].map((count) => weight(any(count)))).toEqual([1, 2, 3])
    expect(weight(vip(1, 'end', 'end'))).toBe(1)
    const after = modelsOf({ a: any(60), b: vip(1, 'end', 'end') })
    expect(after.gates.get('b')?.weight).toBe(1)
  })

  it('is tried as long as there is effort left', () => {
    // once without its fact, once with each of two values: 79 and 80
    const complete = (limit: number) =>
      modelsOf({ a: vip(80, 'end', 'end') }, limit).gates.get('a')?.complete
    expect([0, 1, 2, 3, 4].map(complete)).toEqual([false, false, false, true, true])
    const effort = { left: 10 }
    gateModels(policyOf({ a: vip(80, 'end', 'b'), b: vip(80, 'end', 'end') }), installation, effort)
    expect(effort.left).toBe(4)
  })

  it('is told for every call that is tried', () => {
    const model = modelsOf({ a: vip(80, 'end', 'end') }).gates.get('a')
    const settled: string[] = []
    const tryWith = (left: number, values: number[]) => {
      settled.length = 0
      const effort = { left }
      const choices = () => [1, 100, null]
      const done =
        model &&
        tryAll(model, { values, choices }, effort, ({ exit, values: known }) =>
          settled.push(`${exit} ${known[0]}`),
        )
      return [done, effort.left, ...settled]
    }
    expect(tryWith(10, [])).toEqual([true, 6, 'no 1', 'yes 100', 'unknown null'])
    expect(tryWith(10, [90])).toEqual([true, 9, 'yes 90'])
    expect(tryWith(4, [])).toEqual([true, 0, 'no 1', 'yes 100', 'unknown null'])
    expect(tryWith(3, [])).toEqual([false, -1, 'no 1', 'yes 100'])
  })
})

describe('what calls do', () => {
  const nodes = {
    a: vip(3, 'end', 'b'),
    b: hours('c', 'd'),
    c: vip(5, 'end', 'd'),
    d: { kind: 'voicemail', otherwise: 'e' },
    e: vip(4, 'end', 'end'),
    z: tag('a'),
  }
  const exploration = (limit: number, of: Nodes = nodes) => {
    const effort = { left: limit }
    const models = gateModels(policyOf(of), installation, effort)
    return explore(policyOf(of), models, effort)
  }
  const exits = (taken: ReadonlySet<string>) => [...taken].map((key) => key.replace('\n', ' '))

  it('is found by sending them', () => {
    const { complete, taken, reached } = exploration(much)
    expect(complete).toBe(true)
    expect(exits(taken).toSorted()).toEqual([
      'a no', 'a unknown', 'a yes',
      'b closed', 'b holiday', 'b open', 'b unknown',
      'c no', 'd otherwise',
      'e no', 'e unknown', 'e yes',
    ]) // prettier-ignore
    expect([...reached.keys()].toSorted()).toEqual(['a', 'b', 'c', 'd', 'e', 'end'])
    expect(reached.get('c')).toMatchObject({ id: 'c', values: [2], from: { exit: 'open' } })
    expect(reached.get('c')?.from?.arrival).toMatchObject({ id: 'b', from: { exit: 'no' } })
    // after an outcome facts may have changed, so that it is a walk of its own
    expect(reached.get('e')).toEqual({ id: 'e', values: [] })
    expect(reached.get('a')).toEqual({ id: 'a', values: [] })
  })

  it('takes as many evaluations as there are different calls', () => {
    // gates by themselves: 5, 4, 5, 5; calls: six at a, one at b, c, d and end, six at e
    expect([34, 35].map((limit) => exploration(limit).complete)).toEqual([false, true])
    expect(exploration(0)).toMatchObject({ complete: false })
  })

  it('is one where the facts that differ no longer matter', () => {
    const far = { a: vip(3, 'b', 'b'), b: vip(3, 'c', 'c'), c: tag('d'), d: hours('end', 'end') }
    // gates by themselves: 3, 3, 4; calls: four at a, two at b, one at c, d and end
    expect([18, 19].map((limit) => exploration(limit, far).complete)).toEqual([false, true])
  })

  it('goes on with what was found out before, whatever lies between', () => {
    const of = { a: vip(3, 'b', 'b'), b: tag('c'), c: tag('d'), d: vip(3, 'end', 'end') }
    const { taken, reached } = exploration(much, of)
    expect(exits(taken).filter((exit) => exit.startsWith('d '))).toEqual(['d no', 'd yes'])
    expect(reached.get('b')?.values).toEqual([2])
  })

  it('is every exit of a gate that is not understood', () => {
    const tags = Array.from({ length: 7 }, (_, index) =>
      leaf('caller.tags', 'contains', `t${index}`),
    )
    const of = { a: condition({ any: tags }, 'b', 'c'), b: tag('end'), c: condition({ any: tags }) }
    const { complete, taken } = exploration(much, of)
    expect(complete).toBe(true)
    expect(exits(taken).toSorted()).toEqual(['a no', 'a yes', 'b next', 'c no', 'c yes'])
  })

  it('is nothing where the start does not exist, or an edge leads nowhere', () => {
    const lost = policyOf({ a: tag('gone') }, { start: 'gone' })
    const models = gateModels(lost, installation, { left: much })
    const found = explore(lost, models, { left: much })
    expect([found.complete, found.taken.size, found.reached.size]).toEqual([true, 0, 0])
    expect(exits(exploration(much, { a: tag('gone') }).taken)).toEqual(['a next'])
  })

  it('is not looked for where more than 40,000 pairs of a node and a fact matter', () => {
    const pairs = Array.from({ length: 100 }, (_, index) => {
      const fact = { any: [leaf(`caller.attributes.f${index}`, 'equal', 'x')] }
      return [
        [`p${index}`, condition(fact, `q${index}`, `q${index}`)],
        [`q${index}`, condition(fact, index < 99 ? `p${index + 1}` : 'end')],
      ]
    }).flat()
    const withTags = (count: number) =>
      Object.fromEntries([
        ...pairs,
        ...Array.from({ length: count }, (_, index) => [`t${index}`, tag('end')]),
      ])
    // with the end, 200 gates are 201 nodes
    expect(exploration(1_000_000, withTags(199)).reached.size).toBeGreaterThan(0)
    const { complete, reached } = exploration(1_000_000, withTags(200))
    expect([complete, reached.size]).toEqual([false, 0])
  })
})

describe('an exit that no call takes', () => {
  const said = (nodes: Nodes, limit = much) =>
    reachProblems(policyOf(nodes), installation, limit).map(
      ({ severity, code, node, path, message, hint, proof }) => {
        expect([severity, path.slice(0, 3)]).toEqual(['warning', ['nodes', node, 'exits']])
        return [code, `${node} ${path[3]}`, message, hint, ...(proof ? [proof] : [])]
      },
    )
  const change = 'Change what the gate asks, or remove the gate.'
  const narrower = 'Ask the narrower question first, or remove the gate.'
  const before = 'Remove the gate, or change a gate before it.'

  it('is ruled out by what the gate asks', () => {
    expect(said({ a: split(0, 'b', 'end'), b: tag('c'), c: tag('end') })).toEqual([
      ['exit_never_taken', 'a in', 'No call can leave "a" by "in". Nothing then reaches "b" and "c".', change],
    ]) // prettier-ignore
    expect(said({ a: split(100, 'end', 'end') })).toEqual([
      ['exit_never_taken', 'a out', 'No call can leave "a" by "out".', change],
    ])
  })

  it('names nothing as lost where not every call was tried', () => {
    expect(said({ a: { ...split(0, 'b', 'end'), label: 'Share' }, b: tag('end') }, 0)).toEqual([
      ['exit_never_taken', 'a in', 'No call can leave "Share" by "in".', change],
    ])
  })

  it('is a default beside every value', () => {
    const nodes = {
      a: {
        kind: 'switch',
        fact: 'caller.known',
        exits: { true: 'end', false: 'end', default: 'b' },
      },
      b: { ...tag('end'), label: 'Rest' },
    }
    expect(said(nodes)).toEqual([
      ['exit_never_taken', 'a default', 'No call can leave "a" by "default". Nothing then reaches "Rest".', 'Remove the exit "default": every value has an exit of its own.'],
    ]) // prettier-ignore
  })

  it('is shadowed by a wider question before it', () => {
    const nodes = {
      a: { ...vip(80, 'end', 'b'), label: 'VIP' },
      b: vip(90, 'c', 'end'),
      c: tag('end'),
    }
    expect(said(nodes)).toEqual([
      ['shadowed_condition', 'b yes', 'No call leaves "b" by "yes": a call that would has already left "VIP" by "yes". Nothing then reaches "c".', narrower, { 'caller.priority': 90 }],
    ]) // prettier-ignore
    expect(said({ a: velocity(5, 'end', 'b'), b: velocity(9, 'end', 'end') })).toEqual([
      ['shadowed_condition', 'b exceeded', 'No call leaves "b" by "exceeded": a call that would has already left "a" by "exceeded".', narrower, { 'velocity.caller.10m': 10 }],
    ]) // prettier-ignore
  })

  it('is otherwise an exit that nobody is left for', () => {
    expect(said({ a: vip(80, 'b', 'end'), b: vip(70, 'end', 'end') })).toEqual([
      ['exit_never_taken', 'b no', 'No call leaves "b" by "no": a call that would has already left "a" by "no".', before, { 'caller.priority': 69 }],
    ]) // prettier-ignore
    expect(
      said({ a: hours('b', 'end'), b: hours('end', 'end') }).map((one) => [one[1], one[4]]),
    ).toEqual([
      ['b closed', { 'hours.support': 'closed' }],
      ['b holiday', { 'hours.support': 'holiday' }],
    ])
  })

  it('is found where a gate before it asks for more', () => {
    const both = {
      all: [
        leaf('caller.priority', 'greaterThanInclusive', 80),
        leaf('caller.known', 'equal', true),
      ],
    }
    expect(
      said({ a: condition(both, 'b', 'end'), b: vip(70, 'end', 'end') }).map((one) => one[1]),
    ).toEqual(['b no'])
  })

  it('is shown by a call with all it needs on its way', () => {
    const rest = { b: vip(3, 'end', 'c'), c: vip(5, 'end', 'end') }
    const proof = (a: object) => said({ a, ...rest })[0]?.[4]
    expect(proof(crm('end', 'end', { unknown: 'b' }))).toEqual({
      'crm.found': 'unknown',
      'caller.priority': 5,
    })
    expect(proof(crm('end', 'b'))).toEqual({ 'crm.found': false, 'caller.priority': 5 })
    expect(proof(tag('b'))).toEqual({ 'caller.priority': 5 })
    expect(proof(hours('end', 'b'))).toEqual({ 'hours.support': 'closed', 'caller.priority': 5 })
  })

  it('is told by the gate that first sends the call elsewhere', () => {
    const nodes = {
      a: vip(80, 'end', 'b'),
      b: vip(50, 'end', 'c'),
      c: vip(90, 'end', 'd'),
      d: vip(60, 'end', 'end'),
    }
    expect(said(nodes).map((one) => [one[1], one[2], one[4]])).toEqual([
      ['c yes', 'No call leaves "c" by "yes": a call that would has already left "a" by "yes".', { 'caller.priority': 90 }],
      ['d yes', 'No call leaves "d" by "yes": a call that would has already left "b" by "yes".', { 'caller.priority': 60 }],
    ]) // prettier-ignore
  })

  it.each<[what: string, nodes: Nodes]>([
    ['an unknown exit', { a: vip(80, 'end', 'end', { unknown: 'end' }) }],
    ['a gate that no call comes to', { a: vip(80, 'end', 'end'), b: vip(90, 'end', 'end') }],
    ['the same question after an outcome', { a: vip(80, 'b', 'end'), b: { kind: 'voicemail', otherwise: 'c' }, c: vip(80, 'end', 'end') }],
    ['a narrower question first', { a: vip(90, 'end', 'b'), b: vip(80, 'end', 'end') }],
  ])('is not said of %s', (_, nodes) => {
    expect(said(nodes)).toEqual([])
  }) // prettier-ignore

  it('is not said where not every call was tried', () => {
    const nodes = { a: vip(80, 'end', 'b'), b: vip(90, 'end', 'end') }
    // gates: 4 and 4; calls: five at a, one at b with each of two values, one at the end
    const counts = Array.from({ length: 20 }, (_, limit) => said(nodes, limit).length)
    expect(counts.indexOf(1)).toBeGreaterThan(8)
    expect(counts.lastIndexOf(0)).toBe(counts.indexOf(1) - 1)
  })
})

describe('a call that needs a missing exit', () => {
  const { nodes: _, ...rest } = policyOf({})
  const proofs = (nodes: Nodes, limit = much) =>
    [...missingProofs(policyOf(nodes), installation, limit)].map(([key, proof]) => [
      key.replace('\n', ' '),
      proof,
    ])
  const noHoliday = hours('end', 'end', {})

  it.each<[what: string, nodes: Nodes, found: unknown[]]>([
    ['a day', { a: noHoliday }, [['a holiday', { 'hours.support': 'holiday' }]]],
    ['each of several', { a: hours('end', 'b', {}), b: { ...vip(80, 'end', 'end'), exits: {} } }, [['a holiday', { 'hours.support': 'holiday', 'caller.priority': 79 }], ['b yes', { 'hours.support': 'closed', 'caller.priority': 80 }], ['b no', { 'hours.support': 'closed', 'caller.priority': 79 }]]],
    ['one that comes there', { a: vip(80, 'end', 'b'), b: noHoliday }, [['b holiday', { 'caller.priority': 79, 'hours.support': 'holiday' }]]],
    ['one that is not known', { a: crm('end', 'end', { unknown: 'b' }), b: noHoliday }, [['b holiday', { 'crm.found': 'unknown', 'hours.support': 'holiday' }]]],
    ['nobody where a fact is always known', { a: vip(80, 'end', 'end', { unknown: 'b' }), b: noHoliday }, []],
    ['nobody where nothing leads there', { a: tag('end'), b: noHoliday }, []],
    ['nobody where all have left before', { a: vip(80, 'end', 'b'), b: { ...vip(90, 'end', 'end'), exits: { no: 'end' } } }, []],
    ['nobody where none is missing', { a: hours('end', 'end') }, []],
  ])('is %s', (_what, nodes, found) => {
    expect(proofs(nodes)).toEqual(found)
  }) // prettier-ignore

  it('is one of an agents gate that is not set up, too', () => {
    const exits = { available: 'end', busy: 'end', dnd: 'end', offline: 'end', unknown: 'b' }
    const sales = { kind: 'agents', team: 'sales', exits }
    expect(proofs({ a: sales, b: noHoliday })).toEqual([
      ['b holiday', { 'agents.sales.status': 'unknown', 'hours.support': 'holiday' }],
    ])
  })

  it('is not looked for without effort, nor where no node ends a call', () => {
    expect(proofs({ a: noHoliday }, 0)).toEqual([])
    const { nodes } = policyOf({ a: noHoliday })
    const endless = Object.fromEntries(Object.entries(nodes).filter(([id]) => id !== 'end'))
    expect(missingProofs({ ...rest, start: 'a', nodes: endless }, installation, much).size).toBe(0)
  })
})

describe('the problems of a policy', () => {
  const all = (nodes: Nodes, more: object = {}, context: object = {}) =>
    validate(policyOf(nodes, more), { installation, at, ...context })

  it('come as errors first, each kind in the order of the nodes', () => {
    const nodes = {
      c: vip(80, 'b', 'gone'),
      b: split(0),
      a: { ...tag('c'), next: 'nowhere' },
    }
    expect(brief(all(nodes, { fallback: { kind: 'reject' } }))).toEqual([
      'error reject_without_message -',
      'error dangling_exit c',
      'error dangling_exit a',
      'warning exit_never_taken b',
      'warning unreachable_node a',
    ])
  })

  it('are 500 at most', () => {
    const names = Array.from({ length: 600 }, (_, index) => `n${index}`)
    const nodes = Object.fromEntries(names.map((name) => [name, hours('end', 'end', {})]))
    expect(all(nodes)).toHaveLength(500)
  })

  it('have a call to show only where nothing else is wrong with the edges', () => {
    const a = hours('b', 'end', {})
    expect(all({ a, b: tag('end') })[0]?.proof).toEqual({ 'hours.support': 'holiday' })
    const [dangling, missing] = all({ a, b: tag('gone') }).toSorted((one, other) =>
      one.code.localeCompare(other.code),
    )
    expect([dangling?.code, missing?.code, missing?.proof]).toEqual([
      'dangling_exit',
      'missing_exit',
      undefined,
    ])
    expect(all({ a, b: tag('end') }, {}, { exhaustiveLimit: 0 })[0]?.proof).toBeUndefined()
  })

  it('leave out what cannot be told of circles', () => {
    const ring = { kind: 'accept', target: { team: 'support' }, ringSeconds: 30, otherwise: 'b' }
    const nodes = { a: ring, b: { ...crm('a', 'a'), deadlineMs: 200 } }
    expect(brief(all(nodes))).toEqual(['error cycle a', 'warning unreachable_node end'])
  })

  it('are one where a document has no shape at all', () => {
    // on purpose: what may come where nobody parsed it
    const broken = { numbers: [], nodes: { a: null } } as unknown as Policy
    const problems = validate(broken, { installation, at })
    expect(brief(problems)).toEqual(['error invalid_shape -'])
    expect(problems[0]?.message).toMatch(/^The policy cannot be checked: .+\.$/)
    expect(problems[0]?.hint).toBe('Compare it with a policy that works.')
    expect(problems[0]?.path).toEqual([])
  })
})
