import type { FactValue } from '../../server/schema/facts.ts'
import {
  operatorNames,
  type Condition,
  type Leaf,
  type Operand,
} from '../../server/schema/policy.ts'

/** A seeded source of numbers from 0 up to 1 (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

const attribute = (name: string): string => `caller.attributes.${name}`
const names = ['n1', 'n2', 's1', 's2', 'b1', 'b2', 'l1', 'l2', 'i1', 'i2'].map(attribute)
const lists = names.filter((name) => name.includes('.l'))
const isInstant = (fact: string): boolean => fact.includes('.i')

const numbers = [0, -0, 1, -1, 5, 9, 10, 2.5, 1e21, -1e-9]
const texts = ['', 'a', 'abc', 'b', '5', '10', '9', 'NaN', 'constructor', '__proto__', 'Ω']
const instants = ['2026-11-20T09:00:00Z', '2026-11-20T10:00:00+01:00', '2026-03-29T00:30:00Z']

/** Random conditions over the declared attributes, in every operator, and values to evaluate them with. */
export function generator(random: () => number) {
  const pick = <T>(all: readonly T[]): T => {
    const one = all[Math.floor(random() * all.length)]
    if (one === undefined) throw new Error('nothing to pick from')
    return one
  }
  const several = <T>(make: () => T, most: number): T[] =>
    Array.from({ length: 1 + Math.floor(random() * most) }, make)
  const scalar = (): string | number | boolean =>
    pick([() => pick(numbers), () => pick(texts), () => random() < 0.5])()

  function operand(fact: string, operator: string): Operand {
    const needsList = operator === 'in' || operator === 'notIn'
    if (random() < 0.2) return { fact: pick(needsList ? lists : names) }
    const one = isInstant(fact) ? () => pick(instants) : scalar
    return needsList ? several(one, 4) : one()
  }
  function leaf(): Leaf {
    const fact = pick(names)
    const operator = pick(operatorNames)
    return { fact, operator, value: operand(fact, operator) }
  }
  function condition(depth = 3): Condition {
    const kind = depth === 0 ? 0 : random()
    if (kind < 0.3) return leaf()
    if (kind < 0.55) return { all: several(() => condition(depth - 1), 3) }
    if (kind < 0.8) return { any: several(() => condition(depth - 1), 3) }
    return { not: condition(depth - 1) }
  }
  function value(fact: string): FactValue {
    const type = fact[attribute('').length]
    if (type === 'n') return pick(numbers)
    if (type === 's') return pick(texts)
    if (type === 'b') return random() < 0.5
    return type === 'l' ? several(() => pick(texts), 3).slice(1) : Date.parse(pick(instants))
  }
  const values = (): Record<string, FactValue> =>
    Object.fromEntries(names.map((name) => [name, value(name)]))
  return { condition, leaf, values, value, pick }
}
