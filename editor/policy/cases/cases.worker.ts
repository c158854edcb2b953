import type { MutationProgress, MutationScore } from '../../../server/policy/mutants/score.ts'
import { mutationSteps } from '../../../server/policy/mutants/score.ts'
import { policySchema } from '../../../server/schema/policy.ts'
import type { CaseInput, CaseRun } from './run.ts'
import { runCases, worldOf } from './run.ts'

export interface CaseRequest extends CaseInput {
  readonly id: number
}
export type CaseAnswer = { readonly id: number } & (
  | { readonly kind: 'run'; readonly run: CaseRun }
  /** The document has errors, so that nothing can be decided. */
  | { readonly kind: 'broken' }
  | { readonly kind: 'progress'; readonly progress: MutationProgress }
  | { readonly kind: 'score'; readonly score: MutationScore }
)

/** Milliseconds of work before a newer request gets its turn. */
const sliceMs = 40
let newest = 0

const say = (answer: CaseAnswer) => self.postMessage(answer)

function score(request: CaseRequest): void {
  const { id } = request
  const steps = mutationSteps(policySchema.parse(request.document), request.cases, worldOf(request))
  const go = (): void => {
    if (id !== newest) return
    for (const until = performance.now() + sliceMs; ;) {
      const step = steps.next()
      if (step.done) return say({ id, kind: 'score', score: step.value })
      if (performance.now() < until) continue
      say({ id, kind: 'progress', progress: step.value })
      setTimeout(go)
      return
    }
  }
  setTimeout(go)
}

function take(request: CaseRequest): void {
  newest = request.id
  try {
    say({ id: request.id, kind: 'run', run: runCases(request) })
    score(request)
  } catch {
    say({ id: request.id, kind: 'broken' })
  }
}

self.onmessage = ({ data }: MessageEvent<CaseRequest>) => take(data)
