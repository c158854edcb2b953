import { policyLimits } from '../../schema/policy.ts'
import type { Problem } from '../../schema/problem.ts'
import type { Path } from './problems.ts'
import { error, nodeAt } from './problems.ts'

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function childrenOf(condition: Readonly<Record<string, unknown>>): readonly unknown[] | undefined {
  const { all, any, not } = condition
  if (Array.isArray(all)) return all
  if (Array.isArray(any)) return any
  return not === undefined ? undefined : [not]
}

/** Groups within groups, and comparisons, of what may be a condition; without recursion, so never too deep. */
function measure(condition: unknown): { depth: number; leaves: number } {
  const open: { value: unknown; depth: number }[] = [{ value: condition, depth: 0 }]
  let depth = 0
  let leaves = 0
  for (let next = open.pop(); next; next = open.pop()) {
    const children = isObject(next.value) ? childrenOf(next.value) : undefined
    if (!children) leaves++
    else depth = Math.max(depth, next.depth + 1)
    if (leaves > policyLimits.conditionLeaves || depth > policyLimits.conditionDepth) break
    for (const value of children ?? []) open.push({ value, depth: next.depth + 1 })
  }
  return { depth, leaves }
}

function conditionProblem(condition: unknown, path: Path): Problem | undefined {
  const { depth, leaves } = measure(condition)
  const common = { code: 'too_large', ...nodeAt(path), path } as const
  if (depth > policyLimits.conditionDepth)
    return error({
      ...common,
      message: `This condition has groups within groups more than ${policyLimits.conditionDepth} deep.`,
      hint: 'Divide it into several gates, one after the other.',
    })
  if (leaves > policyLimits.conditionLeaves)
    return error({
      ...common,
      message: `This condition has more than ${policyLimits.conditionLeaves} comparisons.`,
      hint: 'Use "in" with a list of values, or divide it into several gates.',
    })
  return undefined
}

/** What is too large in what may be a policy; everything that comes after may rely on these bounds. */
export function sizeProblems(document: unknown): Problem[] {
  const nodes = isObject(document) ? document['nodes'] : undefined
  if (!isObject(nodes)) return []
  const entries = Object.entries(nodes)
  if (entries.length > policyLimits.nodes)
    return [
      error({
        code: 'too_large',
        path: ['nodes'],
        message: `The policy has ${entries.length} nodes; at most ${policyLimits.nodes} are allowed.`,
        hint: 'Divide it into several policies, one for each number.',
      }),
    ]
  return entries.flatMap(([id, node]) => {
    const when = isObject(node) && node['kind'] === 'condition' ? node['when'] : undefined
    return conditionProblem(when, ['nodes', id, 'when']) ?? []
  })
}
