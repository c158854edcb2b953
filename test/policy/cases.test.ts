import { describe, expect, it } from 'vitest'
import { compareCase, coverage } from '../../server/policy/cases.ts'
import { compile } from '../../server/policy/compile.ts'
import { walk } from '../../server/policy/evaluate.ts'
import { caseSchema, type Case } from '../../server/schema/cases.ts'
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

describe('coverage', () => {
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
