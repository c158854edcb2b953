import type { LeafTrace } from '../../schema/decision.ts'
import type { FactValue } from '../../schema/facts.ts'
import type { Leaf, OperatorName, Operand } from '../../schema/policy.ts'
import { isOperatorName, operatorFor, type Compare } from '../operators.ts'
import type { FactSlot, FactSlots } from '../slots.ts'
import { literalEvaluate } from './literal.ts'
import { FALSE, PENDING, TRUE, UNKNOWN, type Evaluate, type SlotValues } from './truth.ts'

/** One comparison, as the tape, the trace and the search for pending facts need it. */
export interface CompiledLeaf {
  /** Slots it reads: its fact, and the fact it is compared with, if any. */
  readonly slots: readonly number[]
  /** Its trace when the walk did not come to it. Frozen and shared by all walks. */
  readonly notEvaluated: LeafTrace
  trace(values: SlotValues, result: number): LeafTrace
}

/** What the compiler collects while it goes through the nodes. */
export interface Assembly {
  readonly slots: FactSlots
  /** All leaves of the policy; a leaf's index is its number on the tape. */
  readonly leaves: CompiledLeaf[]
}

/** What the tape shows for a leaf: add the result. */
export function addLeaf(assembly: Assembly, leaf: CompiledLeaf): number {
  assembly.leaves.push(leaf)
  return (assembly.leaves.length - 1) * 4
}

export function truthOf(result: number): boolean | 'unknown' {
  return result === TRUE ? true : result === FALSE ? false : 'unknown'
}

type Literal = Exclude<Operand, { fact: string }>

const isReference = (operand: Operand): operand is { fact: string } =>
  typeof operand === 'object' && !Array.isArray(operand)

function toInstant(value: string | number | boolean): string | number | boolean {
  if (typeof value !== 'string') return value
  const instant = Date.parse(value)
  if (Number.isNaN(instant)) throw new Error(`"${value}" is not an instant`)
  return instant
}

/** The operand as the engine compares it: instants, which documents give as ISO text, in milliseconds. */
function literalFor(slot: FactSlot, operand: Literal): Literal {
  if (slot.spec.type !== 'instant') return operand
  return Array.isArray(operand) ? operand.map(toInstant) : toInstant(operand)
}

/** Two operators ask their operand for `indexOf`; on anything but a list they would throw, or search a text. */
function requireList(leaf: Leaf, isList: boolean): void {
  if ((leaf.operator === 'in' || leaf.operator === 'notIn') && !isList)
    throw new Error(`"${leaf.operator}" on ${leaf.fact} needs a list`)
}

/**
 * Compiles one comparison. Unknown when its fact or the fact it is compared with is unknown.
 * @param at where it stands in its gate's condition, for the trace
 * @throws Error on an unknown fact or operator, or an operand the operator cannot take
 */
export function compileLeaf(
  assembly: Assembly,
  leaf: Leaf,
  at: string,
): { evaluate: Evaluate; leaf: CompiledLeaf } {
  const name = leaf.operator
  if (!isOperatorName(name)) throw new Error(`there is no operator "${name}"`)
  const slot = assembly.slots.of(leaf.fact)
  const compare = operatorFor(name, slot.spec.type)
  return isReference(leaf.value)
    ? referenceLeaf(assembly, leaf, { at, slot, name, compare, operand: leaf.value.fact })
    : literalLeaf(assembly, leaf, {
        at,
        slot,
        name,
        compare,
        operand: literalFor(slot, leaf.value),
      })
}

interface LeafParts<T> {
  readonly at: string
  readonly slot: FactSlot
  readonly name: OperatorName
  readonly compare: Compare
  readonly operand: T
}

function literalLeaf(assembly: Assembly, leaf: Leaf, parts: LeafParts<Literal>) {
  const { at, compare, operand } = parts
  const slot = parts.slot.index
  const { fact, operator } = leaf
  requireList(leaf, Array.isArray(operand))
  const compiled: CompiledLeaf = {
    slots: [slot],
    notEvaluated: Object.freeze({ at, fact, operator, operand, result: 'not_evaluated' }),
    trace: (values, result) => ({
      at,
      fact,
      operator,
      operand,
      value: values[slot] ?? undefined,
      result: truthOf(result),
    }),
  }
  const mark = addLeaf(assembly, compiled)
  const evaluate = literalEvaluate({ operator: parts.name, slot, operand, compare, mark })
  return { evaluate, leaf: compiled }
}

function referenceLeaf(assembly: Assembly, leaf: Leaf, parts: LeafParts<string>) {
  const { at, compare } = parts
  const slot = parts.slot.index
  const other = assembly.slots.of(parts.operand)
  const { fact, operator } = leaf
  requireList(leaf, other.spec.type === 'list')
  const compiled: CompiledLeaf = {
    slots: [slot, other.index],
    notEvaluated: Object.freeze({ at, fact, operator, result: 'not_evaluated' }),
    trace: (values, result) => ({
      at,
      fact,
      operator,
      operand: values[other.index] ?? undefined,
      value: values[slot] ?? undefined,
      result: truthOf(result),
    }),
  }
  const mark = addLeaf(assembly, compiled)
  const evaluate: Evaluate = (values, tape) => {
    const result = compareKnown(values[slot], values[other.index], compare)
    tape.push(mark + result)
    return result
  }
  return { evaluate, leaf: compiled }
}

/** Unknown beats pending here: whatever the other fact turns out to be, the comparison stays unknown. */
function compareKnown(
  value: FactValue | null | undefined,
  operand: FactValue | null | undefined,
  compare: Compare,
): number {
  if (value === null || operand === null) return UNKNOWN
  if (value === undefined || operand === undefined) return PENDING
  return compare(value, operand) ? TRUE : FALSE
}
