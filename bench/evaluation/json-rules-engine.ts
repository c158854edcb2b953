import { Engine } from 'json-rules-engine'
import type { RuleProperties, TopLevelCondition } from 'json-rules-engine'
import { defaultOutcome, outcomeNames } from '../policy-documents.ts'
import type { Facts, Gate, OutcomeName } from '../policy-documents.ts'
import type { Variant } from './variant.ts'

function rulesOf(gates: readonly Gate[]): RuleProperties[] {
  return gates.map((gate, index) => ({
    // a gate's condition is json-rules-engine's own language
    conditions: gate.when as TopLevelCondition,
    event: { type: gate.outcome },
    priority: gates.length - index,
  }))
}

/**
 * As it is safe with calls at once: an engine of its own for each call, since a shared one loses the
 * decisions of runs that overlap. It stops at the first rule that holds, and facts are constants.
 */
async function decide(rules: RuleProperties[], facts: Facts): Promise<OutcomeName> {
  const engine = new Engine(rules)
  let first: string | undefined
  engine.on('success', ({ type }) => {
    first ??= type
    engine.stop()
  })
  await engine.run(facts)
  return outcomeNames.find((name) => name === first) ?? defaultOutcome
}

export const jsonRulesEngine: Variant = {
  name: 'json-rules-engine',
  label: 'json-rules-engine, a fresh Engine per call',
  make(gates) {
    const rules = rulesOf(gates)
    return (facts) => decide(rules, facts)
  },
}
