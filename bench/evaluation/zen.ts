import type { Condition, Operand } from '../../server/schema/policy.ts'
import { loadRival } from '../rivals.ts'
import { defaultOutcome, outcomeNames } from '../policy-documents.ts'
import type { Gate } from '../policy-documents.ts'
import { flat, flattened } from './json-logic.ts'
import type { Decide, Variant } from './variant.ts'

const operators: Readonly<Record<string, string>> = {
  equal: '==',
  notEqual: '!=',
  in: 'in',
  lessThan: '<',
  lessThanInclusive: '<=',
  greaterThan: '>',
  greaterThanInclusive: '>=',
}

const literal = (value: Operand): string => JSON.stringify(value).replaceAll('"', "'")

function expressionOf(condition: Condition): string {
  if ('all' in condition) return condition.all.map((one) => `(${expressionOf(one)})`).join(' and ')
  if ('any' in condition) return condition.any.map((one) => `(${expressionOf(one)})`).join(' or ')
  if ('not' in condition) return `not (${expressionOf(condition.not)})`
  const operator = operators[condition.operator]
  if (operator === undefined) throw new Error(`no word for ${condition.operator}`)
  return `${flat(condition.fact)} ${operator} ${literal(condition.value)}`
}

/** A decision table with hit policy `first`: its fastest form for ordered rules. */
function tableOf(gates: readonly Gate[]) {
  const row = (id: string, when: string, outcome: string) => ({
    _id: id,
    in: when,
    out: `'${outcome}'`,
  })
  const rules = [
    ...gates.map((gate, index) => row(`r${index}`, expressionOf(gate.when), gate.outcome)),
    row('default', '', defaultOutcome),
  ]
  return {
    nodes: [
      { id: 'input', name: 'Request', type: 'inputNode', position: { x: 0, y: 0 } },
      {
        id: 'table',
        name: 'Table',
        type: 'decisionTableNode',
        position: { x: 200, y: 0 },
        content: {
          hitPolicy: 'first',
          inputs: [{ id: 'in', name: 'When' }],
          outputs: [{ id: 'out', name: 'Outcome', field: 'outcome' }],
          rules,
        },
      },
      { id: 'output', name: 'Response', type: 'outputNode', position: { x: 400, y: 0 } },
    ],
    edges: [
      { id: 'e1', type: 'edge', sourceId: 'input', targetId: 'table' },
      { id: 'e2', type: 'edge', sourceId: 'table', targetId: 'output' },
    ],
  }
}

interface ZenModule {
  readonly ZenEngine: new () => {
    createDecision(content: Buffer): {
      evaluate(facts: unknown): Promise<{ result: { outcome?: unknown } }>
    }
  }
}

export const zen: Variant = {
  name: 'zen-engine',
  label: '@gorules/zen-engine, decision table',
  needs: '@gorules/zen-engine',
  rename: flattened,
  make(gates: readonly Gate[], root: string): Decide {
    // the class and the two methods that its documentation names
    const { ZenEngine } = loadRival(root, '@gorules/zen-engine') as ZenModule
    const decision = new ZenEngine().createDecision(Buffer.from(JSON.stringify(tableOf(gates))))
    return async (facts) => {
      const { result } = await decision.evaluate(facts)
      return outcomeNames.find((name) => name === result.outcome) ?? defaultOutcome
    }
  },
}
