import { readJson } from '../../../server/policy/validate/json-text.ts'
import { readPolicy } from '../../../server/policy/validate/read.ts'
import type { Policy } from '../../../server/schema/policy.ts'
import type { Problem } from '../../../server/schema/problem.ts'
import { readDrawable } from '../document/read.ts'

/** A text as far as it can be taken over: the policy, or why not. */
export interface TextRead {
  readonly policy: Policy | undefined
  readonly problems: readonly Problem[]
}

/** Reads a policy's text. What is not JSON, or cannot be drawn, is not taken over; all else is a draft. */
export function readText(text: string): TextRead {
  const { document, problems } = readJson(text)
  if (!document) return { policy: undefined, problems }
  const policy = readDrawable(document.value)
  return policy ? { policy, problems: [] } : { policy, problems: readPolicy(text).problems }
}

export const textOf = (policy: Policy): string => `${JSON.stringify(policy, null, 2)}\n`

/** The least that has to be replaced to make one text of another, so that the cursor keeps its place. */
export function changeBetween(before: string, after: string) {
  const most = Math.min(before.length, after.length)
  let from = 0
  while (from < most && before[from] === after[from]) from += 1
  let end = 0
  while (end < most - from && before.at(-1 - end) === after.at(-1 - end)) end += 1
  return { from, to: before.length - end, insert: after.slice(from, after.length - end) }
}
