import type { CompiledPolicy } from '../../policy/compile.ts'
import { walk } from '../../policy/evaluate.ts'
import type { FactSeen, FactValue } from '../../schema/facts.ts'
import type { JournalledCall } from './calls.ts'

interface End {
  readonly outcome: string
  readonly node: string
}

/** What a call comes to when it is decided again. `missing`: facts that the journal does not hold. */
export type Again =
  | { readonly kind: 'same' }
  | { readonly kind: 'changed'; readonly before: End; readonly after: End }
  | { readonly kind: 'undecidable'; readonly missing: readonly string[] }

/** Facts of the call itself, which its row in the journal tells. */
function toldByCall(call: JournalledCall, name: string): FactValue | undefined {
  switch (name) {
    case 'call.id':
      return call.ref
    case 'call.number':
      return call.line
    case 'call.media':
      return call.media
    case 'call.at':
      return Date.parse(call.at)
    case 'caller.phone':
      return call.phone ?? undefined
    case 'caller.userId':
      return call.userId ?? undefined
    default:
      return undefined
  }
}

/**
 * Decides a journalled call again, with the facts that were seen then. What a policy asks and the
 * journal does not hold is not made up: then the call is undecidable.
 */
export function decideAgain(compiled: CompiledPolicy, call: JournalledCall): Again {
  const { decision } = call
  if (!decision) return { kind: 'undecidable', missing: ['the decision itself'] }
  const read = (name: string): FactSeen | undefined => {
    const seen = Object.hasOwn(decision.facts, name) ? decision.facts[name] : undefined
    if (seen) return seen
    const value = toldByCall(call, name)
    return value === undefined ? undefined : { value, source: 'signal', ms: 0 }
  }
  const result = walk(compiled, read)
  if (result.kind === 'pending') return { kind: 'undecidable', missing: result.waitingFor }
  const before = { outcome: decision.outcome, node: decision.node }
  const after = { outcome: result.outcome.kind, node: result.node }
  return before.outcome === after.outcome && before.node === after.node
    ? { kind: 'same' }
    : { kind: 'changed', before, after }
}
