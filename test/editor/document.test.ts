import { readFileSync, readdirSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Canvas } from '../../editor/policy/document/canvas.ts'
import { canvasOf } from '../../editor/policy/document/canvas.ts'
import { exitsOf, targetOf, withTarget } from '../../editor/policy/document/exits.ts'
import { createHistory } from '../../editor/policy/document/history.ts'
import { ladderLayout } from '../../editor/policy/document/ladder.ts'
import {
  add,
  connect,
  copy,
  leadsTo,
  move,
  paste,
  remove,
  tidy,
} from '../../editor/policy/document/operations.ts'
import { nodesWith } from '../../editor/policy/document/usage.ts'
import { withRemoved } from '../../editor/policy/document/with-removed.ts'
import { diffPolicies } from '../../server/policy/diff.ts'
import { validate } from '../../server/policy/validate/validate.ts'
import { emptyInstallation } from '../../server/schema/installation.ts'
import type { Policy, PolicyNode } from '../../server/schema/policy.ts'
import { policySchema } from '../../server/schema/policy.ts'
import { generatedPolicy } from './generated-policy.ts'

const folder = new URL('../../policies/', import.meta.url)
const shipped = readdirSync(folder)
  .filter((name) => name.endsWith('.json') && !name.endsWith('.cases.json'))
  .map((name) => policySchema.parse(JSON.parse(readFileSync(new URL(name, folder), 'utf8'))))
const named = (id: string): Policy => {
  const policy = shipped.find((one) => one.id === id)
  if (!policy) throw new Error(`no policy ${id}`)
  return policy
}

/** A document put together again from nothing but what is drawn. */
function fromCanvas(canvas: Canvas, of: Policy): Policy {
  const bare = (node: PolicyNode) =>
    exitsOf(node).reduce((rest, exit) => withTarget(rest, exit, undefined), node)
  const nodes = Object.fromEntries(
    canvas.nodes.map(({ id, node }) => {
      const drawn = canvas.edges.filter(({ from }) => from === id)
      const whole = drawn.reduce((grown, { exit, to }) => withTarget(grown, exit, to), bare(node))
      return [id, whole]
    }),
  )
  const start = canvas.nodes.find(({ isStart }) => isStart)?.id ?? ''
  return { ...of, nodes, start }
}

describe('the canvas', () => {
  it('holds everything of the shipped policies', () => {
    expect(shipped.length).toBeGreaterThanOrEqual(8)
    for (const policy of shipped) expect(fromCanvas(canvasOf(policy), policy)).toEqual(policy)
  })

  it('holds everything of 1,000 generated policies', () => {
    fc.assert(
      fc.property(generatedPolicy(), (policy) => {
        expect(fromCanvas(canvasOf(policy), policy)).toEqual(policy)
      }),
      { numRuns: 1000 },
    )
  })

  it('draws an edge of its own for two exits that lead to the same node', () => {
    const edges = canvasOf(named('main-line')).edges.filter(({ from }) => from === 'spam')
    expect(edges.map(({ exit, to }) => [exit, to])).toEqual([
      ['within', 'vip'],
      ['exceeded', 'hold'],
      ['unknown', 'vip'],
    ])
  })
})

describe('the ladder', () => {
  it('gives every node a place of its own, the same each time', () => {
    fc.assert(
      fc.property(generatedPolicy(60), (policy) => {
        const places = ladderLayout(policy)
        const cells = new Set([...places.values()].map(({ x, y }) => `${x},${y}`))
        expect(cells.size).toBe(Object.keys(policy.nodes).length)
        expect(ladderLayout(policy)).toEqual(places)
      }),
      { numRuns: 300 },
    )
  })

  it('puts the main way straight down and shared ends last', () => {
    const places = ladderLayout(named('main-line'))
    const column = (id: string) => places.get(id)?.x
    const main = ['blocked', 'spam', 'vip', 'hours', 'crm', 'team']
    expect(main.map(column)).toEqual(main.map(() => 0))
    const last = Math.max(...[...places.values()].map(({ y }) => y))
    expect(places.get('vm')?.y).toBe(last)
  })

  it('lays out 200 nodes and 300 edges in less than 200 ms', () => {
    const [policy] = fc.sample(generatedPolicy(200, 200), { numRuns: 1, seed: 7 })
    if (!policy) throw new Error('none')
    expect(canvasOf(policy).edges.length).toBeGreaterThan(300)
    const begun = performance.now()
    ladderLayout(policy)
    expect(performance.now() - begun).toBeLessThan(200)
  })

  it('stands a chain of 2,000 gates', () => {
    const nodes = Object.fromEntries(
      Array.from({ length: 2000 }, (_, index): [string, PolicyNode] => [
        `n${index}`,
        index === 1999
          ? { kind: 'reject', silent: true, reason: 'end' }
          : { kind: 'tag', tags: ['a'], next: `n${index + 1}` },
      ]),
    )
    expect(ladderLayout({ ...named('main-line'), nodes, start: 'n0' }).size).toBe(2000)
  })
})

describe('operations', () => {
  it('puts a node between and goes on where the exit led', () => {
    const node: PolicyNode = { kind: 'split', percent: 10, exits: {} }
    const { policy, id } = add(named('main-line'), { node, after: { from: 'vip', exit: 'no' } })
    expect(policy.nodes['vip']).toMatchObject({ exits: { no: id } })
    expect(policy.nodes[id]).toMatchObject({ exits: { out: 'hours', unknown: 'hours' } })
  })

  it('heals the path where nodes are removed', () => {
    const policy = remove(named('main-line'), new Set(['spam', 'vip']))
    expect(policy.nodes['blocked']).toMatchObject({ exits: { no: 'hours', unknown: 'hours' } })
  })

  it('never leaves a dangling exit, whatever is removed', () => {
    fc.assert(
      fc.property(generatedPolicy(), fc.array(fc.nat(30)), (policy, picks) => {
        const gone = new Set(picks.map((pick) => `n${pick}`))
        const left = remove(policy, gone)
        const ids = new Set(Object.keys(left.nodes))
        const canvas = canvasOf(left)
        for (const { exits } of canvas.nodes)
          for (const { to } of exits) expect(to === undefined || ids.has(to)).toBe(true)
        if (ids.size > 0) expect(ids.has(left.start)).toBe(true)
        const cycles = validate(left, {
          installation: emptyInstallation,
          at: 0,
          exhaustiveLimit: 0,
        })
        expect(cycles.filter(({ code }) => code === 'cycle')).toEqual([])
      }),
      { numRuns: 300 },
    )
  })

  it('pastes under fresh ids, also into another policy', () => {
    const clip = copy(named('main-line'), ['alert', 'toOwner'])
    const same = paste(named('main-line'), clip)
    expect(same.ids).toEqual(['alert-2', 'toOwner-2'])
    expect(same.policy.nodes['alert-2']).toMatchObject({ next: 'toOwner-2' })
    expect(same.policy.nodes['toOwner-2']).toMatchObject({ otherwise: 'vm' })
    const other = paste(named('clinic'), clip)
    expect(Object.keys(other.policy.nodes)).toEqual(expect.arrayContaining(other.ids))
  })

  it('keeps what the engine reads the same when nodes move or are tidied', () => {
    const policy = named('main-line')
    const moved = tidy(move(policy, new Map([['vip', { x: 7, y: 9 }]])))
    expect({ ...moved, layout: undefined }).toEqual({ ...policy, layout: undefined })
  })

  it('sees that a connection would close a circle', () => {
    expect(leadsTo(named('main-line'), 'hours', 'vm')).toBe(true)
    expect(leadsTo(named('main-line'), 'vm', 'hours')).toBe(false)
  })

  it('finds where a calendar, a team and a text are used', () => {
    const policy = named('main-line')
    expect(nodesWith(policy, 'hours.support')).toEqual(expect.arrayContaining(['hours', 'sorry']))
    expect(nodesWith(policy, 'agents.support')).toContain('team')
    expect(nodesWith(policy, 'several times')).toEqual(['tooMany'])
  })
})

describe('history', () => {
  it('goes back and forth over 100 steps to the identical document', () => {
    const first = named('main-line')
    const history = createHistory(first)
    for (let step = 0; step < 100; step += 1) {
      const from = history.current()
      if (step % 3 === 0)
        history.change(add(from, { node: { kind: 'tag', tags: ['a'], next: 'vm' } }).policy)
      else if (step % 3 === 1) history.change(move(from, new Map([['vip', { x: step, y: step }]])))
      else history.change(connect(from, { from: 'vip', exit: 'no' }, step % 2 ? 'crm' : 'hours'))
    }
    const last = history.current()
    for (let step = 0; step < 100; step += 1) history.undo()
    expect(history.current()).toBe(first)
    expect(history.canUndo()).toBe(false)
    for (let step = 0; step < 100; step += 1) history.redo()
    expect(history.current()).toBe(last)
  })

  it('takes letters typed in one field as one step', () => {
    const first = named('main-line')
    const history = createHistory(first)
    history.change({ ...first, name: 'a' }, 'name', 100)
    history.change({ ...first, name: 'ab' }, 'name', 300)
    history.change({ ...first, name: 'abc' }, 'name', 5000)
    history.undo()
    expect(history.current().name).toBe('ab')
    history.undo()
    expect(history.current()).toBe(first)
  })
})

describe('the picture of a change', () => {
  const before = named('main-line')

  it('keeps what was removed about where it stood, with the ways that led there', () => {
    const [id = ''] = Object.keys(before.nodes).filter((one) => one !== before.start)
    const after = tidy(remove(before, new Set([id])))
    const diff = diffPolicies(before, after)
    const { policy, gone } = withRemoved(before, after, diff)
    expect(Object.keys(policy.nodes).toSorted()).toEqual(Object.keys(before.nodes).toSorted())
    expect(policy.nodes[id]).toEqual(before.nodes[id])
    const led = Object.entries(before.nodes).flatMap(([from, node]) =>
      exitsOf(node)
        .filter((exit) => targetOf(node, exit) === id)
        .map((exit) => ({ from, exit, to: id })),
    )
    expect(led.length).toBeGreaterThan(0)
    expect(gone).toEqual(led)
    const { nodes } = canvasOf(policy)
    const places = nodes.map(({ x, y }) => `${x} ${y}`)
    expect(new Set(places).size).toBe(places.length)
  })

  it('is that of the draft where nothing was removed', () => {
    const after = { ...before, name: 'Another name' }
    expect(withRemoved(before, after, diffPolicies(before, after))).toEqual({
      policy: after,
      gone: [],
    })
  })
})
