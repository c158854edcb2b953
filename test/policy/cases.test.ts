import { describe, expect, it } from 'vitest'
import { compareCase, coverage } from '../../server/policy/cases.ts'
import { compile } from '../../server/policy/compile.ts'
import { walk } from '../../server/policy/evaluate.ts'
import { caseSchema, type Case } from '../../server/schema/cases.ts'
import type { Policy } from '../../server/schema/policy.ts'
import { installation, reader, walked, type Known } from './engine-support.ts'
import { mainLine, quietDay } from './main-line.ts'

const compiled = compile(mainLine, installation)
const walkMain = (facts: Known) => walked(walk(compiled, reader({ ...quietDay, ...facts })))
const expecting = (expect: Case['expect']): Case =>
  caseSchema.parse({ name: 'a case', at: '2026-11-20T09:00:00Z', expect })

describe('comparing a case', () => {
  const closed = walkMain({ 'hours.support': 'closed', 'caller.priority': { unknown: 'error' } })
  const path = ['blocked', 'spam', 'vip', 'hours', 'sorry']

  it('passes when all that is expected came', () => {
    const theCase = expecting({
      outcome: 'reject',
      path,
      message: 'Closed.',
      unknown: ['caller.priority'],
    })
    expect(compareCase(theCase, closed, 'Closed.')).toEqual({
      passed: true,
      actual: { outcome: 'reject', path, message: 'Closed.', unknown: ['caller.priority'] },
      differences: [],
    })
  })

  it('takes anything where nothing is expected', () => {
    expect(compareCase(expecting({ outcome: 'reject' }), closed, 'Closed.').passed).toBe(true)
  })

  it('says of each thing what was expected and what came', () => {
    const theCase = expecting({ outcome: 'accept', path: ['blocked'], message: 'Hi', unknown: [] })
    expect(compareCase(theCase, closed, undefined)).toMatchObject({
      passed: false,
      differences: [
        'outcome: expected "accept", got "reject"',
        'path: expected "blocked", got "blocked → spam → vip → hours → sorry"',
        'message: expected "Hi", got none',
        'unknown: expected none, got "caller.priority"',
      ],
    })
  })
})

describe('what a case expects to be unknown', () => {
  const both = {
    'caller.priority': { unknown: 'error' },
    'crm.found': { unknown: 'timeout' },
  } as const
  const came = walkMain(both)
  const compared = (unknown: string[]) =>
    compareCase(expecting({ outcome: 'accept', unknown }), came, undefined).differences

  it('is compared without order, and each name once', () => {
    expect(came.unknown).toEqual(['caller.priority', 'crm.found'])
    expect(compared(['crm.found', 'caller.priority', 'crm.found'])).toEqual([])
  })

  it('is told in the order of names', () => {
    expect(compared(['hours.support', 'caller.tier'])).toEqual([
      'unknown: expected "caller.tier, hours.support", got "caller.priority, crm.found"',
    ])
  })

  it('is not compared with a message that nobody expects', () => {
    const result = compareCase(expecting({ outcome: 'accept' }), came, undefined)
    expect(result).toEqual({
      passed: true,
      actual: { outcome: 'accept', path: came.path.map(({ node }) => node), unknown: came.unknown },
      differences: [],
    })
    expect(result.actual).not.toHaveProperty('message')
  })
})

describe('coverage', () => {
  it('tells exits apart by their gate, in the order of the policy', () => {
    const small: Policy = {
      ...mainLine,
      start: 'a',
      nodes: {
        a: { kind: 'vip', minPriority: 80, exits: { yes: 'end', no: 'b' } },
        b: { kind: 'vip', minPriority: 50, exits: { yes: 'end', no: 'end' } },
        end: { kind: 'voicemail' },
      },
    }
    const path = (...steps: [string, string | null][]) => ({
      path: steps.map(([node, exit]) => ({ node, exit })),
    })
    const walks = [
      path(['a', 'no'], ['b', 'yes'], ['end', null]),
      path(['a', 'no'], ['b', 'yes'], ['end', null]),
      path(['a', null], ['fallback', null]),
    ]
    expect(coverage(small, walks)).toEqual({
      exits: [
        { node: 'a', exit: 'yes', hits: 0 },
        { node: 'a', exit: 'no', hits: 2 },
        { node: 'b', exit: 'yes', hits: 2 },
        { node: 'b', exit: 'no', hits: 0 },
      ],
      unreached: [
        { node: 'a', exit: 'yes' },
        { node: 'b', exit: 'no' },
      ],
    })
  })

  it('counts how often each exit was taken and lists those never taken', () => {
    const { exits, unreached } = coverage(mainLine, [
      walkMain({}),
      walkMain({ 'crm.found': false }),
      walkMain({ 'velocity.caller.10m': 6 }),
    ])
    expect(exits).toContainEqual({ node: 'blocked', exit: 'no', hits: 3 })
    expect(exits).toContainEqual({ node: 'crm', exit: 'missing', hits: 1 })
    expect(unreached).toContainEqual({ node: 'blocked', exit: 'yes' })
    expect(unreached).not.toContainEqual({ node: 'team', exit: 'available' })
    expect(exits.map(({ exit }) => exit)).not.toContain('next')
  })

  it('finds everything unreached without walks', () => {
    const { exits, unreached } = coverage(mainLine, [])
    expect(unreached).toHaveLength(exits.length)
    expect(exits).toHaveLength(3 + 3 + 3 + 4 + 3 + 4)
  })
})
