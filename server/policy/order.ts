import { edgesOf, type Policy, type PolicyNode } from '../schema/policy.ts'

interface Visit {
  readonly id: string
  /** Nodes it leads to that are still to be visited. */
  readonly targets: string[]
}

function nodeOf(policy: Policy, id: string): PolicyNode {
  const node = Object.hasOwn(policy.nodes, id) ? policy.nodes[id] : undefined
  if (!node) throw new Error(`there is no node "${id}"`)
  return node
}

/**
 * All nodes of a policy, each after every node it leads to (`next` and `otherwise` included).
 * Keeps its own stack, since a chain of 2,000 gates is too deep for the call stack.
 * @throws Error on an edge to a node that is not there, or a cycle
 */
export function nodesFromEnd(policy: Policy): { id: string; node: PolicyNode }[] {
  const ordered: { id: string; node: PolicyNode }[] = []
  const done = new Set<string>()
  const open = new Set<string>()
  const stack: Visit[] = []
  const visit = (id: string): void => {
    if (done.has(id)) return
    if (open.has(id)) throw new Error(`node "${id}" leads back to itself`)
    const targets = edgesOf(nodeOf(policy, id)).map((edge) => edge.to)
    open.add(id)
    stack.push({ id, targets })
  }
  for (const id of [policy.start, ...Object.keys(policy.nodes)]) {
    visit(id)
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const target = top.targets.pop()
      if (target !== undefined) {
        visit(target)
        continue
      }
      stack.pop()
      open.delete(top.id)
      done.add(top.id)
      ordered.push({ id: top.id, node: nodeOf(policy, top.id) })
    }
  }
  return ordered
}
