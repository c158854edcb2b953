import { defaultRemoteDeadlineMs, factSpec } from '../../schema/facts.ts'
import type { Installation } from '../../schema/installation.ts'
import type { Policy, PolicyNode } from '../../schema/policy.ts'
import { edgesOf, isGate, isOutcome } from '../../schema/policy.ts'
import type { Problem } from '../../schema/problem.ts'
import { factsOfGate } from './gate-facts.ts'
import { backwards } from './order.ts'
import { nameOf, nodeOf, warning } from './problems.ts'

/** Milliseconds after arrival. */
export interface WorstCase {
  /** When the decision is made at the latest. */
  ms: number
  /** The nodes of a path that takes as long, from the start to its outcome. */
  path: string[]
  /** When a call has left each node at the latest, of those a call can pass before its outcome. */
  perNode: Record<string, number>
}

/** CRM facts come with one answer, which is waited for as long as the most patient `crm` gate says. */
function crmDeadline(policy: Policy): number {
  const given = Object.values(policy.nodes).flatMap((node) =>
    node.kind === 'crm' ? [node.deadlineMs ?? defaultRemoteDeadlineMs] : [],
  )
  return given.length > 0 ? Math.max(...given) : defaultRemoteDeadlineMs
}

function waitOf(node: PolicyNode, crmMs: number, installation: Installation): number {
  if (!isGate(node)) return 0
  const waits = factsOfGate(node).map((name) => {
    const spec = factSpec(name, installation)
    if (!spec?.remote) return 0
    return spec.source === 'crm' ? crmMs : spec.deadlineMs
  })
  return Math.max(0, ...waits)
}

/** What follows by `otherwise` comes after the decision. */
function decisionEdges(policy: Policy, id: string): string[] {
  const node = nodeOf(policy, id)
  return !node || isOutcome(node) ? [] : edgesOf(node).map(({ to }) => to)
}

function longestFrom(policy: Policy, latest: ReadonlyMap<string, number>): string[] {
  const path: string[] = []
  let id: string | undefined = nodeOf(policy, policy.start) ? policy.start : undefined
  while (id !== undefined && !path.includes(id)) {
    path.push(id)
    const next: string[] = decisionEdges(policy, id)
    id = next.reduce<string | undefined>(
      (best, to) =>
        best === undefined || (latest.get(to) ?? 0) > (latest.get(best) ?? 0) ? to : best,
      undefined,
    )
  }
  return path.filter((one) => nodeOf(policy, one))
}

/**
 * How long a decision can take: the maximum, over the facts of a path, of each fact's deadline counted from
 * arrival (contract, section 1). Never a sum, because all facts are waited for at the same time.
 */
export function worstCase(policy: Policy, installation: Installation): WorstCase {
  const crmMs = crmDeadline(policy)
  const own = new Map(
    Object.entries(policy.nodes).map(([id, node]) => [id, waitOf(node, crmMs, installation)]),
  )
  const order = backwards(policy)
  const latest = new Map<string, number>()
  for (const id of order) {
    const after = decisionEdges(policy, id).map((to) => latest.get(to) ?? 0)
    latest.set(id, Math.max(own.get(id) ?? 0, ...after))
  }
  const left = new Map(nodeOf(policy, policy.start) ? [[policy.start, 0]] : [])
  for (const id of order.toReversed()) {
    const before = left.get(id)
    if (before === undefined) continue
    const until = Math.max(before, own.get(id) ?? 0)
    left.set(id, until)
    for (const to of decisionEdges(policy, id)) left.set(to, Math.max(left.get(to) ?? 0, until))
  }
  const perNode = Object.fromEntries([...left].filter(([id]) => nodeOf(policy, id)))
  return { ms: latest.get(policy.start) ?? 0, path: longestFrom(policy, latest), perNode }
}

/** A warning when a decision can take longer than the policy's budget, naming the path. */
export function budgetProblems(policy: Policy, installation: Installation): Problem[] {
  const { ms, path } = worstCase(policy, installation)
  if (ms <= policy.budgetMs) return []
  const crmMs = crmDeadline(policy)
  const slow = path.find((id) => {
    const node = nodeOf(policy, id)
    return node && isGate(node) && waitOf(node, crmMs, installation) === ms
  })
  const names = path.map((id) => nameOf(id, nodeOf(policy, id)))
  const shown = names.length > 12 ? [...names.slice(0, 6), '…', ...names.slice(-5)] : names
  return [
    warning({
      code: 'over_budget',
      ...(slow === undefined ? {} : { node: slow }),
      path: slow === undefined ? ['budgetMs'] : ['nodes', slow],
      message: `A decision can take ${ms} ms on the path ${shown.join(' → ')}; the budget is ${policy.budgetMs} ms.`,
      hint: 'Wait less long for the CRM ("deadlineMs"), or raise "budgetMs". When the budget runs out, the fallback answers.',
    }),
  ]
}
