import type { GateNode, Policy } from '../../schema/policy.ts'
import { edgesOf, isGate } from '../../schema/policy.ts'
import { factSpec } from '../../schema/facts.ts'
import type { Installation } from '../../schema/installation.ts'
import type { Problem } from '../../schema/problem.ts'
import type { Path } from './problems.ts'
import { error, nameOf, nodeOf, someProblems, warning } from './problems.ts'
import { didYouMean } from './suggest.ts'

/** Exits a gate must have besides `unknown`; the values of a switch come from its fact. */
const requiredExits = {
  condition: ['yes', 'no'],
  hours: ['open', 'closed', 'holiday'],
  vip: ['yes', 'no'],
  velocity: ['exceeded', 'within'],
  agents: [],
  crm: ['found', 'missing'],
  split: ['in', 'out'],
} as const

/** Where the edge of an exit stands in the document. */
export function edgePath(policy: Policy, id: string, exit: string): Path {
  const node = nodeOf(policy, id)
  return node && isGate(node) ? ['nodes', id, 'exits', exit] : ['nodes', id, exit]
}

function startProblems(policy: Policy): Problem[] {
  if (nodeOf(policy, policy.start)) return []
  const hint = didYouMean(policy.start, Object.keys(policy.nodes))
  return [
    error({
      code: 'unknown_start',
      path: ['start'],
      message: `The policy starts at "${policy.start}", which does not exist.`,
      hint: `${hint}Set "start" to the node every call should meet first.`,
    }),
  ]
}

function danglingProblems(policy: Policy): Problem[] {
  const ids = Object.keys(policy.nodes)
  return someProblems(Object.entries(policy.nodes), ([id, node]) =>
    edgesOf(node)
      .slice(0, 100)
      .flatMap(({ exit, to }) => {
        if (nodeOf(policy, to)) return []
        return [
          error({
            code: 'dangling_exit',
            node: id,
            path: edgePath(policy, id, exit),
            message: `"${exit}" of ${nameOf(id, node)} leads to "${to}", which does not exist.`,
            hint: `${didYouMean(to, ids)}Lead it to a node that exists.`,
          }),
        ]
      }),
  )
}

/** The exits that a gate must have and does not. */
export function missingOf(gate: GateNode, installation: Installation): string[] {
  if (gate.kind === 'agents') return Object.keys(gate.exits).length > 0 ? [] : ['available']
  const given = new Set(edgesOf(gate).map(({ exit }) => exit))
  if (gate.kind !== 'switch') return requiredExits[gate.kind].filter((exit) => !given.has(exit))
  const spec = factSpec(gate.fact, installation)
  const values = spec?.type === 'boolean' ? ['true', 'false'] : spec?.values
  const covers = values?.every((value) => given.has(value)) ?? false
  return given.has('default') || covers ? [] : ['default']
}

function missingProblems(policy: Policy, installation: Installation): Problem[] {
  return Object.entries(policy.nodes).flatMap(([id, node]) => {
    if (!isGate(node)) return []
    return missingOf(node, installation).map((exit) =>
      error({
        code: 'missing_exit',
        node: id,
        path: ['nodes', id, 'exits', exit],
        message: `${nameOf(id, node)} does not say where calls go that leave by "${exit}".`,
        hint: `Connect the exit "${exit}" with the node that should come next.`,
      }),
    )
  })
}

function targetsOf(policy: Policy, id: string): string[] {
  const node = nodeOf(policy, id)
  return node ? edgesOf(node).map(({ to }) => to) : []
}

/** Cycles as the search meets them, each once: ids in order, without the first one repeated. */
export function cyclesOf(policy: Policy, most = 20): string[][] {
  const state = new Map<string, 'open' | 'done'>()
  const cycles: string[][] = []
  const seen = new Set<string>()
  for (const root of [policy.start, ...Object.keys(policy.nodes)]) {
    if (state.has(root)) continue
    const trail = [{ id: root, left: targetsOf(policy, root).values() }]
    state.set(root, 'open')
    for (let top = trail.at(-1); top && cycles.length < most; top = trail.at(-1)) {
      const { value: to, done } = top.left.next()
      if (done) {
        state.set(top.id, 'done')
        trail.pop()
      } else if (state.get(to) === 'open') {
        const cycle = trail.slice(trail.findIndex(({ id }) => id === to)).map(({ id }) => id)
        const key = [...cycle].sort().join('\n')
        if (!seen.has(key)) cycles.push(cycle)
        seen.add(key)
      } else if (!state.has(to)) {
        state.set(to, 'open')
        trail.push({ id: to, left: targetsOf(policy, to).values() })
      }
    }
  }
  return cycles
}

function cycleProblems(policy: Policy): Problem[] {
  return cyclesOf(policy).flatMap((cycle) => {
    const [first] = cycle
    if (first === undefined) return []
    const last = cycle.at(-1) ?? first
    const lastNode = nodeOf(policy, last)
    const exit = lastNode && edgesOf(lastNode).find(({ to }) => to === first)?.exit
    const names = [...cycle, first].map((id) => nameOf(id, nodeOf(policy, id)))
    return [
      error({
        code: 'cycle',
        node: first,
        path: exit === undefined ? ['nodes', first] : edgePath(policy, last, exit),
        message: `Calls would go round in a circle: ${listOfSteps(names)}.`,
        hint: 'Lead one of these exits to a node outside the circle.',
      }),
    ]
  })
}

function listOfSteps(names: readonly string[]): string {
  const shown = names.length > 12 ? [...names.slice(0, 6), '…', ...names.slice(-5)] : names
  return shown.join(' → ')
}

/** Every node that some edge leads to from the start, whether or not a call can take it. */
export function connectedNodes(policy: Policy): ReadonlySet<string> {
  const reached = new Set<string>()
  const open = [policy.start]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (reached.has(id) || !nodeOf(policy, id)) continue
    reached.add(id)
    for (const to of targetsOf(policy, id)) open.push(to)
  }
  return reached
}

/** Nodes no edge leads to: certain without trying any call. */
export function unreachableProblems(policy: Policy): Problem[] {
  if (!nodeOf(policy, policy.start)) return []
  const connected = connectedNodes(policy)
  return Object.entries(policy.nodes).flatMap(([id, node]) => {
    if (connected.has(id)) return []
    return [
      warning({
        code: 'unreachable_node',
        node: id,
        path: ['nodes', id],
        message: `No call can reach ${nameOf(id, node)}: nothing leads there from the start.`,
        hint: 'Lead an exit to it, or remove it.',
      }),
    ]
  })
}

/** What is wrong with the edges: start, exits that lead nowhere or are missing, cycles. */
export function graphProblems(policy: Policy, installation: Installation): Problem[] {
  return [
    ...startProblems(policy),
    ...danglingProblems(policy),
    ...missingProblems(policy, installation),
    ...cycleProblems(policy),
  ]
}
