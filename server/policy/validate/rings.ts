import type { Installation } from '../../schema/installation.ts'
import type { Policy, PolicyNode } from '../../schema/policy.ts'
import { edgesOf, isGate, isOutcome, policyLimits } from '../../schema/policy.ts'
import type { Problem } from '../../schema/problem.ts'
import { canBeUnknown } from './gate-facts.ts'
import { backwards } from './order.ts'
import type { Path } from './problems.ts'
import { error, nameOf, nodeOf } from './problems.ts'

/** How long an accept rings when it does not say. */
const usualRingSeconds = 20

/** The longest a caller can hear ringing from a node on, and the accepts that ring. */
interface Ring {
  readonly seconds: number
  readonly chain: readonly string[]
}

const silence: Ring = { seconds: 0, chain: [] }

function ownRing(step: { kind: string; ringSeconds?: number | undefined }): number {
  return step.kind === 'accept' ? (step.ringSeconds ?? usualRingSeconds) : 0
}

const longer = (a: Ring, b: Ring): Ring => (b.seconds > a.seconds ? b : a)

function ringProblem(policy: Policy, ring: Ring, path: Path): Problem {
  const [first] = ring.chain
  const names = ring.chain.map((id) =>
    id === '' ? 'the fallback' : nameOf(id, nodeOf(policy, id)),
  )
  const chain = names.length > 1 ? `${names.join(', then ')} together ring` : `${names[0]} rings`
  return error({
    code: 'ring_too_long',
    ...(first ? { node: first } : {}),
    path,
    message: `${chain} for ${ring.seconds} seconds; a call must be answered within ${policyLimits.ringSeconds}.`,
    hint: `Shorten the ringing by ${ring.seconds - policyLimits.ringSeconds} seconds or more (without "ringSeconds" it is ${usualRingSeconds}).`,
  })
}

/** Whether calls can go from a node to the fallback: by an exit or an `otherwise` that is left out. */
function endsInFallback(node: PolicyNode, installation: Installation): boolean {
  if (isGate(node)) return !Object.hasOwn(node.exits, 'unknown') && canBeUnknown(node, installation)
  return isOutcome(node) && node.kind !== 'reject' && edgesOf(node).length === 0
}

/**
 * Chains of outcomes that ring longer than the provider waits, each at the accept it begins with.
 * A chain goes on over `otherwise`, whatever lies between, and over the fallback where that comes next.
 */
export function ringProblems(policy: Policy, installation: Installation): Problem[] {
  const problems: Problem[] = []
  const after = new Map<string, Ring>()
  const fallbackSeconds = ownRing(policy.fallback)
  const fallback = fallbackSeconds > 0 ? { seconds: fallbackSeconds, chain: [''] } : silence
  if (fallback.seconds > policyLimits.ringSeconds)
    problems.push(ringProblem(policy, fallback, ['fallback']))
  for (const id of backwards(policy)) {
    const node = nodeOf(policy, id)
    if (!node) continue
    const next = edgesOf(node)
      .map(({ to }) => after.get(to) ?? silence)
      .reduce(longer, endsInFallback(node, installation) ? fallback : silence)
    const own = ownRing(node)
    const ring = own > 0 ? { seconds: own + next.seconds, chain: [id, ...next.chain] } : next
    after.set(id, ring)
    const isNew = own > policyLimits.ringSeconds || next.seconds <= policyLimits.ringSeconds
    if (own > 0 && isNew && ring.seconds > policyLimits.ringSeconds)
      problems.push(ringProblem(policy, ring, ['nodes', id]))
  }
  return problems
}
