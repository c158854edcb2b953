import { readPolicy } from '../policy/validate/read.ts'
import type { Policy } from '../schema/policy.ts'
import type { Problem } from '../schema/problem.ts'
import type { PolicyDocument } from './document.ts'
import { isDocument, tidy } from './document.ts'

/** A document that was read and checked. `policy` is there when its shape is right. */
export interface Assessed {
  readonly document: PolicyDocument | undefined
  readonly policy: Policy | undefined
  readonly problems: readonly Problem[]
}

export function hasErrors(problems: readonly Problem[]): boolean {
  return problems.some(({ severity }) => severity === 'error')
}

/** Reads a text without asking whether it can run here. */
export function readDocument(text: string, id: string, file?: string): Assessed {
  const { policy, problems } = readPolicy(text, file === undefined ? { id } : { id, file })
  const raw = asDocument(text)
  return { document: raw && policy ? tidy(raw, policy) : raw, policy, problems }
}

function asDocument(text: string): PolicyDocument | undefined {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''))
    return isDocument(value) ? value : undefined
  } catch {
    return undefined
  }
}
