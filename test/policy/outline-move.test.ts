import { describe, expect, it } from 'vitest'
import { moveStep } from '../../server/policy/outline/move.ts'
import type { Policy } from '../../server/schema/policy.ts'
import type { Nodes } from './engine-support.ts'
import { policyOf } from './engine-support.ts'

const end = { kind: 'voicemail' }
const bye = { kind: 'reject', silent: true, reason: 'spam' }
const vip = (exits: Record<string, string>) => ({ kind: 'vip', minPriority: 80, exits })
const hours = (exits: Record<string, string>) => ({ kind: 'hours', calendar: 'support', exits })
const tag = (next: string) => ({ kind: 'tag', tags: ['seen'], next })

/** The policy with its start and some of its nodes as they are told here; all else is to stay. */
const changed = (policy: Policy, start: string, nodes: Nodes): Policy => {
  const { nodes: parsed } = policyOf({ ...policy.nodes, ...nodes })
  return { ...policy, start, nodes: parsed }
}

const effects = { a: tag('b'), b: tag('c'), c: tag('end'), end }
const gates = {
  a: vip({ yes: 'x', no: 'b', unknown: 'b' }),
  x: tag('b'),
  b: vip({ yes: 'y', no: 'c', unknown: 'y' }),
  y: bye,
  c: tag('end'),
  end,
}
/** Both ways of `gate` aside begin with steps that follow one another. */
const aside = {
  gate: hours({ open: 'on', closed: 's1', holiday: 's2', unknown: 's1' }),
  ...{ s1: tag('s2'), s2: tag('on'), on: tag('end'), end },
}
/** `a` leads aside to `s`, which leads on to `b` too: `a` cannot come behind `b`. */
const shared = {
  first: vip({ yes: 's', no: 'a', unknown: 'a' }),
  s: tag('b'),
  a: vip({ yes: 's', no: 'b', unknown: 'b' }),
  b: vip({ yes: 'bye', no: 'end', unknown: 'end' }),
  ...{ end, bye },
}

describe('moving a step', () => {
  it.each<[string, Nodes, { up: string; down: string }, { start: string; nodes: Nodes }]>([
    [
      'changes places with the first',
      effects,
      { up: 'b', down: 'a' },
      { start: 'b', nodes: { a: tag('c'), b: tag('a') } },
    ],
    [
      'changes places with the one between',
      effects,
      { up: 'c', down: 'b' },
      { start: 'a', nodes: { a: tag('c'), b: tag('end'), c: tag('b') } },
    ],
    [
      'goes in front of a gate, whose steps aside lead to where the gate leads then',
      gates,
      { up: 'b', down: 'a' },
      {
        start: 'b',
        nodes: {
          a: vip({ yes: 'x', no: 'c', unknown: 'c' }),
          x: tag('c'),
          b: vip({ yes: 'y', no: 'a', unknown: 'y' }),
        },
      },
    ],
    [
      'goes in front of a gate as an effect, with all that led to the gate',
      gates,
      { up: 'c', down: 'b' },
      {
        start: 'a',
        nodes: {
          a: vip({ yes: 'x', no: 'c', unknown: 'c' }),
          x: tag('c'),
          b: vip({ yes: 'y', no: 'end', unknown: 'y' }),
          c: tag('b'),
        },
      },
    ],
    [
      'leads to what the last gate led to',
      {
        a: vip({ yes: 'x', no: 'b', unknown: 'b' }),
        b: vip({ yes: 'y', no: 'end', unknown: 'end' }),
        ...{ x: bye, y: bye, end },
      },
      { up: 'b', down: 'a' },
      {
        start: 'b',
        nodes: {
          a: vip({ yes: 'x', no: 'end', unknown: 'end' }),
          b: vip({ yes: 'y', no: 'a', unknown: 'a' }),
        },
      },
    ],
    [
      'takes the first of many ends for its way on',
      {
        a: vip({ yes: 'x', no: 'b', unknown: 'b' }),
        b: hours({ open: 'p', closed: 'q', holiday: 'r', unknown: 'p' }),
        ...{ x: bye, p: end, q: bye, r: bye },
      },
      { up: 'b', down: 'a' },
      {
        start: 'b',
        nodes: {
          a: vip({ yes: 'x', no: 'p', unknown: 'p' }),
          b: hours({ open: 'a', closed: 'q', holiday: 'r', unknown: 'a' }),
        },
      },
    ],
    [
      'leads to the next one whatever leads to the step by other ways',
      {
        first: vip({ yes: 'b', no: 'a', unknown: 'a' }),
        ...{ a: tag('b'), b: tag('c'), c: tag('end'), end },
      },
      { up: 'b', down: 'a' },
      {
        start: 'first',
        nodes: {
          first: vip({ yes: 'b', no: 'b', unknown: 'b' }),
          ...{ a: tag('c'), b: tag('a') },
        },
      },
    ],
    [
      'moves among the steps aside of a gate',
      aside,
      { up: 's2', down: 's1' },
      {
        start: 'gate',
        nodes: {
          gate: hours({ open: 'on', closed: 's2', holiday: 's2', unknown: 's2' }),
          ...{ s1: tag('on'), s2: tag('s1') },
        },
      },
    ],
    [
      'goes in front of a gate that leads aside, whose steps go along',
      aside,
      { up: 'on', down: 'gate' },
      {
        start: 'on',
        nodes: {
          gate: hours({ open: 'end', closed: 's1', holiday: 's2', unknown: 's1' }),
          ...{ s2: tag('end'), on: tag('gate') },
        },
      },
    ],
    [
      'goes in front of a gate that all callers pass',
      {
        a: vip({ yes: 'b', no: 'b', unknown: 'bye' }),
        b: vip({ yes: 'end', no: 'end', unknown: 'end' }),
        ...{ bye, end },
      },
      { up: 'b', down: 'a' },
      {
        start: 'b',
        nodes: {
          a: vip({ yes: 'end', no: 'end', unknown: 'bye' }),
          b: vip({ yes: 'a', no: 'a', unknown: 'a' }),
        },
      },
    ],
    [
      'takes its own steps aside along, also where others lead to it from further in',
      {
        first: vip({ yes: 's', no: 'own', unknown: 'own' }),
        s: tag('own'),
        own: vip({ yes: 'u', no: 'next', unknown: 'next' }),
        ...{ u: tag('next'), next: tag('end'), end },
      },
      { up: 'own', down: 'first' },
      {
        start: 'own',
        nodes: {
          first: vip({ yes: 's', no: 'next', unknown: 'next' }),
          s: tag('next'),
          own: vip({ yes: 'u', no: 'first', unknown: 'first' }),
          u: tag('first'),
        },
      },
    ],
    [
      'leaves steps as they are that are neither its own nor those of its neighbour',
      {
        ...effects,
        apart: vip({ yes: 'b', no: 'c', unknown: 'a' }),
      },
      { up: 'b', down: 'a' },
      {
        start: 'b',
        nodes: {
          ...{ a: tag('c'), b: tag('a') },
          apart: vip({ yes: 'b', no: 'c', unknown: 'b' }),
        },
      },
    ],
    [
      'moves among steps that no call reaches',
      { begin: end, a: tag('b'), b: tag('begin') },
      { up: 'b', down: 'a' },
      { start: 'begin', nodes: { a: tag('begin'), b: tag('a') } },
    ],
    [
      'keeps what leads to a step that does not exist',
      { a: tag('b'), b: tag('gone') },
      { up: 'b', down: 'a' },
      { start: 'b', nodes: { a: tag('gone'), b: tag('a') } },
    ],
  ])('%s', (_, nodes, { up, down }, expected) => {
    const policy = policyOf(nodes)
    const wanted = changed(policy, expected.start, expected.nodes)
    expect(moveStep(policy, up, 'up')).toEqual(wanted)
    expect(moveStep(policy, down, 'down')).toEqual(wanted)
  })

  it('takes the place of a step before one that leads nowhere yet', () => {
    const policy = policyOf({ a: tag('b'), b: tag('a') })
    const seen = { kind: 'tag' as const, tags: ['seen'] }
    const draft: Policy = {
      ...policy,
      nodes: { a: { ...seen, next: 'b' }, b: { ...seen, next: '' } },
    }
    const moved = moveStep(draft, 'b', 'up')
    expect(moved).toEqual({
      ...draft,
      start: 'b',
      nodes: { a: { ...seen, next: '' }, b: { ...seen, next: 'a' } },
    })
    expect(moveStep(draft, 'a', 'down')).toEqual(moved)
  })

  it('leaves open what a gate left open', () => {
    const policy = policyOf({
      a: vip({ yes: 'x', no: 'b', unknown: 'b' }),
      b: vip({ no: 'y' }),
      ...{ x: bye, y: bye },
    })
    expect(moveStep(policy, 'b', 'up')).toEqual(
      changed(policy, 'b', {
        a: vip({ yes: 'x', no: 'y', unknown: 'y' }),
        b: vip({ no: 'a' }),
      }),
    )
  })

  it.each<[string, Nodes, string, 'up' | 'down']>([
    ['the first goes up', effects, 'a', 'up'],
    ['the last effect goes behind the end', effects, 'c', 'down'],
    ['the end goes up', effects, 'end', 'up'],
    ['the end goes down', effects, 'end', 'down'],
    ['there is no such step', effects, 'none', 'up'],
    ['there is no such step, for down too', effects, 'none', 'down'],
    ['it is alone aside', gates, 'x', 'up'],
    ['it is alone aside, for down too', gates, 'x', 'down'],
    ['it is an end aside', gates, 'y', 'up'],
    ['it is the first aside', aside, 's1', 'up'],
    ['steps aside would lead back to it', shared, 'a', 'down'],
    ['steps aside would lead back, for up too', shared, 'b', 'up'],
    ['callers go in a circle already', { a: tag('b'), b: tag('a') }, 'b', 'up'],
    ['it is the `otherwise` of an end', { a: { ...end, otherwise: 'b' }, b: bye }, 'b', 'up'],
    [
      'its neighbour is an end',
      { a: tag('ring'), ring: { ...end, otherwise: 'b' }, b: end },
      'a',
      'down',
    ],
  ])('is refused where %s', (_, nodes, id, way) => {
    expect(moveStep(policyOf(nodes), id, way)).toBeUndefined()
  })

  it('is not refused where the same steps do not lead back', () => {
    const policy = policyOf(shared)
    expect(moveStep(policy, 'a', 'up')).toEqual(
      changed(policy, 'a', {
        first: vip({ yes: 's', no: 'b', unknown: 'b' }),
        a: vip({ yes: 's', no: 'first', unknown: 'first' }),
      }),
    )
  })
})
