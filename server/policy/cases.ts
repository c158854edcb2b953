import type { Case } from '../schema/cases.ts'
import { isGate, type OutcomeKind, type Policy } from '../schema/policy.ts'
import type { Walked } from './evaluate.ts'

/** What a case came to, in the terms of its `expect`. */
export interface CaseActual {
  readonly outcome: OutcomeKind
  /** Ids of all nodes passed, the outcome's included. */
  readonly path: string[]
  readonly message?: string
  readonly unknown: string[]
}

export interface CaseResult {
  readonly passed: boolean
  readonly actual: CaseActual
  /** One line for each thing that differs, saying what was expected and what came. */
  readonly differences: string[]
}

/**
 * Compares a walk with what a case expects. What the case does not mention may be anything;
 * `unknown` is compared without order.
 * @param message the follow-up's text as rendered, if the outcome has one
 */
export function compareCase(
  theCase: Case,
  walked: Walked,
  message: string | undefined,
): CaseResult {
  const actual: CaseActual = {
    outcome: walked.outcome.kind,
    path: walked.path.map((step) => step.node),
    ...(message === undefined ? {} : { message }),
    unknown: walked.unknown,
  }
  const { expect } = theCase
  const differences = [
    differ('outcome', expect.outcome, actual.outcome),
    differ('path', expect.path?.join(' → '), actual.path.join(' → ')),
    differ('message', expect.message, message),
    differ('unknown', sorted(expect.unknown), sorted(actual.unknown)),
  ].flat()
  return { passed: differences.length === 0, actual, differences }
}

function sorted(names: readonly string[] | undefined): string | undefined {
  return names && [...new Set(names)].sort().join(', ')
}

function differ(what: string, expected: string | undefined, actual: string | undefined): string[] {
  if (expected === undefined || expected === actual) return []
  return [`${what}: expected ${quote(expected)}, got ${quote(actual)}`]
}

function quote(text: string | undefined): string {
  return text ? `"${text}"` : 'none'
}

export interface ExitHits {
  readonly node: string
  readonly exit: string
  readonly hits: number
}

export interface Coverage {
  readonly exits: ExitHits[]
  readonly unreached: { readonly node: string; readonly exit: string }[]
}

/** How often walks left each gate by each of its drawn exits. */
export function coverage(policy: Policy, walks: readonly Pick<Walked, 'path'>[]): Coverage {
  const hits = new Map<string, number>()
  const key = (node: string, exit: string): string => JSON.stringify([node, exit])
  for (const { node, exit } of walks.flatMap((walked) => walked.path)) {
    if (exit !== null) hits.set(key(node, exit), (hits.get(key(node, exit)) ?? 0) + 1)
  }
  const exits = Object.entries(policy.nodes).flatMap(([node, gate]) =>
    isGate(gate)
      ? Object.keys(gate.exits).map((exit) => ({
          node,
          exit,
          hits: hits.get(key(node, exit)) ?? 0,
        }))
      : [],
  )
  const unreached = exits.filter((one) => one.hits === 0).map(({ node, exit }) => ({ node, exit }))
  return { exits, unreached }
}
