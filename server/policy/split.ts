import { fnv1a, mix32 } from './hash.ts'

/** Keeps `a` + `bc` apart from `ab` + `c`; no name of a policy or node holds it. */
const separator = '\u0000'

/**
 * Where a caller stands in a split, from 0 up to, not including, 100. A stable hash of policy id, node id
 * and caller key, so the same caller always leaves by the same exit, on every machine and release.
 */
export function splitPlace(policyId: string, nodeId: string): (callerKey: string) => number {
  const prefix = fnv1a(`${policyId}${separator}${nodeId}${separator}`)
  return (callerKey) => (mix32(fnv1a(callerKey, prefix)) / 0x1_0000_0000) * 100
}
