import type { Installation } from '../../schema/installation.ts'
import type { GateNode, Policy } from '../../schema/policy.ts'
import { edgesOf, isGate } from '../../schema/policy.ts'
import type { Problem } from '../../schema/problem.ts'
import type { SlotValue } from '../conditions/truth.ts'
import type { Arrival, Exploration } from './exploration.ts'
import { exitKey, explore } from './exploration.ts'
import type { Effort, GateModel, Models } from './gate-models.ts'
import { gateModels } from './gate-models.ts'
import { listOf, nameOf, nodeOf, warning } from './problems.ts'
import { proofOf } from './proof.ts'

interface Subject {
  readonly policy: Policy
  readonly installation: Installation
  readonly models: Models
  readonly exploration: Exploration
}

/** Exits that hold when a gate's question is answered with yes. */
const positiveExits: ReadonlySet<string> = new Set(['yes', 'exceeded'])

/** Nodes that only calls by an exit nobody takes could come to. */
function lostBy({ policy, exploration }: Subject, to: string): string[] {
  if (!exploration.complete) return []
  const lost = new Set<string>()
  const open = [to]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const node = nodeOf(policy, id)
    if (!node || lost.has(id) || exploration.reached.has(id)) continue
    lost.add(id)
    open.push(...edgesOf(node).map((edge) => edge.to))
  }
  return [...lost].map((id) => nameOf(id, nodeOf(policy, id)))
}

const alsoLost = (lost: readonly string[]): string =>
  lost.length > 0 ? ` Nothing then reaches ${listOf(lost)}.` : ''

/** An exit that the gate's own question rules out, whatever comes before it. */
function neverProblem(subject: Subject, id: string, edge: { exit: string; to: string }): Problem {
  const name = nameOf(id, nodeOf(subject.policy, id))
  return warning({
    code: 'exit_never_taken',
    node: id,
    path: ['nodes', id, 'exits', edge.exit],
    message: `No call can leave ${name} by "${edge.exit}".${alsoLost(lostBy(subject, edge.to))}`,
    hint:
      edge.exit === 'default'
        ? 'Remove the exit "default": every value has an exit of its own.'
        : 'Change what the gate asks, or remove the gate.',
  })
}

interface Caught {
  readonly id: string
  readonly exit: string
  readonly values: readonly SlotValue[]
}

/** The steps of a call from where its walk began, each with the exit it left by. */
function stepsOf(arrival: Arrival): { id: string; exit: string }[] {
  const steps: { id: string; exit: string }[] = []
  for (let from = arrival.from; from; from = from.arrival.from)
    steps.push({ id: from.arrival.id, exit: from.exit })
  return steps.reverse()
}

/** Adds what makes a call leave a gate by an exit, where nothing else asks for the gate's facts. */
function addFacts(values: SlotValue[], model: GateModel, exit: string): void {
  const wanted = model.possible.get(exit)
  for (const slot of model.slots)
    if (values[slot] === undefined) values[slot] = wanted ? wanted[slot] : null
}

/**
 * Where a call that came to the node would go another way if it had the facts that its exit needs: it takes
 * the same exits up to that gate, so that these facts are a call that shows it.
 */
function caughtAt({ models, exploration }: Subject, id: string, needed: readonly SlotValue[]) {
  const arrival = exploration.reached.get(id)
  if (!arrival) return undefined
  const values = models.names.map((_, slot) => needed[slot] ?? arrival.values[slot])
  const shown: SlotValue[] = []
  for (const step of stepsOf(arrival)) {
    const model = models.gates.get(step.id)
    if (!model) continue
    for (const slot of model.slots) shown[slot] = values[slot]
    const exit = model.gate.exits[model.gate.choose(values, [])]
    if (exit !== undefined && exit !== step.exit)
      return {
        id: step.id,
        exit,
        values: models.names.map((_, slot) => needed[slot] ?? shown[slot]),
      }
    addFacts(shown, model, step.exit)
  }
  return undefined
}

/** An exit that is possible by itself, but every call that would take it has been sent elsewhere before. */
function shadowProblem(
  subject: Subject,
  id: string,
  edge: { exit: string; to: string },
  values: readonly SlotValue[],
): Problem {
  const node = nodeOf(subject.policy, id)
  const name = nameOf(id, node)
  const caught: Caught | undefined = caughtAt(subject, id, values)
  const by = caught
    ? `: a call that would has already left ${nameOf(caught.id, nodeOf(subject.policy, caught.id))} by "${caught.exit}"`
    : ', because of the gates before it'
  const isShadowed = positiveExits.has(edge.exit)
  return warning({
    code: isShadowed ? 'shadowed_condition' : 'exit_never_taken',
    node: id,
    path: ['nodes', id, 'exits', edge.exit],
    message: `No call leaves ${name} by "${edge.exit}"${by}.${alsoLost(lostBy(subject, edge.to))}`,
    hint: isShadowed
      ? 'Ask the narrower question first, or remove the gate.'
      : 'Remove the gate, or change a gate before it.',
    proof: proofOf(subject.models.names, caught?.values ?? values, subject.installation),
  })
}

function gateProblems(subject: Subject, id: string, node: GateNode, model: GateModel): Problem[] {
  const { exploration } = subject
  return edgesOf(node).flatMap((edge) => {
    if (edge.exit === 'unknown') return []
    const values = model.possible.get(edge.exit)
    if (model.complete && !values) return [neverProblem(subject, id, edge)]
    const isSeen = exploration.taken.has(exitKey(id, edge.exit))
    if (isSeen || !exploration.complete || !exploration.reached.has(id) || !values) return []
    return [shadowProblem(subject, id, edge, values)]
  })
}

/**
 * Exits that no call takes and conditions that earlier gates leave nothing to. Says so only when every
 * combination of boundary values has been tried, or the gate's own question rules it out. A way that only an
 * exit named here leads to is told with it, not again. `limit` bounds the evaluations.
 */
export function reachProblems(
  policy: Policy,
  installation: Installation,
  limit: number,
): Problem[] {
  const effort: Effort = { left: limit }
  const models = gateModels(policy, installation, effort)
  const exploration = explore(policy, models, effort)
  const subject = { policy, installation, models, exploration }
  return Object.entries(policy.nodes).flatMap(([id, node]) => {
    const model = models.gates.get(id)
    return isGate(node) && model ? gateProblems(subject, id, node, model) : []
  })
}
