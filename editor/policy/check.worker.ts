import { readPolicy } from '../../server/policy/validate/read.ts'
import type { WorstCase } from '../../server/policy/validate/worst-case.ts'
import { validate, worstCase } from '../../server/policy/validate/validate.ts'
import type { Installation } from '../../server/schema/installation.ts'
import type { Problem } from '../../server/schema/problem.ts'

export interface CheckRequest {
  readonly id: number
  readonly document: unknown
  readonly installation: Installation
  readonly at: number
  /** Lines that other live policies decide, with the policy's id. */
  readonly claims: readonly (readonly [line: string, policy: string])[]
}
export interface CheckAnswer {
  readonly id: number
  readonly problems: readonly Problem[]
  readonly worst?: WorstCase
}

/** Validation off the main thread, with the code that the server publishes by. */
function check({ id, document, installation, at, claims }: CheckRequest): CheckAnswer {
  const { policy, problems } = readPolicy(JSON.stringify(document))
  if (!policy) return { id, problems }
  const found = validate(policy, { installation, at, otherClaims: new Map(claims) })
  const isCyclic = found.some(({ code }) => code === 'cycle')
  return { id, problems: found, ...(isCyclic ? {} : { worst: worstCase(policy, installation) }) }
}

self.onmessage = (event: MessageEvent<CheckRequest>) => self.postMessage(check(event.data))
