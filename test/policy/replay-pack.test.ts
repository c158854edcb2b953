import { describe, expect, it } from 'vitest'
import type { NamedCall } from '../../server/policy/replay-pack.ts'
import { createPack, unpack } from '../../server/policy/replay-pack.ts'
import type { PastWay } from '../../server/policy/replay.ts'
import type { PackedCalls } from '../../server/schema/replay.ts'

const way = (node: string): PastWay => ({
  outcome: 'voicemail',
  node,
  fallback: false,
  path: [{ node, exit: null }],
})
const bare: NamedCall = {
  ref: 'ref-1',
  at: 1_000,
  line: '1001',
  media: 'voice',
  release: '1-abc',
  way: way('in'),
  facts: {},
}
const gold = { value: 'gold', source: 'caller', ms: 1 }
const late = { unknown: 'timeout', source: 'crm', ms: 80 } as const

function packed(...calls: NamedCall[]): PackedCalls {
  const pack = createPack()
  for (const call of calls) pack.add(call)
  return pack.packed()
}

describe('packed calls', () => {
  it('are empty where there are none', () => {
    expect(packed()).toEqual({
      names: [],
      values: [],
      ways: [],
      lines: [],
      releases: [],
      calls: [],
    })
  })

  it('hold once what many have in common, and nothing that a call has not', () => {
    const facts = { 'caller.tier': gold, 'crm.found': late }
    const known = { phone: '+447700900777', userId: 'GB.42', name: 'Jo' }
    const calls: NamedCall[] = [
      { ...bare, facts },
      { ...bare, ref: 'ref-2', at: 2_000, facts: { 'crm.found': late }, release: null },
      { ...bare, ...known, ref: 'ref-3', line: '1002', media: 'video', way: way('out') },
      { ...bare, ref: 'ref-4', release: '2-def', way: way('in') },
    ]
    expect(packed(...calls)).toStrictEqual({
      names: ['caller.tier', 'crm.found'],
      values: [
        { value: 'gold', source: 'caller', ms: 0 },
        { unknown: 'timeout', source: 'crm', ms: 0 },
      ],
      ways: [way('in'), way('out')],
      lines: ['1001', '1002'],
      releases: ['1-abc', null, '2-def'],
      calls: [
        { ref: 'ref-1', at: 1_000, line: 0, release: 0, way: 0, facts: [0, 0, 1, 1] },
        { ref: 'ref-2', at: 2_000, line: 0, release: 1, way: 0, facts: [1, 1] },
        {
          ...{ ref: 'ref-3', at: 1_000, line: 1, release: 0, way: 1, facts: [], video: true },
          ...known,
        },
        { ref: 'ref-4', at: 1_000, line: 0, release: 2, way: 0, facts: [] },
      ],
    })
  })

  it('have one value for facts that differ by how long they were waited for', () => {
    const facts = { a: gold, b: { ...gold, ms: 9, stale: true as const }, c: { ...late, ms: 2 } }
    expect(packed({ ...bare, facts }).values).toEqual([
      { value: 'gold', source: 'caller', ms: 0 },
      { unknown: 'timeout', source: 'crm', ms: 0 },
    ])
  })

  it('come out as they went in, in their order', () => {
    const facts = { tier: { ...gold, ms: 0 }, found: { ...late, ms: 0 } }
    const calls: NamedCall[] = [
      { ...bare, facts, phone: '+447700900777' },
      { ...bare, ref: 'ref-2', media: 'video', userId: 'GB.42', release: null },
      { ...bare, ref: 'ref-3', line: '1002', way: way('out'), name: 'Jo', facts },
    ]
    expect(unpack(packed(...calls))).toStrictEqual(calls)
  })

  it('are left out where their line or way does not exist', () => {
    const whole = packed(bare)
    const [call] = whole.calls
    const broken = [{ line: 1 }, { way: 1 }, {}].flatMap((more) =>
      call ? [{ ...call, ...more }] : [],
    )
    expect(unpack({ ...whole, calls: broken })).toEqual([bare])
  })

  it('are without facts whose name or value does not exist, or that have no pair', () => {
    const whole = packed({ ...bare, facts: { tier: { ...gold, ms: 0 } } })
    const calls = whole.calls.map((call) => ({ ...call, facts: [0, 7, 7, 0, 0, 0, 0] }))
    const [call] = unpack({ ...whole, calls })
    expect(call?.facts).toStrictEqual({ tier: { ...gold, ms: 0 } })
    const ends = whole.calls.map((one) => ({ ...one, facts: [0] }))
    expect(unpack({ ...whole, calls: ends })[0]?.facts).toEqual({})
  })

  it('are of no release where theirs does not exist', () => {
    const whole = packed(bare)
    expect(unpack({ ...whole, releases: [] })[0]?.release).toBeNull()
  })
})
