import type { NodeOf } from '../../schema/policy.ts'
import { addLeaf, truthOf, type Assembly } from '../conditions/leaf.ts'
import { FALSE, PENDING, TRUE, UNKNOWN, type Evaluate } from '../conditions/truth.ts'
import { splitPlace } from '../split.ts'
import type { CompiledGate, GateAt } from './gate.ts'

const fact = 'caller.key'
const operator = 'split'

/** A gate that lets the same share of callers in, and always the same ones. */
export function splitGate(assembly: Assembly, gate: NodeOf<'split'>, at: GateAt): CompiledGate {
  const slot = assembly.slots.of(fact).index
  const place = splitPlace(at.policy, at.node)
  const operand = gate.percent
  const mark = addLeaf(assembly, {
    slots: [slot],
    notEvaluated: Object.freeze({ at: '', fact, operator, operand, result: 'not_evaluated' }),
    trace: (values, result) => ({
      at: '',
      fact,
      operator,
      operand,
      value: values[slot] ?? undefined,
      result: truthOf(result),
    }),
  })
  const choose: Evaluate = (values, tape) => {
    const key = values[slot]
    let result
    if (key === undefined) result = PENDING
    else if (key === null) result = UNKNOWN
    else result = place(String(key)) < operand ? TRUE : FALSE
    tape.push(mark + result)
    return result
  }
  return {
    choose,
    exits: ['out', 'in', 'unknown'],
    isCondition: true,
    possible: () => [FALSE, TRUE, UNKNOWN],
    waitsFor: (values) => (values[slot] === undefined ? [slot] : []),
  }
}
