import { describe, expect, it } from 'vitest'
import { declaredValue, ownValue, typedValue } from '../../server/policy/fact-value.ts'
import { typedFact } from '../../server/policy/slots.ts'
import type { FactSpec, FactType, FactValue } from '../../server/schema/facts.ts'
import { factSpec } from '../../server/schema/facts.ts'
import { installation } from './engine-support.ts'

const wrong = { unknown: 'type' }
const [nine, nineText] = [Date.parse('2026-11-20T09:00:00Z'), '2026-11-20T10:00:00+01:00']

describe('a raw value', () => {
  it.each<[FactType, unknown, object]>([
    ['string', 'a', { value: 'a' }],
    ['string', '', { value: '' }],
    ['string', 1, wrong],
    ['string', ['a'], wrong],
    ['number', 1.5, { value: 1.5 }],
    ['number', 0, { value: 0 }],
    ['number', '1', wrong],
    ['number', Number.NaN, wrong],
    ['number', Number.POSITIVE_INFINITY, wrong],
    ['boolean', false, { value: false }],
    ['boolean', 'true', wrong],
    ['boolean', 0, wrong],
    ['list', [], { value: [] }],
    ['list', ['a', ''], { value: ['a', ''] }],
    ['list', ['a', 1], wrong],
    ['list', 'a', wrong],
    ['list', { length: 0 }, wrong],
    ['instant', nineText, { value: nine }],
    ['instant', '2026-11-20T10:00:00', wrong],
    ['instant', 'soon', wrong],
    ['instant', nine, wrong],
  ])('as %s: %j is %j', (type, raw, settled) => {
    expect(typedValue(type, raw)).toEqual(settled)
  })

  const plan = { name: 'plan', type: 'string', default: 'free', privacy: 'none' } as const
  const seats = { name: 'seats', type: 'number', privacy: 'none' } as const
  it.each([
    ['declared and there', plan, 'pro', { value: 'pro' }],
    ['declared, empty', plan, '', { value: '' }],
    ['declared, absent, with a default', plan, undefined, { value: 'free' }],
    ['declared, null, with a default', plan, null, { value: 'free' }],
    ['declared, of another type', plan, 3, wrong],
    ['declared, absent, without default', seats, undefined, { unknown: 'not_found' }],
    ['declared, zero', seats, 0, { value: 0 }],
    ['undeclared and absent', undefined, undefined, { unknown: 'not_found' }],
    ['undeclared and null', undefined, null, { unknown: 'not_found' }],
    ['undeclared text', undefined, nineText, { value: nineText }],
    ['undeclared number', undefined, 3, { value: 3 }],
    ['undeclared boolean', undefined, false, { value: false }],
    ['undeclared list', undefined, ['a'], { value: ['a'] }],
    ['undeclared list of anything', undefined, [1], wrong],
    ['undeclared object', undefined, {}, wrong],
  ])('%s', (_, declaration, raw, settled) => {
    expect(declaredValue(declaration, raw)).toEqual(settled)
  })
})

describe('the own value of an object', () => {
  it.each([
    [{ a: 1 }, 'a', 1],
    [{ a: undefined }, 'a', undefined],
    [{ a: 1 }, 'b', undefined],
    [{}, 'toString', undefined],
    [['x'], '0', 'x'],
    ['text', 'length', undefined],
    [null, 'a', undefined],
    [undefined, 'a', undefined],
  ])('%j, %s is %j', (object, key, value) => {
    expect(ownValue(object, key)).toBe(value)
  })
})

describe('a fact as it was read', () => {
  const spec = (name: string): FactSpec => {
    const found = factSpec(name, installation)
    if (!found) throw new Error(`there is no fact "${name}"`)
    return found
  }
  it.each<[string, FactValue, boolean]>([
    ['caller.tier', 'gold', true],
    ['caller.tier', 1, false],
    ['caller.priority', 1, true],
    ['caller.priority', '1', false],
    ['caller.priority', Number.NaN, false],
    ['caller.priority', Number.NEGATIVE_INFINITY, false],
    ['call.at', nine, true],
    ['call.at', nineText, false],
    ['caller.known', false, true],
    ['caller.known', 'no', false],
    ['caller.tags', [], true],
    ['caller.tags', ['a', 'b'], true],
    ['caller.tags', 'a', false],
    ['crm.anything', 'a', true],
    ['crm.anything', 0, true],
    ['crm.anything', false, true],
    ['crm.anything', ['a'], true],
    ['crm.anything', Number.NaN, false],
  ])('%s = %j is of its type: %s', (name, value, isTyped) => {
    const seen = { value, source: 'test', ms: 7 }
    const expected = isTyped ? seen : { unknown: 'type', source: 'test', ms: 7 }
    expect(typedFact(spec(name), seen)).toEqual(expected)
  })

  it('that holds something else than texts is of no type', () => {
    const list: unknown[] = JSON.parse('["a", 1]')
    const seen = { value: list as string[], source: 'test', ms: 7 }
    const expected = { unknown: 'type', source: 'test', ms: 7 }
    expect(typedFact(spec('caller.tags'), seen)).toEqual(expected)
    expect(typedFact(spec('crm.anything'), seen)).toEqual(expected)
  })

  it('that is unknown stays so', () => {
    const seen = { unknown: 'timeout', source: 'test', ms: 7 } as const
    expect(typedFact(spec('caller.priority'), seen)).toBe(seen)
  })
})
