import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { moveStep } from '../../server/policy/outline/move.ts'
import { outlineOf } from '../../server/policy/outline/outline.ts'
import { english } from '../../server/policy/say/words.ts'
import { validate } from '../../server/policy/validate/validate.ts'
import { emptyInstallation } from '../../server/schema/installation.ts'
import type { Policy } from '../../server/schema/policy.ts'
import { generatedPolicy } from '../editor/generated-policy.ts'
import { shippedPolicy } from '../policies/world.ts'

const main = shippedPolicy('main-line').policy
const chain = (policy: Policy | undefined): string[] =>
  policy
    ? outlineOf(policy, english).lines.flatMap(({ id, depth, type }) =>
        depth === 0 && type === 'step' ? [id] : [],
      )
    : []

describe('moving a step in the outline', () => {
  it('changes places with its neighbour, and takes what is indented under it along', () => {
    const moved = moveStep(main, 'vip', 'up')
    expect(chain(moved)).toEqual(['blocked', 'vip', 'spam', 'hours', 'crm', 'team'])
    expect(moved?.nodes['vip']).toMatchObject({
      exits: { yes: 'alert', no: 'spam', unknown: 'spam' },
    })
    expect(moved?.nodes['spam']).toMatchObject({
      exits: { exceeded: 'hold', within: 'hours', unknown: 'hours' },
    })
  })

  it('moves down and up again to where it was', () => {
    const down = moveStep(main, 'spam', 'down')
    expect(chain(down)).toEqual(['blocked', 'vip', 'spam', 'hours', 'crm', 'team'])
    expect(down && moveStep(down, 'spam', 'up')).toEqual(main)
  })

  it('makes the second step the first', () => {
    const moved = moveStep(main, 'spam', 'up')
    expect(moved?.start).toBe('spam')
    expect(chain(moved)?.slice(0, 2)).toEqual(['spam', 'blocked'])
  })

  it('does not move what has no neighbour', () => {
    expect(moveStep(main, 'blocked', 'up')).toBeUndefined()
    expect(moveStep(main, 'bye', 'up')).toBeUndefined()
    expect(moveStep(main, 'vm', 'down')).toBeUndefined()
  })

  it('never makes a circle nor loses a step, whatever is moved', () => {
    fc.assert(
      fc.property(generatedPolicy(), fc.nat(30), fc.boolean(), (policy, at, isUp) => {
        const moved = moveStep(policy, `n${at}`, isUp ? 'up' : 'down')
        if (!moved) return
        expect(Object.keys(moved.nodes)).toEqual(Object.keys(policy.nodes))
        const found = validate(moved, {
          installation: emptyInstallation,
          at: 0,
          exhaustiveLimit: 0,
        })
        expect(found.filter(({ code }) => code === 'cycle' || code === 'dangling_exit')).toEqual([])
      }),
      { numRuns: 500 },
    )
  })
})
