import { factSpec } from '../../schema/facts.ts'
import type { Installation } from '../../schema/installation.ts'
import type { GateNode, Policy, PolicyNode } from '../../schema/policy.ts'
import { isGate, isOutcome, policySchema } from '../../schema/policy.ts'
import type { Problem } from '../../schema/problem.ts'
import type { CompiledPolicy } from '../compile.ts'
import { compile } from '../compile.ts'
import { walk } from '../evaluate.ts'
import type { SlotValue } from '../conditions/truth.ts'
import { missingOf } from './edges.ts'
import { explore } from './exploration.ts'
import type { Effort, Models } from './gate-models.ts'
import { gateModels } from './gate-models.ts'
import { proofOf } from './proof.ts'

/** The gate with an end for every exit that is missing; undefined where there is none to lead to. */
function mended(node: GateNode, missing: readonly string[], end: string): PolicyNode {
  const added = Object.fromEntries(missing.map((exit) => [exit, end]))
  // exits of the kind, as `missingOf` names them
  return { ...node, exits: { ...node.exits, ...added } } as PolicyNode
}

/** Whether a call may have this value of a fact: many facts are never unknown. */
function isPossible(name: string, value: SlotValue, installation: Installation): boolean {
  if (value !== null && value !== undefined) return true
  const spec = factSpec(name, installation)
  return !spec || spec.mayBeUnknown || spec.unconfigured !== undefined
}

/** Whether a call with these facts can be, and leaves the node by the exit. */
function leavesBy(compiled: CompiledPolicy, installation: Installation, asked: Asked): boolean {
  const { names, values, id, exit } = asked
  const known = new Map(names.map((name, slot) => [name, values[slot]]))
  let canBe = true
  const walked = walk(compiled, (name) => {
    const value = known.get(name)
    canBe &&= isPossible(name, value, installation)
    return value === undefined || value === null
      ? { unknown: 'not_found', source: 'proof', ms: 0 }
      : { value, source: 'proof', ms: 0 }
  })
  if (walked.kind !== 'walked' || !canBe) return false
  return walked.path.some((step) => step.node === id && step.exit === exit)
}

interface Asked {
  readonly names: readonly string[]
  readonly values: readonly SlotValue[]
  readonly id: string
  readonly exit: string
}

/** Calls that are tried to prove one missing exit. */
const mostTried = 48
/** Calls that are tried to prove all of them. */
const mostWalks = 4_000

/** Calls with what the gate wants and what led there; the other facts take their values in turn. */
function candidates(
  { names, values }: Models,
  wanted: readonly SlotValue[],
  led: readonly SlotValue[],
): SlotValue[][] {
  return Array.from({ length: mostTried }, (_, turn) =>
    names.map((_name, slot) => {
      const known = wanted[slot] ?? led[slot]
      if (known !== undefined && known !== null) return known
      const others = values[slot] ?? []
      return others[(turn * (slot + 1)) % Math.max(1, others.length)]
    }),
  )
}

/**
 * Calls that would leave by an exit that leads nowhere, by node and exit: the policy is tried as if these
 * exits ended. None for an exit that no call was found to take. `limit` bounds the evaluations.
 */
export function missingProofs(
  policy: Policy,
  installation: Installation,
  limit: number,
): Map<string, NonNullable<Problem['proof']>> {
  const proofs = new Map<string, NonNullable<Problem['proof']>>()
  const gaps = Object.entries(policy.nodes).flatMap(([id, node]) => {
    const missing = isGate(node) ? missingOf(node, installation) : []
    return isGate(node) && missing.length > 0 ? [{ id, node, missing }] : []
  })
  const end = Object.entries(policy.nodes).find(([, node]) => isOutcome(node))?.[0]
  if (gaps.length === 0 || end === undefined) return proofs
  const nodes = Object.fromEntries(
    gaps.map(({ id, node, missing }) => [id, mended(node, missing, end)]),
  )
  const whole = policySchema.safeParse({ ...policy, nodes: { ...policy.nodes, ...nodes } }).data
  if (!whole) return proofs
  const effort: Effort = { left: limit }
  const models = gateModels(whole, installation, effort)
  const { reached } = explore(whole, models, effort)
  const compiled = compile(whole, installation)
  let left = mostWalks
  for (const { id, missing } of gaps)
    for (const exit of missing) {
      const wanted = models.gates.get(id)?.possible.get(exit)
      const arrival = reached.get(id)
      if (!wanted || !arrival || left <= 0) continue
      const values = candidates(models, wanted, arrival.values).find((tried) => {
        left -= 1
        return leavesBy(compiled, installation, { names: models.names, values: tried, id, exit })
      })
      if (values) proofs.set(`${id}\n${exit}`, proofOf(models.names, values, installation))
    }
  return proofs
}
