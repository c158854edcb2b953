import type { FactSpec } from '../../schema/facts.ts'
import type { Leaf, Operand, OperatorName } from '../../schema/policy.ts'
import { operatorNames } from '../../schema/policy.ts'
import { instantSchema } from '../../schema/primitives.ts'
import { listOf } from './problems.ts'
import { didYouMean } from './suggest.ts'

export interface Misfit {
  readonly message: string
  readonly hint: string
}

type Scalar = string | number | boolean
const sameness: readonly OperatorName[] = ['equal', 'notEqual', 'in', 'notIn']
const ordering: readonly OperatorName[] = [
  'lessThan',
  'lessThanInclusive',
  'greaterThan',
  'greaterThanInclusive',
]

/** The operators that make sense for a fact. */
export function operatorsFor(spec: FactSpec): readonly OperatorName[] {
  if (spec.undeclared) return sameness
  switch (spec.type) {
    case 'list':
      return ['contains', 'doesNotContain']
    case 'number':
    case 'instant':
      return [...sameness, ...ordering]
    case 'string':
    case 'boolean':
      return sameness
  }
}

export function isOperator(name: string): name is OperatorName {
  return operatorNames.some((known) => known === name)
}

const wanted = {
  string: ['a text', '"gold"'],
  number: ['a number', '80'],
  boolean: ['true or false', 'true'],
  instant: ['an instant', '"2026-12-24T18:00:00+01:00"'],
  list: ['a text', '"vip"'],
} as const

function scalarMisfit(spec: FactSpec, value: Scalar): Misfit | undefined {
  if (spec.undeclared) return undefined
  const [words, example] = wanted[spec.type]
  const type = spec.type === 'instant' || spec.type === 'list' ? 'string' : spec.type
  const shown = JSON.stringify(value).slice(0, 80)
  if (typeof value !== type || (spec.type === 'instant' && !instantSchema.safeParse(value).success))
    return {
      message: `${spec.label} (${spec.name}) is compared with ${shown}, which is not ${words}.`,
      hint: `Compare it with ${words}, e.g. ${example}.`,
    }
  if (spec.values && typeof value === 'string' && !spec.values.includes(value)) {
    const known = spec.values.map((one) => `"${one}"`)
    return {
      message: `${spec.label} (${spec.name}) is never ${shown}.`,
      hint: `${didYouMean(value, spec.values)}Its values are ${listOf(known)}.`,
    }
  }
  return undefined
}

function referenceMisfit(spec: FactSpec, operator: OperatorName, other: FactSpec) {
  const needsList = operator === 'in' || operator === 'notIn'
  const type = needsList ? 'list' : spec.type === 'list' ? 'string' : spec.type
  const fits = needsList
    ? other.type === 'list' && (spec.type === 'string' || spec.undeclared)
    : other.type === type || ((other.undeclared || spec.undeclared) && other.type !== 'list')
  if (fits) return undefined
  return {
    message: `${spec.label} (${spec.name}, ${spec.type}) cannot be compared with ${other.name} (${other.type}) by "${operator}".`,
    hint: `Compare it with a fact that is ${type === 'list' ? 'a list' : `of the type ${type}`}, or with a value.`,
  }
}

function listMisfit(spec: FactSpec, operator: OperatorName, operand: Scalar | readonly Scalar[]) {
  const needsList = operator === 'in' || operator === 'notIn'
  if (needsList === Array.isArray(operand)) return undefined
  return {
    message: needsList
      ? `"${operator}" on ${spec.name} needs a list of values.`
      : `"${operator}" on ${spec.name} takes one value, not a list.`,
    hint: needsList ? 'Write the values as […].' : 'Give one value, or use "in".',
  }
}

const isReference = (operand: Operand): operand is { fact: string } =>
  typeof operand === 'object' && !Array.isArray(operand)

/** The fact a comparison looks up for its right-hand side, if any. */
export function referenceOf(leaf: Leaf): string | undefined {
  return isReference(leaf.value) ? leaf.value.fact : undefined
}

/** Why a comparison does not make sense for its fact; `other` is the fact it is compared with, if any. */
export function misfitOf(
  leaf: Leaf & { operator: OperatorName },
  spec: FactSpec,
  other: FactSpec | undefined,
): Misfit | undefined {
  const { operator, value } = leaf
  const fitting = operatorsFor(spec)
  if (!fitting.includes(operator))
    return {
      message: spec.undeclared
        ? `${spec.label} (${spec.name}) is not declared, so "${operator}" cannot be used on it.`
        : `"${operator}" cannot be used on ${spec.label} (${spec.name}).`,
      hint: `${spec.undeclared ? 'Declare it with its type, or use' : 'Use'} one of ${listOf(fitting, 10)}.`,
    }
  if (isReference(value)) return other && referenceMisfit(spec, operator, other)
  const values = Array.isArray(value) ? value : [value]
  return (
    listMisfit(spec, operator, value) ??
    values.map((one) => scalarMisfit(spec, one)).find((misfit) => misfit !== undefined)
  )
}
