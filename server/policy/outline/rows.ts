import type { GateNode, Policy, PolicyNode } from '../../schema/policy.ts'
import { isEffect, isGate } from '../../schema/policy.ts'
import { exitsOf, targetOf } from '../exits.ts'
import type { Group } from './groups.ts'
import { groupsOf } from './groups.ts'

/** How a line begins: by itself, `otherwise`, `if busy`, or `in any case`. */
export type Lead = 'first' | 'otherwise' | 'way' | 'always'

/** Where a line is reached from. Several exits that lead to the same are one line. */
export interface Arrival {
  readonly step: string
  readonly exits: readonly string[]
  readonly lead: Lead
}

/** A way out that is said in the line of its step and has no line of its own. */
export interface Tail {
  readonly exit: string
  /** `fallback`: there is no such exit. `below`: its target is the next line that begins by it. */
  readonly how: 'goOn' | 'as' | 'step' | 'missing' | 'fallback' | 'below'
  readonly to?: string
  /** For `as`: the exit that leads to the same. */
  readonly like?: string
}

/**
 * One line, before it is said. `step`: a node met for the first time; `reference`: one met again;
 * `nowhere`: an exit without a target; `missing`: one with a target that does not exist.
 */
export interface Row {
  readonly type: 'step' | 'reference' | 'nowhere' | 'missing'
  readonly id: string
  readonly depth: number
  /** None for the start, and for where steps begin that no call reaches. */
  readonly from: Arrival | undefined
  /** Exits of a gate that lead aside, below it, where they all lead to the same. */
  readonly side: readonly string[] | undefined
  readonly tails: readonly Tail[]
  readonly isApart: boolean
}

interface Place {
  readonly depth: number
  readonly isApart: boolean
}
interface Walk {
  readonly policy: Policy
  readonly rows: Row[]
  /** Nodes that have a line, or will have one further down the same chain. */
  readonly placed: Set<string>
  /** What is still to be written, the next one last: chains of 2,000 steps fit no call stack. */
  readonly todo: (() => void)[]
}

const nodeOf = ({ policy }: Walk, id: string): PolicyNode | undefined =>
  Object.hasOwn(policy.nodes, id) ? policy.nodes[id] : undefined
const isNew = (walk: Walk, id: string): boolean =>
  nodeOf(walk, id) !== undefined && !walk.placed.has(id)

/** Whether a way goes on to more steps, and not to an end. */
function leadsOn(walk: Walk, { to }: Group): boolean {
  const node = to !== undefined && isNew(walk, to) ? nodeOf(walk, to) : undefined
  return node !== undefined && (isGate(node) || isEffect(node))
}

/** The way on from a gate: by most callers' exit, or by the first other one that leads to more steps. */
function mainOf(walk: Walk, groups: readonly Group[]): Group | undefined {
  const led = groups.filter(({ to }) => to !== undefined)
  return led.find((group) => leadsOn(walk, group)) ?? led[0]
}

/** A step of a chain with what was decided when the chain was laid out. */
interface Link {
  readonly id: string
  readonly groups: readonly Group[]
  readonly main: Group | undefined
  /** Its main way is said at the same depth. */
  readonly isFlat: boolean
}

function linkOf(walk: Walk, id: string, node: PolicyNode): Link {
  if (!isGate(node)) return { id, groups: [], main: undefined, isFlat: isEffect(node) }
  const groups = groupsOf(node)
  const main = mainOf(walk, groups)
  const isFlat = main !== undefined && (leadsOn(walk, main) || groups.length <= 2)
  return { id, groups, main, isFlat }
}

/** The steps of one depth that follow one another, each marked as placed. */
function chainFrom(walk: Walk, first: string): Link[] {
  const chain: Link[] = []
  for (let id: string | undefined = first; id !== undefined && isNew(walk, id);) {
    const node = nodeOf(walk, id)
    if (!node) break
    walk.placed.add(id)
    const link = linkOf(walk, id, node)
    chain.push(link)
    id = isEffect(node) ? targetOf(node, 'next') : link.isFlat ? link.main?.to : undefined
  }
  return chain
}

/** Writes what an exit leads to: a chain of steps, a reference, or that it leads nowhere. */
function lead(walk: Walk, to: string | undefined, at: Place & { from: Arrival | undefined }): void {
  const { from, ...place } = at
  if (to !== undefined && isNew(walk, to)) {
    writeChain(walk, chainFrom(walk, to), { ...place, from })
    return
  }
  const isThere = to !== undefined && nodeOf(walk, to) !== undefined
  const type = to === undefined ? 'nowhere' : isThere ? 'reference' : 'missing'
  walk.rows.push({ type, id: to ?? '', ...place, from, side: undefined, tails: [] })
}

function writeChain(
  walk: Walk,
  chain: readonly Link[],
  at: Place & { from: Arrival | undefined },
): void {
  const tasks = chain.map((link, index) => () => {
    const before = chain[index - 1]
    const from = before ? arrivalOn(walk, before) : at.from
    writeLink(walk, link, { ...at, from, isLast: index === chain.length - 1 })
  })
  walk.todo.push(...tasks.toReversed())
}

/** How the next step of a chain is reached. */
function arrivalOn(walk: Walk, { id, main, groups }: Link): Arrival {
  const node = nodeOf(walk, id)
  if (!main || !node || !isGate(node)) return { step: id, exits: ['next'], lead: 'first' }
  return { step: id, exits: main.exits, lead: groups.length > 1 ? 'otherwise' : 'always' }
}

function writeLink(
  walk: Walk,
  link: Link,
  at: Place & { from: Arrival | undefined; isLast: boolean },
): void {
  const node = nodeOf(walk, link.id)
  if (!node) return
  const { isLast, from, depth, isApart } = at
  const index = walk.rows.length
  const sides = link.groups.filter((group) => group !== link.main)
  const side = sides.length === 1 && link.main ? sides[0]?.exits : undefined
  walk.rows.push({ type: 'step', id: link.id, depth, isApart, from, side, tails: [] })
  const settle = (tails: readonly Tail[]) => {
    const row = walk.rows[index]
    if (row) walk.rows[index] = { ...row, tails }
  }
  const below = { depth: depth + 1, isApart }
  const tasks: (() => void)[] = sides.map(({ to, exits }) => () => {
    const arrival = { step: link.id, exits, lead: side ? 'first' : 'way' } as const
    lead(walk, to, { ...below, from: arrival })
  })
  if (isGate(node)) tasks.push(() => settle(unknownTail(walk, { node, link, below })))
  else if (!isEffect(node))
    tasks.push(() => settle(otherwiseTail(walk, { id: link.id, node, below })))
  if (isLast && isEffect(node))
    tasks.push(() =>
      lead(walk, targetOf(node, 'next'), { depth, isApart, from: arrivalOn(walk, link) }),
    )
  if (link.main && (isLast || !link.isFlat)) {
    const { to } = link.main
    const place = link.isFlat ? { depth, isApart } : below
    tasks.push(() => lead(walk, to, { ...place, from: arrivalOn(walk, link) }))
  }
  walk.todo.push(...tasks.toReversed())
}

function unknownTail(
  walk: Walk,
  { node, link, below }: { node: GateNode; link: Link; below: Place },
): Tail[] {
  const exit = 'unknown'
  const to = targetOf(node, exit)
  if (to === undefined) return [{ exit, how: 'fallback' }]
  if (nodeOf(walk, to) === undefined) return [{ exit, how: 'missing', to }]
  if (link.main?.to === to && link.isFlat) return [{ exit, how: 'goOn', to }]
  const like = link.groups.find((group) => group.to === to)?.exits[0]
  if (like !== undefined) return [{ exit, how: 'as', to, like }]
  return placedOrBelow(walk, { step: link.id, exits: [exit], lead: 'way' }, { to, below })
}

function otherwiseTail(
  walk: Walk,
  { id, node, below }: { id: string; node: PolicyNode; below: Place },
): Tail[] {
  const exit = 'otherwise'
  const to = targetOf(node, exit)
  if (to === undefined) return []
  if (nodeOf(walk, to) === undefined) return [{ exit, how: 'missing', to }]
  return placedOrBelow(walk, { step: id, exits: [exit], lead: 'way' }, { to, below })
}

function placedOrBelow(
  walk: Walk,
  from: Arrival,
  { to, below }: { to: string; below: Place },
): Tail[] {
  const [exit = ''] = from.exits
  if (walk.placed.has(to)) return [{ exit, how: 'step', to }]
  lead(walk, to, { ...below, from })
  return [{ exit, how: 'below' }]
}

/** Steps that no call reaches, those first that nothing leads to. */
function apartFrom(walk: Walk): string[] {
  const left = Object.entries(walk.policy.nodes).filter(([id]) => !walk.placed.has(id))
  const led = new Set(
    left.flatMap(([, node]) => exitsOf(node).flatMap((exit) => targetOf(node, exit) ?? [])),
  )
  const ids = left.map(([id]) => id)
  return [...ids.filter((id) => !led.has(id)), ...ids.filter((id) => led.has(id))]
}

function write(walk: Walk, first: string, isApart: boolean): void {
  if (!isNew(walk, first)) return
  lead(walk, first, { depth: 0, isApart, from: undefined })
  for (let task = walk.todo.pop(); task; task = walk.todo.pop()) task()
}

/**
 * The lines of a policy in depth-first order: what leaves a step aside stands below it and further in, its
 * main way goes on at the same depth. Every exit is in exactly one line or tail.
 */
export function rowsOf(policy: Policy): Row[] {
  const walk: Walk = { policy, rows: [], placed: new Set(), todo: [] }
  write(walk, policy.start, false)
  for (const id of apartFrom(walk)) write(walk, id, true)
  return walk.rows
}
