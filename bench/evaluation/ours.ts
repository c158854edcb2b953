import { compile } from '../../server/policy/compile.ts'
import type { CompiledPolicy } from '../../server/policy/compile.ts'
import { run, walk } from '../../server/policy/evaluate.ts'
import { unroll } from '../../server/policy/trace.ts'
import type { FactValue } from '../../server/schema/facts.ts'
import type { Facts, Gate, OutcomeName } from '../policy-documents.ts'
import { asPolicy, installation, outcomeNames } from '../policy-documents.ts'
import type { Variant } from './variant.ts'

const compiledFrom = (gates: readonly Gate[]): CompiledPolicy =>
  compile(asPolicy('bench', gates), installation)

function outcomeOf(kind: string | undefined): OutcomeName {
  const outcome = outcomeNames.find((name) => name === kind)
  if (!outcome) throw new Error('the walk reached no outcome')
  return outcome
}

const slotsOf =
  ({ facts: names }: CompiledPolicy) =>
  (facts: Facts): (FactValue | undefined)[] =>
    names.map((name) => facts[name])

/** What the traces are counted in, so that none can be left out by the optimiser. */
export const traced = { entries: 0 }

export const ours: readonly Variant[] = [
  {
    name: 'run',
    label: 'Callgate, run: the tape that records every leaf and exit',
    make(gates) {
      const compiled = compiledFrom(gates)
      const slots = slotsOf(compiled)
      return (facts) => {
        const { end, tape } = run(compiled, slots(facts))
        traced.entries += tape.length
        return outcomeOf(end.outcome?.kind)
      }
    },
  },
  {
    name: 'unroll',
    label: 'Callgate, run and unroll: the full trace as objects',
    make(gates) {
      const compiled = compiledFrom(gates)
      const slots = slotsOf(compiled)
      return (facts) => {
        const values = slots(facts)
        const { end, tape } = run(compiled, values)
        traced.entries += unroll(compiled, {
          from: compiled.graph.start,
          tape,
          values,
        }).trace.length
        return outcomeOf(end.outcome?.kind)
      }
    },
  },
  {
    name: 'walk',
    label: 'Callgate, walk: full trace, facts with source and time, types checked',
    make(gates) {
      const compiled = compiledFrom(gates)
      return (facts) => {
        const walked = walk(compiled, (name) => {
          const value = facts[name]
          return value === undefined ? undefined : { value, source: 'caller', ms: 0 }
        })
        if (walked.kind !== 'walked') throw new Error('the walk waits')
        traced.entries += walked.trace.length
        return outcomeOf(walked.outcome.kind)
      }
    },
  },
]
