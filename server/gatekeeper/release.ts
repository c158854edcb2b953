import type { CompiledPolicy } from '../policy/compile.ts'
import { compile } from '../policy/compile.ts'
import type { Arm } from '../schema/canary.ts'
import { emptyInstallation } from '../schema/installation.ts'
import { builtInReject } from './built-in.ts'

/** The part of a live release that deciding needs. A call keeps the one it began with. */
export interface LiveRelease {
  readonly policyId: string
  readonly release: string
  readonly compiled: CompiledPolicy
  /** The side a caller is on, while a canary of this policy runs. */
  readonly canary?: { readonly id: number; readonly arm: Arm }
}

/** Decides calls to numbers no policy claims. */
export const noPolicy: CompiledPolicy = compile(
  {
    schema: 1,
    id: 'built-in',
    name: 'Built in',
    numbers: [],
    budgetMs: 150,
    start: 'reject',
    fallback: builtInReject,
    nodes: { reject: builtInReject },
  },
  emptyInstallation,
)
