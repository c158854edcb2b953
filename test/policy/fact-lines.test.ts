import { expect, it } from 'vitest'
import { factLines, isLate } from '../../server/policy/fact-lines.ts'
import type { FactSeen } from '../../server/schema/facts.ts'
import { compileNodes, exits, outcomes } from './engine-support.ts'

const compiled = compileNodes({
  tier: {
    kind: 'condition',
    when: { fact: 'crm.tier', operator: 'equal', value: 'gold' },
    exits: { yes: 'y', no: 'crm', unknown: 'u' },
  },
  crm: { kind: 'crm', deadlineMs: 120, exits: { found: 'vip', missing: 'n', unknown: 'u' } },
  vip: { kind: 'vip', minPriority: 80, exits },
  ...outcomes,
})

it('every fact of a policy is told, those asked for first and in the order of asking', () => {
  const late: FactSeen = { unknown: 'timeout', source: 'crm', ms: 120 }
  const priority: FactSeen = { value: 5, source: 'caller', ms: 0 }
  const found = { fact: 'crm.found', isRemote: true, deadlineMs: 120 }
  const tier = { fact: 'crm.tier', isRemote: true, deadlineMs: 120 }
  const own = { fact: 'caller.priority', isRemote: false, deadlineMs: 0 }
  const lines = factLines(compiled, { 'caller.priority': priority, 'crm.tier': late })
  expect(lines).toEqual([{ ...own, seen: priority }, { ...tier, seen: late }, found])
  expect(
    factLines(compiled, {})
      .map(({ fact }) => fact)
      .toSorted(),
  ).toEqual(['caller.priority', 'crm.found', 'crm.tier'])
})

it.each<[FactSeen | undefined, boolean]>([
  [{ unknown: 'timeout', source: 'crm', ms: 80 }, true],
  [{ unknown: 'error', source: 'crm', ms: 80 }, false],
  [{ value: 'timeout', source: 'crm', ms: 80 }, false],
  [undefined, false],
])('a fact seen as %j is late: %s', (seen, late) => {
  const line = { fact: 'crm.tier', isRemote: true, deadlineMs: 80 }
  expect(isLate(seen === undefined ? line : { ...line, seen })).toBe(late)
})
