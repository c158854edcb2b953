import type { Policy } from '../schema/policy.ts'

export type Change = 'added' | 'changed' | 'removed'

/** One parameter or exit that is not as it was; undefined is absent. */
export interface FieldChange {
  readonly path: readonly string[]
  readonly before: unknown
  readonly after: unknown
}
export interface NodeChange {
  readonly id: string
  readonly change: Change
  /** For a changed node, what of it. */
  readonly fields: readonly FieldChange[]
}
export interface PolicyDiff {
  readonly nodes: readonly NodeChange[]
  /** What changed outside the nodes: name, lines, budget, start, fallback. */
  readonly settings: readonly FieldChange[]
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function fieldChanges(
  before: unknown,
  after: unknown,
  path: readonly string[] = [],
): FieldChange[] {
  if (isRecord(before) && isRecord(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    const own = (of: Readonly<Record<string, unknown>>, key: string) =>
      Object.hasOwn(of, key) ? of[key] : undefined
    return keys.flatMap((key) => fieldChanges(own(before, key), own(after, key), [...path, key]))
  }
  const isSame =
    before === after ||
    (Array.isArray(before) &&
      Array.isArray(after) &&
      JSON.stringify(before) === JSON.stringify(after))
  return isSame ? [] : [{ path, before, after }]
}

/** What differs between two documents, without their layout: nodes in the order of `after`, then those removed. */
export function diffPolicies(before: Policy, after: Policy): PolicyDiff {
  const { nodes: beforeNodes, layout: _before, ...beforeRest } = before
  const { nodes: afterNodes, layout: _after, ...afterRest } = after
  const kept = Object.entries(afterNodes).flatMap(([id, node]): NodeChange[] => {
    const was = Object.hasOwn(beforeNodes, id) ? beforeNodes[id] : undefined
    if (!was) return [{ id, change: 'added', fields: [] }]
    const fields = fieldChanges(was, node)
    return fields.length > 0 ? [{ id, change: 'changed', fields }] : []
  })
  const gone = Object.keys(beforeNodes).filter((id) => !Object.hasOwn(afterNodes, id))
  const removed = gone.map((id): NodeChange => ({ id, change: 'removed', fields: [] }))
  return { nodes: [...kept, ...removed], settings: fieldChanges(beforeRest, afterRest) }
}
