import fc from 'fast-check'
import { seededRandom } from '../../server/simulator/random.ts'
import { chosenSeed } from '../chance.ts'
import type { Schema } from './json-schema.ts'
import { faultsOf, isObject, listOf, objectOf, resolved } from './json-schema.ts'

/** Another seed, and more inputs (ROUNDS), look further. */
export const chance = seededRandom(chosenSeed)

/** One of a list. */
export function oneOf<T>(all: readonly T[]): T {
  const one = all[chance.int(all.length)]
  if (one === undefined) throw new Error('nothing to choose from')
  return one
}

const between = (least: number, most: number): number => least + chance.int(most - least + 1)
const sample = <T>(arbitrary: fc.Arbitrary<T>): T =>
  oneOf(fc.sample(arbitrary, { numRuns: 1, seed: chance.int(2 ** 31) }))

const instants = ['2026-11-20T09:00:00Z', '2026-11-20T09:00:00+01:00', '2031-01-01T00:00:00.000Z']
const ofFormat: Readonly<Record<string, () => string>> = {
  'date-time': () => oneOf(instants),
  date: () => oneOf(['2026-11-20', '2024-02-29', '2026-01-01']),
  uri: () => 'https://example.com/hooks',
}

/** Made once: a class of all letters takes a tenth of a second. */
const ofPattern = new Map<string, fc.Arbitrary<string>>()
function matching(pattern: string): fc.Arbitrary<string> {
  const known = ofPattern.get(pattern)
  if (known) return known
  const made = fc.stringMatching(new RegExp(pattern, 'u'), { size: 'small' })
  ofPattern.set(pattern, made)
  return made
}

function text(schema: Schema): string {
  const { pattern, format, minLength = 0, maxLength = 200 } = schema
  const made = typeof format === 'string' ? ofFormat[format] : undefined
  if (made) return made()
  if (typeof pattern === 'string') return sample(matching(pattern))
  const least = Number(minLength)
  const most = Math.min(Number(maxLength), least + 12)
  const unit = oneOf(['grapheme-ascii', 'grapheme'] as const)
  const options = { minLength: least, maxLength: most, unit }
  return sample(fc.string(options)).slice(0, most).padEnd(least, 'x')
}

function number(schema: Schema, isWhole: boolean): number {
  const { minimum = 0, maximum } = schema
  const least = Number(minimum)
  const most = Math.min(maximum === undefined ? least + 1000 : Number(maximum), least + 100_000)
  const value = between(Math.ceil(least), Math.floor(most))
  return isWhole ? value : Math.min(value + chance.next(), most)
}

function object(document: unknown, schema: Schema, depth: number): Record<string, unknown> {
  const required = new Set(listOf(schema['required']))
  const value: Record<string, unknown> = {}
  for (const [name, one] of Object.entries(objectOf(schema['properties'])))
    if (required.has(name) || (depth < 4 && chance.next() < 0.5))
      value[name] = valid(document, one, depth + 1)
  const more = schema['additionalProperties']
  if (isObject(more) && depth < 4)
    for (let count = between(0, 2); count > 0; count -= 1)
      value[`name${count}`] = valid(document, more, depth + 1)
  return value
}

/** A value that fits a schema. */
export function valid(document: unknown, given: unknown, depth = 0): unknown {
  const schema = resolved(document, given)
  if ('const' in schema) return schema['const']
  if (Array.isArray(schema['enum'])) return oneOf(schema['enum'])
  const choices = [...listOf(schema['anyOf']), ...listOf(schema['oneOf'])]
  if (choices.length > 0) return valid(document, oneOf(choices), depth)
  if (Array.isArray(schema['allOf']))
    return Object.assign({}, ...schema['allOf'].map((one) => valid(document, one, depth)))
  const type = oneOf([schema['type'] ?? 'string'].flat().map(String))
  switch (type) {
    case 'string':
      return text(schema)
    case 'integer':
    case 'number':
      return number(schema, type === 'integer')
    case 'boolean':
      return chance.next() < 0.5
    case 'array': {
      const first = listOf(schema['prefixItems']).map((one) => valid(document, one, depth + 1))
      if (first.length > 0) return first
      const least = Number(schema['minItems'] ?? 0)
      const most = Math.min(Number(schema['maxItems'] ?? 3), least + 2)
      const count = depth > 4 ? least : between(least, most)
      return Array.from({ length: count }, () => valid(document, schema['items'], depth + 1))
    }
    case 'null':
      return null
    default:
      return object(document, schema, depth)
  }
}

const oddities: readonly unknown[] = [null, true, -1, 1.5, 1e21, '', 'nonsense', 'x'.repeat(5000), [], {}, [[]], { a: 1 }] // prettier-ignore

/** A valid value with one thing wrong in it, which the schema forbids; undefined when it forbids nothing. */
export function invalid(document: unknown, schema: unknown): unknown {
  for (let tries = 0; tries < 60; tries += 1) {
    const value = spoilt(valid(document, schema))
    if (faultsOf({ document, isClosed: false }, schema, value).length > 0) return value
  }
  return undefined
}

function spoilt(value: unknown): unknown {
  const kind = chance.next()
  if (!isObject(value) || kind < 0.2) return oneOf(oddities)
  const names = Object.keys(value)
  if (names.length === 0 || kind < 0.4) return { ...value, surplus: 1 }
  const name = oneOf(names)
  if (kind < 0.7) return Object.fromEntries(Object.entries(value).filter(([key]) => key !== name))
  return { ...value, [name]: spoilt(value[name]) }
}
