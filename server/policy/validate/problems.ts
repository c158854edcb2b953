import type { Policy, PolicyNode } from '../../schema/policy.ts'
import type { Problem } from '../../schema/problem.ts'

export type ProblemDraft = Omit<Problem, 'severity'>
export type Path = Problem['path']

export function error(draft: ProblemDraft): Problem {
  return { severity: 'error', ...draft }
}

export function warning(draft: ProblemDraft): Problem {
  return { severity: 'warning', ...draft }
}

/** A node as a reader knows it: its label where it has one, in quotes. */
export function nameOf(id: string, node: PolicyNode | undefined): string {
  return `"${node?.label ?? id}"`
}

/** The node a place in a document belongs to. */
export function nodeAt(path: Path): { node?: string } {
  const [top, id] = path
  return top === 'nodes' && typeof id === 'string' ? { node: id } : {}
}

/** A node by id, never something inherited. */
export function nodeOf(policy: Policy, id: string): PolicyNode | undefined {
  return Object.hasOwn(policy.nodes, id) ? policy.nodes[id] : undefined
}

/** Problems of one item after the other until there are enough: hostile documents have no end of them. */
export function someProblems<T>(
  items: Iterable<T>,
  find: (item: T) => readonly Problem[],
  most = 100,
): Problem[] {
  const found: Problem[] = []
  for (const item of items) {
    found.push(...find(item))
    if (found.length >= most) break
  }
  return found.slice(0, most)
}

/** `a, b and c`, shortened when there are many. */
export function listOf(words: readonly string[], most = 8): string {
  const shown = words.slice(0, most)
  const rest = words.length - shown.length
  if (rest > 0) return `${shown.join(', ')} and ${rest} more`
  const last = shown.at(-1) ?? ''
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(', ')} and ${last}`
}
