import fc from 'fast-check'
import type { Condition, NodeKind, Policy, PolicyNode } from '../../server/schema/policy.ts'

const leaf: fc.Arbitrary<Condition> = fc.constantFrom<Condition>(
  { fact: 'caller.blocked', operator: 'equal', value: true },
  { fact: 'caller.priority', operator: 'greaterThanInclusive', value: 80 },
  { fact: 'caller.tags', operator: 'contains', value: 'patient' },
  { fact: 'hours.support', operator: 'in', value: ['open', 'holiday'] },
  { fact: 'velocity.caller.10m', operator: 'greaterThan', value: { fact: 'history.calls' } },
  { fact: 'caller.queue', operator: 'notEqual', value: '' },
)
const condition = fc.letrec<{ any: Condition }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.array(tie('any'), { minLength: 1, maxLength: 3 }).map((all): Condition => ({ all })),
    fc.array(tie('any'), { minLength: 1, maxLength: 3 }).map((any): Condition => ({ any })),
    tie('any').map((not): Condition => ({ not })),
  ),
})).any

type Bare = Readonly<Record<string, unknown>>
const nodeParts: Readonly<Record<NodeKind, fc.Arbitrary<Bare>>> = {
  condition: condition.map((when) => ({ when })),
  hours: fc.constantFrom({ calendar: 'support' }, { calendar: 'sla' }),
  vip: fc.constantFrom<Bare>(
    { minPriority: 80 },
    { tags: ['vip', 'board'] },
    { minPriority: 1, tags: ['x'] },
  ),
  velocity: fc.record({
    scope: fc.constantFrom('caller', 'number', 'prefix'),
    limit: fc.nat(9),
    windowMinutes: fc.integer({ min: 1, max: 1440 }),
  }),
  agents: fc.constantFrom<Bare>({ team: 'support' }, { agent: 'ana' }, { owner: true }),
  crm: fc.constantFrom<Bare>({}, { deadlineMs: 80 }),
  switch: fc.constantFrom({ fact: 'caller.tier' }, { fact: 'caller.attributes.plan' }),
  split: fc.record({ percent: fc.nat(100) }),
  notify: fc.constantFrom({ level: 'high', text: 'VIP {{caller.name | default: "?"}}' }),
  tag: fc.constant({ tags: ['a', 'b'] }),
  block: fc.record({ minutes: fc.integer({ min: 1, max: 5000 }) }),
  restrict: fc.record({ queue: fc.constant('slow'), minutes: fc.constant(60) }),
  accept: fc.constantFrom<Bare>(
    { target: { team: 'support' }, strategy: 'round_robin', ringSeconds: 20 },
    { target: { owner: true } },
    { target: { queue: 'slow' }, strategy: 'priority' },
    { target: { agent: 'ana' } },
  ),
  ai_pickup: fc.constant({ assistant: 'reception' }),
  voicemail: fc.constantFrom<Bare>({}, { mode: 'voice_note', greeting: 'default', maxSeconds: 60 }),
  reject: fc.constantFrom<Bare>(
    { silent: true, reason: 'blocked' },
    { message: { text: 'Bye', replies: ['Yes', 'No'] } },
    { message: { text: 'Book', url: { label: 'Book', href: 'https://example.com' } } },
  ),
}
const exitNames: Readonly<Partial<Record<NodeKind, readonly string[]>>> = {
  condition: ['unknown', 'yes', 'no'],
  hours: ['open', 'closed', 'holiday', 'unknown'],
  vip: ['yes', 'no', 'unknown'],
  velocity: ['exceeded', 'within', 'unknown'],
  agents: ['available', 'busy', 'dnd', 'offline', 'unknown'],
  crm: ['found', 'missing', 'unknown'],
  switch: ['gold', '7', 'default', 'silver', 'unknown'],
  split: ['in', 'out', 'unknown'],
}
const effects: ReadonlySet<string> = new Set(['notify', 'tag', 'block', 'restrict'])

/** A target: a node of the policy, one that does not exist, or none. */
const target = (count: number): fc.Arbitrary<string | undefined> =>
  fc.oneof(
    { weight: 20, arbitrary: fc.nat(Math.max(0, count - 1)).map((at) => `n${at}`) },
    { weight: 1, arbitrary: fc.constantFrom('gone', '', undefined) },
  )

function nodeOf(kind: NodeKind, count: number): fc.Arbitrary<PolicyNode> {
  const names = exitNames[kind] ?? []
  return fc
    .record({
      parts: nodeParts[kind],
      label: fc.option(fc.constantFrom('A step', 'Ünïcode?'), { nil: undefined }),
      targets: fc.array(target(count), { minLength: 6, maxLength: 6 }),
    })
    .map(({ parts, label, targets }) => {
      const named = { kind, ...(label === undefined ? {} : { label }), ...parts }
      const [first] = targets
      // kinds, their parameters and their exits are paired above
      if (effects.has(kind)) return { ...named, next: first ?? '' } as PolicyNode
      if (names.length === 0)
        return (
          kind === 'reject' || first === undefined ? named : { otherwise: first, ...named }
        ) as PolicyNode
      const exits = names.flatMap((name, at) => {
        const to = targets[at]
        return to === undefined ? [] : [[name, to] as const]
      })
      return { ...named, exits: Object.fromEntries(exits) } as PolicyNode
    })
}

/** Documents of every kind, also drafts that are wrong: circles, exits to nowhere, steps that nothing leads to. */
export const wildPolicy = (most = 24): fc.Arbitrary<Policy> =>
  fc
    .array(fc.constantFrom(...(Object.keys(nodeParts) as NodeKind[])), { maxLength: most })
    .chain((kinds) =>
      fc.record({
        nodes: fc.tuple(...kinds.map((kind) => nodeOf(kind, kinds.length))),
        start: target(kinds.length),
        order: fc.shuffledSubarray(
          kinds.map((_, index) => index),
          { minLength: kinds.length, maxLength: kinds.length },
        ),
      }),
    )
    .map(({ nodes, start, order }) => ({
      schema: 1,
      id: 'wild',
      name: 'Wild',
      numbers: [],
      start: start ?? '',
      budgetMs: 150,
      nodes: Object.fromEntries(
        order.flatMap((at) => (nodes[at] ? [[`n${at}`, nodes[at]] as const] : [])),
      ),
      fallback: { kind: 'reject', message: { text: 'Sorry.' } },
      layout: { n0: { x: 1, y: 2 } },
    }))
