import { describe, expect, it } from 'vitest'
import { mutantsOf } from '../../server/policy/mutants/mutants.ts'
import { compile } from '../../server/policy/compile.ts'
import { createPack, unpack } from '../../server/policy/replay-pack.ts'
import type { PastCall } from '../../server/policy/replay.ts'
import { groupsOf, replayCall, replayCalls } from '../../server/policy/replay.ts'
import { decideCase } from '../../server/policy/simulate.ts'
import type { Case } from '../../server/schema/cases.ts'
import type { Policy } from '../../server/schema/policy.ts'
import { policySchema } from '../../server/schema/policy.ts'
import { shipped, shippedPolicy, world } from '../policies/world.ts'

const { installation } = world
const compiled = (policy: Policy) => compile(policy, installation)

/** A case as a call that the journal holds: with the facts of its way and no others. */
function pastOf(policy: Policy, theCase: Case, index: number): PastCall {
  const { walked } = decideCase(compiled(policy), theCase, world)
  const { node, path, facts, fallback } = walked
  return {
    ref: `ref-${index}`,
    at: Date.parse(theCase.at),
    line: '1001',
    media: 'voice',
    release: '1-0a1b2c3d4e5f',
    way: { outcome: walked.outcome.kind, node, fallback, path },
    facts,
  }
}

describe.each(shipped)('calls of $policy.id', ({ policy, cases }) => {
  const calls = cases.map((theCase, index) => pastOf(policy, theCase, index))

  it('come to the same under their own release, packed and unpacked', () => {
    const pack = createPack()
    for (const call of calls) pack.add(call)
    const unpacked = unpack(pack.packed())
    for (const all of [calls, unpacked]) {
      const { same, changed, undecidable, flow } = replayCalls(compiled(policy), all)
      expect({ same, changed, undecidable }).toEqual({
        same: calls.length,
        changed: [],
        undecidable: [],
      })
      expect(flow.every(({ was, calls: is }) => was === is)).toBe(true)
    }
  })

  it('come to what the new policy says, or to nothing: never to a guess', () => {
    const some = mutantsOf(policy, installation).filter((_, index) => index % 4 === 0)
    for (const mutant of some) {
      const other = compiled(mutant.policy)
      for (const [index, theCase] of cases.entries()) {
        const call = calls[index]
        if (!call) continue
        const again = replayCall(other, call)
        const { walked } = decideCase(other, theCase, world)
        if (again.kind === 'undecidable') {
          expect(again.missing.length).toBeGreaterThan(0)
          expect(again.missing.filter((name) => Object.hasOwn(call.facts, name))).toEqual([])
        } else {
          expect(again.path).toEqual(walked.path)
          expect(again.after).toEqual({ outcome: walked.outcome.kind, node: walked.node })
        }
      }
    }
  })
})

describe('a replay', () => {
  const { policy, cases } = shippedPolicy('main-line')
  const calls = cases.map((theCase, index) => pastOf(policy, theCase, index))
  const with_ = (id: string, node: Record<string, unknown>) =>
    policySchema.parse({ ...policy, nodes: { ...policy.nodes, [id]: node } })

  it('says what would change, by what it was and would be, and where calls go', () => {
    const { nodes } = policy
    const sorry = { ...nodes['hours'], exits: { open: 'crm', closed: 'vm', holiday: 'vm' } }
    const { changed, same, flow } = replayCalls(compiled(with_('hours', sorry)), calls)
    expect(groupsOf(changed).map(({ from, to, calls: all }) => [from, to, all.length])).toEqual([
      ['reject', 'voicemail', 3],
      ['accept', 'reject', 1],
    ])
    expect(same + changed.length).toBe(calls.length)
    expect(flow).toContainEqual({ node: 'vm', exit: null, was: 1, calls: 4 })
  })

  it('does not make up what the journal does not hold', () => {
    const asks = {
      kind: 'condition',
      when: { fact: 'caller.tier', operator: 'equal', value: 'gold' },
      exits: { yes: 'toOwner', no: 'spam', unknown: 'spam' },
    }
    const first = { ...policy.nodes['blocked'], exits: { yes: 'bye', no: 'gold', unknown: 'gold' } }
    const changed = policySchema.parse({
      ...policy,
      nodes: { ...policy.nodes, gold: asks, blocked: first },
    })
    const { undecidable, missing } = replayCalls(compiled(changed), calls)
    expect(undecidable).toHaveLength(calls.length - 1)
    expect(missing).toEqual({ 'caller.tier': calls.length - 1 })
  })

  it('lets the budget run out where it ran out, and only there', () => {
    const crm = calls.find(({ way }) => way.path.some(({ node }) => node === 'crm'))
    if (!crm) throw new Error('no case asks the CRM')
    const at = crm.way.path.findIndex(({ node }) => node === 'crm')
    const { 'crm.found': _found, ...facts } = crm.facts
    const late: PastCall = {
      ...crm,
      facts,
      way: {
        outcome: 'reject',
        node: 'fallback',
        fallback: 'budget_exhausted',
        path: [
          ...crm.way.path.slice(0, at),
          { node: 'crm', exit: null },
          { node: 'fallback', exit: null },
        ],
      },
    }
    expect(replayCall(compiled(policy), late)).toMatchObject({ kind: 'same', path: late.way.path })
    const renamed = JSON.parse(JSON.stringify(policy).replaceAll('"crm"', '"ask"')) as typeof policy
    const asks = { ...renamed.nodes['ask'], kind: 'crm' }
    const other = policySchema.parse({ ...renamed, nodes: { ...renamed.nodes, ask: asks } })
    expect(replayCall(compiled(other), late)).toEqual({
      kind: 'undecidable',
      missing: ['crm.found'],
    })
  })
})
