import type { DecisionView } from '../../../server/schema/decision.ts'
import { useRelease } from './use-release.ts'

/** What the steps of a decision are called in the release that decided it; their ids until that is read. */
export function useNodeName(decision: DecisionView): (node: string) => string {
  const nodes = useRelease(decision)?.nodes ?? {}
  return (node) => (Object.hasOwn(nodes, node) ? (nodes[node]?.label ?? node) : node)
}
