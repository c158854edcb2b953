import { compile, type CompiledPolicy } from '../../server/policy/compile.ts'
import { walk, type FactReader, type Pending, type Walked } from '../../server/policy/evaluate.ts'
import type { FactSeen, FactValue, UnknownReason } from '../../server/schema/facts.ts'
import { emptyInstallation, type Installation } from '../../server/schema/installation.ts'
import { policySchema, type Condition, type Policy } from '../../server/schema/policy.ts'
import { agentSchema } from '../../server/schema/seeds.ts'

const declare = (name: string, type: 'string' | 'number' | 'boolean' | 'list' | 'instant') => ({
  name,
  type,
  privacy: 'none' as const,
})

export const installation: Installation = {
  ...emptyInstallation,
  calendars: { support: { zone: 'UTC', weekly: {}, holidays: [], overrides: [] } },
  agents: [agentSchema.parse({ id: 'ana', teams: ['support'] })],
  connectors: ['default'],
  declared: {
    attributes: [
      declare('n1', 'number'),
      declare('n2', 'number'),
      declare('s1', 'string'),
      declare('s2', 'string'),
      declare('b1', 'boolean'),
      declare('b2', 'boolean'),
      declare('l1', 'list'),
      declare('l2', 'list'),
      declare('i1', 'instant'),
      declare('i2', 'instant'),
    ],
    crm: [declare('tier', 'string'), declare('score', 'number')],
    mapping: {},
  },
}

export type Nodes = Record<string, unknown>

/** A policy of these nodes; the first is the start. */
export function policyOf(nodes: Nodes, more: Partial<Policy> = {}): Policy {
  return policySchema.parse({
    schema: 1,
    id: 'test',
    name: 'Test',
    numbers: ['*'],
    start: Object.keys(nodes)[0],
    fallback: { kind: 'reject', message: { text: 'Sorry.' } },
    nodes,
    ...more,
  })
}

export const compileNodes = (nodes: Nodes): CompiledPolicy => compile(policyOf(nodes), installation)

/** Three outcomes to end at, for gates with the exits yes, no and unknown. */
export const outcomes = {
  y: { kind: 'voicemail' },
  n: { kind: 'voicemail' },
  u: { kind: 'voicemail' },
} as const
export const exits = { yes: 'y', no: 'n', unknown: 'u' }

const blank = policyOf({ gate: { kind: 'vip', minPriority: 1, exits }, ...outcomes })

/** A policy of one gate with this condition; not parsed, as thousands of them are made. */
export function compileCondition(when: Condition): CompiledPolicy {
  const nodes: Policy['nodes'] = { gate: { kind: 'condition', when, exits }, ...outcomes }
  return compile({ ...blank, nodes }, installation)
}

export type Known = Readonly<Record<string, FactValue | { unknown: UnknownReason } | 'pending'>>

/** Reads these facts; what is not among them is unknown, `not_found`. */
export function reader(facts: Known): FactReader {
  return (name): FactSeen | undefined => {
    const fact = Object.hasOwn(facts, name) ? facts[name] : undefined
    if (fact === 'pending') return undefined
    const settled = { source: 'test', ms: 1 }
    if (fact === undefined) return { unknown: 'not_found', ...settled }
    return typeof fact === 'object' && 'unknown' in fact
      ? { unknown: fact.unknown, ...settled }
      : { value: fact, ...settled }
  }
}

export function walked(result: Walked | Pending): Walked {
  if (result.kind !== 'walked') throw new Error(`the walk waits at ${result.at}`)
  return result
}

export function pending(result: Walked | Pending): Pending {
  if (result.kind !== 'pending') throw new Error(`the walk ended at ${result.node}`)
  return result
}

/** What a condition comes to: the outcome behind `yes`, `no` or `unknown`, or `pending`. */
export function truth(compiled: CompiledPolicy, read: FactReader): string {
  const result = walk(compiled, read)
  return result.kind === 'walked' ? result.node : 'pending'
}

export const pathOf = (result: Walked): string =>
  result.path.map(({ node, exit }) => (exit === null ? node : `${node}:${exit}`)).join(' ')
