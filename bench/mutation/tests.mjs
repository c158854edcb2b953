import { readdirSync } from 'node:fs'
import { resolve } from 'node:path'

/** The tests that stand for the policy engine when it is mutated: pure ones, without a server. */
const included = [
  /^policy\//,
  /^policies\//,
  /^facts\/(memory-facts|simulate)\./,
  /^outline\/(outline|move|explain)\./,
  /^replay\/replay\./,
  /^cases\/(case-of-call|mutants)\./,
  /^canary\/stand-ins\./,
]

/** They judge times, which a mutated file does not keep. */
const excluded = ['policy/validate-hostile.test.ts', 'policy/burst.test.ts']

/** Absolute paths. */
export function mutationTests() {
  return readdirSync('test', { recursive: true })
    .filter((name) => name.endsWith('.test.ts') && !excluded.includes(name))
    .filter((name) => included.some((pattern) => pattern.test(name)))
    .sort()
    .map((name) => resolve('test', name))
}
