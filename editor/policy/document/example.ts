import { compile } from '../../../server/policy/compile.ts'
import { walk } from '../../../server/policy/evaluate.ts'
import type { FactSeen, FactValue } from '../../../server/schema/facts.ts'
import { factSpec } from '../../../server/schema/facts.ts'
import type { Installation } from '../../../server/schema/installation.ts'
import type { Policy } from '../../../server/schema/policy.ts'
import type { Lit } from '../workbench.ts'

function seenOf(name: string, value: unknown, installation: Installation): FactSeen {
  if (value === undefined || value === 'unknown')
    return { unknown: 'not_found', source: 'example', ms: 0 }
  const isInstant = factSpec(name, installation)?.type === 'instant'
  const known = isInstant && typeof value === 'string' ? Date.parse(value) : value
  // a proof holds values of its facts' own types; an instant is told as ISO text
  return { value: known as FactValue, source: 'example', ms: 0 }
}

const compiled = new WeakMap<Policy, ReturnType<typeof compile>>()

/** Once for all problems of a document. @throws what `compile` throws */
function compiledOf(policy: Policy, installation: Installation): ReturnType<typeof compile> {
  const known = compiled.get(policy) ?? compile(policy, installation)
  compiled.set(policy, known)
  return known
}

/**
 * The way of the call that proves a problem, through the real evaluator; a fact it does not name is unknown.
 * Undefined for a document that cannot be walked yet.
 */
export function exampleOf(
  policy: Policy,
  proof: Readonly<Record<string, unknown>>,
  installation: Installation,
): Lit | undefined {
  try {
    const walked = walk(compiledOf(policy, installation), (name) =>
      seenOf(name, Object.hasOwn(proof, name) ? proof[name] : undefined, installation),
    )
    return walked.kind === 'walked' ? { path: walked.path } : undefined
  } catch {
    // a draft with dangling ways: the problem stands in words all the same
    return undefined
  }
}
