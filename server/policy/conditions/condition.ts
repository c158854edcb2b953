import type { Condition } from '../../schema/policy.ts'
import { compileLeaf, type Assembly, type CompiledLeaf } from './leaf.ts'
import { FALSE, TRUE, UNKNOWN, type Evaluate } from './truth.ts'

/** A condition as closures, with its tree kept for questions that a walk does not ask. */
export type CompiledCondition =
  | { readonly combine: 'leaf'; readonly evaluate: Evaluate; readonly leaf: CompiledLeaf }
  | {
      readonly combine: 'all' | 'any' | 'not'
      readonly evaluate: Evaluate
      readonly parts: readonly CompiledCondition[]
    }

/**
 * Compiles json-rules-engine's condition language to closures with Kleene logic: `all` is false as soon as
 * one is false, `any` true as soon as one is true, otherwise unknown if any is; `not` unknown is unknown.
 * @param at where the condition stands, e.g. `all.1.not`; empty for a whole condition
 * @throws Error on an empty group, an unknown fact or operator, or an operand the operator cannot take
 */
export function compileCondition(
  assembly: Assembly,
  condition: Condition,
  at = '',
): CompiledCondition {
  const below = (step: string): string => (at === '' ? step : `${at}.${step}`)
  const compileAll = (parts: readonly Condition[], name: string): CompiledCondition[] =>
    parts.map((part, index) => compileCondition(assembly, part, below(`${name}.${index}`)))
  if ('all' in condition) return group('all', compileAll(condition.all, 'all'))
  if ('any' in condition) return group('any', compileAll(condition.any, 'any'))
  if ('not' in condition) {
    const part = compileCondition(assembly, condition.not, below('not'))
    return { combine: 'not', evaluate: negate(part.evaluate), parts: [part] }
  }
  return { combine: 'leaf', ...compileLeaf(assembly, condition, at) }
}

function group(combine: 'all' | 'any', parts: readonly CompiledCondition[]): CompiledCondition {
  const [first, second, ...others] = parts.map((part) => part.evaluate)
  if (!first) throw new Error(`an empty "${combine}" decides nothing`)
  const decided = combine === 'all' ? FALSE : TRUE
  return { combine, evaluate: fold(decided, [first, second, ...others]), parts }
}

type Folded = readonly [Evaluate, Evaluate | undefined, ...Evaluate[]]

/** Stops at the first part that decides; otherwise the greatest result of all (see `FALSE`). */
function fold(decided: number, [first, second, ...others]: Folded): Evaluate {
  if (!second) return first
  const pair = foldPair(decided, first, second)
  return others.length === 0 ? pair : foldOthers(decided, pair, others)
}

function foldPair(decided: number, first: Evaluate, second: Evaluate): Evaluate {
  return (values, tape) => {
    const left = first(values, tape)
    if (left === decided) return decided
    const right = second(values, tape)
    return right === decided || right > left ? right : left
  }
}

function foldOthers(decided: number, pair: Evaluate, others: readonly Evaluate[]): Evaluate {
  return (values, tape) => {
    let result = pair(values, tape)
    if (result === decided) return decided
    for (const other of others) {
      const next = other(values, tape)
      if (next === decided) return decided
      if (next > result) result = next
    }
    return result
  }
}

function negate(part: Evaluate): Evaluate {
  return (values, tape) => {
    const result = part(values, tape)
    return result < UNKNOWN ? TRUE - result : result
  }
}
