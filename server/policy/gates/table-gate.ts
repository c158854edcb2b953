import { hoursStates } from '../../schema/calendar.ts'
import type { LeafTrace } from '../../schema/decision.ts'
import type { NodeOf } from '../../schema/policy.ts'
import { agentStatuses } from '../../schema/seeds.ts'
import { addLeaf, type Assembly, type CompiledLeaf } from '../conditions/leaf.ts'
import {
  PENDING,
  TRUE,
  UNKNOWN,
  type Evaluate,
  type SlotValue,
  type SlotValues,
} from '../conditions/truth.ts'
import type { CompiledGate } from './gate.ts'

/** The choice of a value that has no exit of its own. Exits of values come after `PENDING`. */
const OTHER = 0
const FIRST_VALUE = PENDING + 1

interface Table {
  readonly fact: string
  /** Values that have an exit of their own, of the same name. */
  readonly values: readonly string[]
  /** Exit of every other value. */
  readonly other: string
}

/** A gate that leaves by the exit named like the value of its fact. */
function tableGate(assembly: Assembly, table: Table): CompiledGate {
  const slot = assembly.slots.of(table.fact).index
  const choices = new Map(table.values.map((value, index) => [value, FIRST_VALUE + index]))
  const mark = addLeaf(assembly, tableLeaf(table, choices, slot))
  const choose: Evaluate = (values, tape) => {
    const value = values[slot]
    if (value === undefined || value === null) {
      const result = value === undefined ? PENDING : UNKNOWN
      tape.push(mark + result)
      return result
    }
    tape.push(mark + TRUE)
    return choices.get(typeof value === 'string' ? value : String(value)) ?? OTHER
  }
  const isPending = (values: SlotValues): boolean => values[slot] === undefined
  return {
    choose,
    exits: [table.other, undefined, 'unknown', undefined, ...table.values],
    isCondition: false,
    possible: () => [OTHER, UNKNOWN, ...choices.values()],
    waitsFor: (values) => (isPending(values) ? [slot] : []),
  }
}

/** The one comparison that was true: equal to the value of the exit, or in none of the values. */
function tableLeaf(table: Table, choices: ReadonlyMap<string, number>, slot: number): CompiledLeaf {
  const { fact, values: operand } = table
  const known = (value: SlotValue): LeafTrace =>
    choices.has(String(value))
      ? { at: '', fact, operator: 'equal', operand: value, value, result: true }
      : { at: '', fact, operator: 'notIn', operand, value, result: true }
  return {
    slots: [slot],
    notEvaluated: Object.freeze({ at: '', fact, operator: 'in', operand, result: 'not_evaluated' }),
    trace: (values, result) =>
      result === TRUE
        ? known(values[slot])
        : { at: '', fact, operator: 'in', operand, value: undefined, result: 'unknown' },
  }
}

export function hoursGate(assembly: Assembly, gate: NodeOf<'hours'>): CompiledGate {
  return tableGate(assembly, {
    fact: `hours.${gate.calendar}`,
    values: hoursStates,
    other: 'unknown',
  })
}

function agentsFactName(gate: NodeOf<'agents'>): string {
  if (gate.team !== undefined) return `agents.${gate.team}.status`
  return gate.agent === undefined ? 'agents.owner.status' : `agent.${gate.agent}.status`
}

/** A status whose exit is left out goes where `unknown` goes. */
export function agentsGate(assembly: Assembly, gate: NodeOf<'agents'>): CompiledGate {
  const values = agentStatuses.filter((status) => gate.exits[status] !== undefined)
  return tableGate(assembly, { fact: agentsFactName(gate), values, other: 'unknown' })
}

/** The exits `default` and `unknown` are for other values and no value, never for a text that reads so. */
export function switchGate(assembly: Assembly, gate: NodeOf<'switch'>): CompiledGate {
  const values = Object.keys(gate.exits).filter((exit) => exit !== 'default' && exit !== 'unknown')
  const other = Object.hasOwn(gate.exits, 'default') ? 'default' : 'unknown'
  return tableGate(assembly, { fact: gate.fact, values, other })
}
