import type { Policy } from '../../schema/policy.ts'
import { edgesOf } from '../../schema/policy.ts'
import { nodeOf } from './problems.ts'

/**
 * All nodes, each after every node its edges lead to, so that one pass can carry results from the ends of a
 * policy to its start. On a cycle the order is arbitrary but complete. Without recursion: chains may be long.
 */
export function backwards(policy: Policy): string[] {
  const order: string[] = []
  const entered = new Set<string>()
  for (const root of Object.keys(policy.nodes)) {
    const trail: { id: string; left: Iterator<{ to: string }> }[] = []
    const enter = (id: string): void => {
      const node = nodeOf(policy, id)
      if (!node || entered.has(id)) return
      entered.add(id)
      trail.push({ id, left: edgesOf(node).values() })
    }
    enter(root)
    for (let top = trail.at(-1); top; top = trail.at(-1)) {
      const { value, done } = top.left.next()
      if (!done) enter(value.to)
      else {
        order.push(top.id)
        trail.pop()
      }
    }
  }
  return order
}
