import { describe, expect, it } from 'vitest'
import { fnv1a, mix32 } from '../../server/policy/hash.ts'
import { splitPlace } from '../../server/policy/split.ts'

describe('FNV-1a', () => {
  // as a second implementation, over the bytes of UTF-16LE, says
  it.each([
    ['', 0x811c9dc5],
    ['a', 0x2b24d044],
    ['foobar', 0xa29f12fa],
    ['é', 0x59fb6f0c],
    ['€', 0x8892cc71],
    ['👋', 0x74036027],
    ['+4915112345678', 0xd65c2c6e],
  ])('of %j is the number written down', (text, hash) => {
    expect(fnv1a(text)).toBe(hash)
  })

  it('goes on from where an earlier text ended', () => {
    expect(fnv1a('bar', fnv1a('foo'))).toBe(0xa29f12fa)
  })
})

describe("MurmurHash3's finaliser", () => {
  it.each([
    [0, 0],
    [1, 0x514e28b7],
    [2, 0x30f4c306],
    [0x7fffffff, 0xf9cc0ea8],
    [0x80000000, 0x6d3c65a0],
    [0xffffffff, 0x81f16f39],
  ])('of %i is the number written down', (state, mixed) => {
    expect(mix32(state)).toBe(mixed)
  })
})

describe('the place of a caller in a split', () => {
  it.each([
    ['main-line', 'trial', '+4915112345678', 48.392358],
    ['p', 'a', 'x', 53.842231],
    ['p', 'a', '', 40.116497],
  ])('in policy %s, node %s, for %j is %d', (policy, node, caller, place) => {
    expect(splitPlace(policy, node)(caller)).toBeCloseTo(place, 6)
  })
})
