import { describe, expect, it } from 'vitest'
import type { CompiledPolicy } from '../../server/policy/compile.ts'
import { walk } from '../../server/policy/evaluate.ts'
import { decideAgain, isSame, wayOf } from '../../server/policy/flight/decide-again.ts'
import { withStandIns } from '../../server/policy/flight/stand-ins.ts'
import type { Decision } from '../../server/schema/decision.ts'
import type { FactSeen, FactValue } from '../../server/schema/facts.ts'
import { compileNodes, installation, walked } from '../policy/engine-support.ts'
import { generator, randomFrom } from '../policy/random-conditions.ts'

const { condition, values } = generator(randomFrom(20_261_121))

/** Three conditions one after the other, each with a way out. */
function policy(): CompiledPolicy {
  const gate = (next: string, out: string) => ({
    kind: 'condition',
    when: { all: [condition(1)] },
    exits: { yes: next, no: out, unknown: out },
  })
  return compileNodes({
    first: gate('second', 'a'),
    second: gate('third', 'b'),
    third: gate('c', 'd'),
    ...Object.fromEntries(['a', 'b', 'c', 'd'].map((id) => [id, { kind: 'voicemail' }])),
  })
}

function decided(compiled: CompiledPolicy, facts: Record<string, FactValue>): Decision {
  const read = (name: string): FactSeen | undefined => {
    const value = facts[name]
    return value === undefined ? undefined : { value, source: 'test', ms: 1 }
  }
  const { outcome, node, path, facts: seen, unknown, trace } = walked(walk(compiled, read))
  const at = '2026-11-21T09:00:00.000Z'
  return {
    ...{ at, policy: 'test', release: '1-abc', outcome: outcome.kind, node, path, facts: seen },
    ...{ unknown, ms: 1, budgetMs: 150, fallback: false, steps: [], trace },
    final: { outcome: outcome.kind, node },
  }
}

const told = ({ facts }: Decision) =>
  Object.entries(facts).map(([name, seen]) => [name, 'value' in seen && seen.value])

describe('stand-ins for hidden facts', () => {
  it('take the same way, and are the same for all who took it', () => {
    const [rounds, callers] = [60, 5]
    let replayed = 0
    for (let round = 0; round < rounds; round += 1) {
      const compiled = policy()
      const byWay = new Map<string, unknown>()
      for (let caller = 0; caller < callers; caller += 1) {
        const decision = decided(compiled, values())
        const isHidden = () => true
        const stand = withStandIns({ compiled, installation, decision, isHidden })
        const again = decideAgain(compiled, stand.decision)
        if (stand.replays && again.kind === 'decided') {
          replayed += 1
          expect(isSame(stand.decision, again.decided)).toBe(true)
          expect(wayOf(again.decided)).toBe(wayOf({ ...decision, ways: [] }))
        }
        const way = JSON.stringify([wayOf({ ...decision, ways: [] }), Object.keys(decision.facts)])
        const before = byWay.get(way)
        if (before) expect(told(stand.decision)).toEqual(before)
        else byWay.set(way, told(stand.decision))
      }
    }
    // facts of different kinds that are compared with each other may have none
    expect(replayed).toBeGreaterThan(rounds * callers * 0.9)
  }, 60_000)
})
