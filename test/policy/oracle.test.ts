import { Engine, type TopLevelCondition } from 'json-rules-engine'
import { describe, expect, it } from 'vitest'
import type { FactValue } from '../../server/schema/facts.ts'
import type { Condition, Operand } from '../../server/schema/policy.ts'
import { times } from '../chance.ts'
import { compileCondition, reader, truth } from './engine-support.ts'
import { generator, randomFrom } from './random-conditions.ts'

const toInstant = (value: string | number | boolean) =>
  typeof value === 'string' ? Date.parse(value) : value

/** json-rules-engine knows no instants: it gets the milliseconds that ISO text stands for. */
function operandFor(fact: string, operand: Operand): Operand {
  if (!fact.startsWith('caller.attributes.i')) return operand
  if (Array.isArray(operand)) return operand.map(toInstant)
  return typeof operand === 'object' ? operand : toInstant(operand)
}

function inMilliseconds(condition: Condition): Condition {
  if ('all' in condition) return { all: condition.all.map(inMilliseconds) }
  if ('any' in condition) return { any: condition.any.map(inMilliseconds) }
  if ('not' in condition) return { not: inMilliseconds(condition.not) }
  return { ...condition, value: operandFor(condition.fact, condition.value) }
}

/** A fresh engine, as overlapping runs on a shared one lose results. */
async function engineResults(
  conditions: readonly Condition[],
  facts: Record<string, FactValue>,
): Promise<string[]> {
  const engine = new Engine(
    conditions.map((condition, index) => ({
      // Conditions are json-rules-engine's own language; its type wants a group at the root.
      conditions: { all: [inMilliseconds(condition)] } as TopLevelCondition,
      event: { type: String(index) },
    })),
  )
  const { events } = await engine.run(facts)
  const passed = new Set(events.map((event) => event.type))
  return conditions.map((_, index) => (passed.has(String(index)) ? 'y' : 'n'))
}

const batches = times(1050)
const batchSize = 20

describe('the engine and json-rules-engine', () => {
  it(`agree on ${batches * batchSize} random conditions where every fact is known`, async () => {
    const { condition, values } = generator(randomFrom(20261120))
    const seen = { y: 0, n: 0 }
    for (let batch = 0; batch < batches; batch += 1) {
      const conditions = Array.from({ length: batchSize }, () => condition(3))
      const facts = values()
      const ours = conditions.map((one) => truth(compileCondition(one), reader(facts)))
      const theirs = await engineResults(conditions, facts)
      if (ours.join() !== theirs.join())
        expect(ours.map((result, index) => [result, conditions[index], facts])).toEqual(
          theirs.map((result, index) => [result, conditions[index], facts]),
        )
      for (const result of theirs) seen[result === 'y' ? 'y' : 'n'] += 1
    }
    expect(Math.min(seen.y, seen.n)).toBeGreaterThan((batches * batchSize) / 4)
  }, 60_000)
})
