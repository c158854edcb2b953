import { worldFrom } from '../../../server/policy/case-world.ts'
import { compile } from '../../../server/policy/compile.ts'
import type { FactLine } from '../../../server/policy/fact-lines.ts'
import { factLines } from '../../../server/policy/fact-lines.ts'
import type { Trial, Tried } from '../../../server/policy/try-call/try-call.ts'
import { tryCall } from '../../../server/policy/try-call/try-call.ts'
import type { WhyNot } from '../../../server/policy/why-not/why-not.ts'
import { whyNot } from '../../../server/policy/why-not/why-not.ts'
import type { CaseWorld } from '../../../server/schema/case-world.ts'
import type { Decision } from '../../../server/schema/decision.ts'
import type { Installation } from '../../../server/schema/installation.ts'
import type { Policy } from '../../../server/schema/policy.ts'

interface Question {
  readonly id: number
  readonly document: Policy
  readonly installation: Installation
}
/** A call that is thought out, or one that was decided. */
export type TryRequest =
  | (Question & { readonly kind: 'trial'; readonly trial: Trial; readonly told: CaseWorld })
  | (Question & {
      readonly kind: 'decided'
      readonly decision: Pick<Decision, 'at' | 'facts' | 'node' | 'fallback'>
    })

/** A decision against everything its policy may ask for. */
export interface Looked {
  readonly lines: readonly FactLine[]
  /** Absent where the facts on record do not lead to the outcome on record, so that nothing can be promised. */
  readonly whyNot: WhyNot | undefined
}

export type TryAnswer = { readonly id: number } & (
  | { readonly kind: 'tried'; readonly tried: Tried }
  | { readonly kind: 'looked'; readonly looked: Looked }
  /** The policy cannot be walked; its problems say why. */
  | { readonly kind: 'broken' }
)

type Decided = Extract<TryRequest, { kind: 'decided' }>

/** The instant that the policy saw, where it asked; else that of the decision, some milliseconds later. */
function arrivalOf({ at, facts }: Decided['decision']): number {
  const seen = Object.hasOwn(facts, 'call.at') ? facts['call.at'] : undefined
  return seen && 'value' in seen && typeof seen.value === 'number' ? seen.value : Date.parse(at)
}

function look({ document, installation, decision }: Decided): Looked {
  const compiled = compile(document, installation)
  const { facts, node, fallback } = decision
  const found = whyNot({
    compiled,
    installation,
    at: arrivalOf(decision),
    read: (name) => (Object.hasOwn(facts, name) ? facts[name] : undefined),
  })
  const isOutOfTime = fallback === 'budget_exhausted' && found.node === undefined
  return {
    lines: factLines(compiled, facts),
    whyNot: isOutOfTime || found.node === node ? found : undefined,
  }
}

function answer(request: TryRequest): TryAnswer {
  const { id, document, installation } = request
  try {
    if (request.kind === 'decided') return { id, kind: 'looked', looked: look(request) }
    const world = worldFrom(request.told, installation)
    return {
      id,
      kind: 'tried',
      tried: tryCall(compile(document, installation), request.trial, world),
    }
  } catch {
    return { id, kind: 'broken' }
  }
}

self.onmessage = (event: MessageEvent<TryRequest>) => self.postMessage(answer(event.data))
