import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { policySchema } from '../../server/schema/policy.ts'
import type { Policy } from '../../server/schema/policy.ts'
import type { Problem } from '../../server/schema/problem.ts'
import { problemSchema } from '../../server/schema/problem.ts'
import { readCases, readPolicy } from '../../server/policy/validate/read.ts'
import { validate, worstCase } from '../../server/policy/validate/validate.ts'
import { at, installation, mainLine } from './validate-example.ts'

/** Of processor time, so that a busy machine does not count. Generous: most take a few milliseconds. */
const patienceMs = 3000

function processorMs(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

function judge(text: string): Problem[] {
  const { policy, problems } = readPolicy(text, { file: 'a.json', id: 'main-line' })
  return policy ? [...problems, ...validate(policy, { installation, at })] : problems
}

function nest(depth: number): string {
  return `${'{"not":'.repeat(depth)}{"fact":"caller.known","operator":"equal","value":true}${'}'.repeat(depth)}`
}

const policyWith = (nodes: string, more = '') =>
  `{"schema":1,"id":"main-line","name":"x","numbers":[],"start":"n0","fallback":{"kind":"reject","silent":true,"reason":"x"},"nodes":{${nodes}}${more}}`
const conditionWith = (when: string) =>
  policyWith(`"n0":{"kind":"condition","when":${when},"exits":{"yes":"n0","no":"n0"}}`)
const times = (count: number, one: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => one(index)).join(',')
const leaf = (fact: string, operator = 'equal', value = 'true') =>
  `{"fact":"${fact}","operator":"${operator}","value":${value}}`

// prettier-ignore
const hostile: [what: string, text: string][] = [
  ['brackets 100,000 deep', '['.repeat(100_000)],
  ['objects 1,000 deep', '{"a":'.repeat(1000) + '1' + '}'.repeat(1000)],
  ['a condition 1,000 deep', conditionWith(nest(1000))],
  ['a condition 25 deep', conditionWith(nest(25))],
  ['a prototype key', '{"__proto__":{"polluted":true}}'],
  ['a prototype key within', policyWith('"n0":{"kind":"voicemail","constructor":{}}')],
  ['a node called __proto__', policyWith('"__proto__":{"kind":"voicemail"}')],
  ['an escaped prototype key', '{"\\u005f_proto__":1}'],
  ['a prototype key as a fact', conditionWith(leaf('caller.attributes.__proto__'))],
  ['3,000 nodes', policyWith(times(3000, (n) => `"n${n}":{"kind":"voicemail"}`))],
  ['more than a million characters', JSON.stringify('x'.repeat(1_000_001))],
  ['20,000 comparisons', conditionWith(`{"any":[${times(20_000, () => leaf('caller.known'))}]}`)],
  ['a list of 100,000 values', conditionWith(leaf('caller.tier', 'in', `[${times(100_000, String)}]`))],
  ['2,000 nodes that lead nowhere', policyWith(times(2000, (n) => `"n${n}":{"kind":"tag","tags":["x"],"next":"m${n}${'y'.repeat(40)}"}`))],
  ['2,000 nodes in a circle', policyWith(times(2000, (n) => `"n${n}":{"kind":"tag","tags":["x"],"next":"n${(n + 1) % 2000}"}`))],
  ['100,000 variables', policyWith(`"n0":{"kind":"reject","message":{"text":"${'{{a.b}}'.repeat(100_000)}"}}`)],
  ['100,000 variables that are not closed', policyWith(`"n0":{"kind":"reject","message":{"text":"${'{{'.repeat(100_000)}"}}`)],
  ['a switch of 20,000 exits', policyWith(`"n0":{"kind":"switch","fact":"call.media","exits":{${times(20_000, (n) => `"v${n}":"n0"`)}}}`)],
  ['20,000 fields nobody knows', policyWith(`"n0":{"kind":"voicemail",${times(20_000, (n) => `"field${n}":1`)}}`)],
  ['500 facts nobody knows', conditionWith(`{"any":[${times(500, (n) => leaf(`caller.nothing${n}`))}]}`)],
  ['nothing but a text', '"x"'],
  ['null', 'null'],
]

describe('hostile text', () => {
  it.each(hostile)('ends quickly with a problem: %s', (_, text) => {
    let problems: Problem[] = []
    expect(processorMs(() => (problems = judge(text)))).toBeLessThan(patienceMs)
    expect(problems.some(({ severity }) => severity === 'error')).toBe(true)
    expect(problems.length).toBeLessThanOrEqual(500)
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
  })

  it('is never anything but problems', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        for (const { problems } of [readPolicy(text), readCases(text, {})])
          for (const problem of problems) problemSchema.parse(problem)
      }),
    )
  })
})

const leaves = (from: number) =>
  Array.from({ length: 500 }, (_, n) => ({ fact: `crm.f${from + n}`, operator: 'equal', value: n }))

function chain(count: number, node: (index: number, next: string) => object): Policy {
  const nodes = Array.from({ length: count }, (_, n) => [
    `n${n}`,
    node(n, n + 1 < count ? `n${n + 1}` : 'end'),
  ])
  const end = { kind: 'voicemail' }
  return policySchema.parse({
    ...mainLine,
    start: 'n0',
    nodes: { ...Object.fromEntries(nodes), end },
  })
}

// prettier-ignore
const bulky: [what: string, policy: Policy][] = [
  ['2,000 gates on one fact', chain(1999, (n, next) => ({ kind: 'vip', minPriority: n, exits: { yes: 'end', no: next } }))],
  ['2,000 gates that all matter to each other', chain(1999, (n, next) => ({ kind: 'vip', minPriority: n, tags: [`t${n % 7}`], exits: { yes: next, no: next } }))],
  ['40 gates of 500 facts each', chain(40, (n, next) => ({ kind: 'condition', when: { any: leaves(n * 250) }, exits: { yes: 'end', no: next, unknown: next } }))],
  ['a condition of 20 groups', chain(3, (n, next) => ({ kind: 'condition', when: { any: Array.from({ length: 20 }, (_, k) => ({ all: leaves(k * 20 + n).slice(0, 20) })) }, exits: { yes: next, no: next } }))],
  ['lists of 1,000 values', chain(50, (n, next) => ({ kind: 'condition', when: { fact: 'caller.tier', operator: 'in', value: Array.from({ length: 1000 }, (_, k) => `t${k + n}`) }, exits: { yes: 'end', no: next } }))],
]

describe('a bulky policy', () => {
  it.each(bulky)('is judged in bounded time: %s', (_, policy) => {
    let problems: Problem[] = []
    const judging = processorMs(() => (problems = validate(policy, { installation, at })))
    expect(judging).toBeLessThan(patienceMs)
    expect(problems.filter(({ code }) => code === 'invalid_shape')).toEqual([])
    expect(() => worstCase(policy, installation)).not.toThrow()
  })
})

const junk = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom('blocked', 'vm', 'caller.priority', 'equal', '{{caller.name}}', 1e308, -1, ''),
)

/** Changes a document at places chosen by the numbers: replaces, removes, or copies a value there. */
function mutate(value: unknown, at: number[], replacement: unknown): unknown {
  const [first = 0, ...rest] = at
  if (typeof value !== 'object' || value === null || rest.length === 0) return replacement
  const entries = Object.entries(value)
  const target = first % (entries.length + 1)
  const changed = entries.map(([key, one], index) =>
    index === target ? [key, mutate(one, rest, replacement)] : [key, one],
  )
  const kept = first % 5 === 0 ? changed.filter((_, index) => index !== target) : changed
  return Array.isArray(value) ? kept.map(([, one]) => one) : Object.fromEntries(kept)
}

const mutation = fc.tuple(fc.array(fc.nat(40), { minLength: 1, maxLength: 6 }), junk)

describe('a mutated example', () => {
  it('never makes reading or validating throw', () => {
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), (mutations) => {
        const document = mutations.reduce<unknown>(
          (before, [place, replacement]) => mutate(before, place, replacement),
          mainLine,
        )
        for (const problem of judge(JSON.stringify(document) ?? '')) problemSchema.parse(problem)
      }),
      { numRuns: 600 },
    )
  })

  it('gives the same problems every time', () => {
    fc.assert(
      fc.property(mutation, ([place, replacement]) => {
        const text = JSON.stringify(mutate(mainLine, place, replacement)) ?? ''
        expect(judge(text)).toEqual(judge(text))
      }),
    )
  })

  it('ends with a problem when its text is cut', () => {
    const text = JSON.stringify(mainLine, null, 2)
    fc.assert(
      fc.property(fc.nat(text.length - 3), (length) => {
        const [problem] = judge(text.slice(0, length))
        expect(problem).toMatchObject({ code: 'invalid_json', file: 'a.json' })
      }),
    )
  })
})
