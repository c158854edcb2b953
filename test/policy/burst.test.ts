import { describe, expect, it } from 'vitest'
import { compile, type CompiledPolicy } from '../../server/policy/compile.ts'
import { walk } from '../../server/policy/evaluate.ts'
import { policyLimits, type Policy } from '../../server/schema/policy.ts'
import { installation, policyOf, reader, walked, type Known } from './engine-support.ts'
import { mainLine, quietDay } from './main-line.ts'

/** The quickest of several runs: what the code needs when the machine does nothing else. */
function quickest(work: () => void, runs = 30): number {
  const durations = Array.from({ length: runs }, () => {
    const begin = performance.now()
    work()
    return performance.now() - begin
  })
  return Math.min(...durations)
}

/** The largest policy allowed: a chain of gates, each compared in full before it is left. */
function largest(): CompiledPolicy {
  const last = policyLimits.nodes - 1
  const compare = { fact: 'caller.priority', operator: 'greaterThan', value: 1000 }
  const gates: Policy['nodes'] = {}
  for (let index = 0; index < last; index += 1) {
    const exits = { yes: 'end', no: index + 1 < last ? `n${index + 1}` : 'end' }
    gates[`n${index}`] = { kind: 'condition', when: { any: [compare, compare, compare] }, exits }
  }
  const start = policyOf({ end: { kind: 'voicemail' } })
  const nodes = { ...gates, ...start.nodes }
  return compile({ ...start, start: 'n0', nodes }, installation)
}

describe('speed', () => {
  it('walks 500 calls with full trace in less than 5 ms', () => {
    const compiled = compile(mainLine, installation)
    const calls = Array.from({ length: 500 }, (_, index): Known => ({
      ...quietDay,
      'velocity.caller.10m': index % 8,
      'caller.priority': index % 100,
      'crm.found': index % 2 === 0,
    })).map(reader)
    const nodes = new Set<string>()
    const duration = quickest(() => {
      for (const read of calls) nodes.add(walked(walk(compiled, read)).node)
    })
    expect(nodes).toEqual(new Set(['tooMany', 'toOwner', 'toTeam', 'lead']))
    expect(duration).toBeLessThan(5)
  })

  it('walks the largest policy in less than 20 ms', () => {
    const compiled = largest()
    const read = reader({ 'caller.priority': 1 })
    const result = walked(walk(compiled, read))
    expect(result.path).toHaveLength(policyLimits.nodes)
    expect(result.trace.flatMap((node) => node.leaves)).toHaveLength(3 * (policyLimits.nodes - 1))
    expect(quickest(() => walk(compiled, read))).toBeLessThan(20)
  })
})
