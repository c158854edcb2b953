import { describe, expect, it } from 'vitest'
import { readCases, readPolicy } from '../../server/policy/validate/read.ts'
import { mainLine } from './validate-example.ts'
import { inWords } from './problem-words.ts'

const policy = (more: object) => ({ ...mainLine, start: 'a', ...more })
const nodes = (a: unknown) => policy({ nodes: { a } })
const reject = (message: object) => nodes({ kind: 'reject', message: { text: 'x', ...message } })
const accept = (more: object) => nodes({ kind: 'accept', ...more })
const numbered = (count: number) => Array.from({ length: count }, (_, index) => `n${index + 1}`)
const fields = (count: number) => Object.fromEntries(numbered(count).map((name) => [name, 1]))
const leaf = { fact: 'caller.known', operator: 'equal', value: true }
const condition = (when: unknown) => ({ kind: 'condition', when, exits: { yes: 'a', no: 'a' } })
const one = { name: 'a', at: '2026-11-20T09:00:00Z', expect: { outcome: 'reject' } }

// prettier-ignore
const policies: [what: string, document: unknown][] = [
  ['null', null], ['a list', []], ['a number', 5],
  ['a text for a number', policy({ budgetMs: 'x' })],
  ['a fraction for a whole number', policy({ budgetMs: 20.5 })],
  ['a number for a text', policy({ name: 5 })],
  ['a text for a list', policy({ numbers: 'x' })],
  ['a number in a list of texts', policy({ numbers: ['*', 5] })],
  ['a list for nodes', policy({ nodes: [] })],
  ['null for an object', policy({ layout: null })],
  ['a text for a node', nodes('x')],
  ['no kind', nodes({})],
  ['a text for true', reject({ important: 'yes' })],
  ['another schema', policy({ schema: 2 })],
  ['an id with spaces', policy({ id: 'Main line' })],
  ['an id that is reserved', policy({ id: 'a.cases' })],
  ['a name that is empty', policy({ name: '' })],
  ['a name that is too long', policy({ name: 'x'.repeat(121) })],
  ['a thousand numbers and one', policy({ numbers: numbered(1001) })],
  ['a thousand tags and one', nodes({ kind: 'vip', tags: numbered(1001), exits: {} })],
  ['twenty tags and one', nodes({ kind: 'tag', tags: numbered(21), next: 'a' })],
  ['a share beyond all', nodes({ kind: 'split', percent: 101, exits: {} })],
  ['a share below none', nodes({ kind: 'split', percent: -1, exits: {} })],
  ['fewer than two letters', reject({ template: { name: 't', language: 'e' } })],
  ['a node without a name', policy({ nodes: { '': { kind: 'voicemail' } } })],
  ['a node with a long name', policy({ nodes: { ['x'.repeat(65)]: { kind: 'voicemail' } } })],
  ['a language that is none', reject({ locales: { 'fr!': 'x' } })],
  ['a mistyped field of the policy', policy({ strat: 'a' })],
  ['fields that are not known', policy({ xyzzy: 1, plugh: 2 })],
  ['more fields than are told', policy(fields(25))],
  ['a mistyped field of a node', nodes({ kind: 'voicemail', lable: 'x' })],
  ['a mistyped field of a message', reject({ importent: true })],
  ['a mistyped field of a button', reject({ url: { label: 'x', href: 'x', lable: 'x' } })],
  ['a mistyped field of the fallback', policy({ fallback: { kind: 'reject', reson: 'x' } })],
  ['a mistyped field of the message of the fallback', policy({ fallback: { kind: 'reject', message: { txt: 'x', text: 'x' } } })],
  ['a mistyped exit', nodes({ kind: 'hours', calendar: 'x', exits: { opne: 'a', xyz: 'a' } })],
  ['a mistyped kind', nodes({ kind: 'voicemial' })],
  ['a kind that is a number', nodes({ kind: 5 })],
  ['a kind that no fallback has', policy({ fallback: { kind: 'hours' } })],
  ['an otherwise of the fallback', policy({ fallback: { kind: 'voicemail', otherwise: 'a' } })],
  ['no target', accept({})],
  ['an empty target', accept({ target: {} })],
  ['two targets', accept({ target: { team: 'a', agent: 'b' } })],
  ['a target of another kind', accept({ target: { group: 'a' } })],
  ['a target that is a text', accept({ target: 'support' })],
  ['an owner that is not true', accept({ target: { owner: false } })],
  ['two targets of the fallback', policy({ fallback: { kind: 'accept', target: { team: 'a', agent: 'b' } } })],
  ['parameters that are a text', reject({ template: { name: 't', language: 'en', params: 'x' } })],
  ['a parameter that is a number', reject({ template: { name: 't', language: 'en', params: [5] } })],
  ['a condition that is missing', nodes({ kind: 'condition', exits: { yes: 'a', no: 'a' } })],
  ['a condition with two mistakes', nodes(condition({ any: [{ ...leaf, fact: 5 }, { ...leaf, more: 1 }] }))],
  ['two conditions with a mistake each', policy({ nodes: { a: condition({ all: [] }), b: condition({ any: [] }) } })],
  ['a condition and something else', nodes({ ...condition({ all: [] }), lable: 'x' })],
  ['a when elsewhere', policy({ when: 5, nodes: { a: { kind: 'voicemail', when: 5 } } })],
  ['a place that is none', policy({ layout: { a: { x: 'left', y: 5 } } })],
  ['an exit that leads to a number', nodes({ kind: 'switch', fact: 'caller.tier', exits: { gold: 5 } })],
]
// prettier-ignore
const cases: [what: string, document: unknown][] = [
  ['an object for a list', {}],
  ['a date for an instant', [{ ...one, at: '2026-11-20' }]],
  ['an instant without an offset', [{ ...one, at: '2026-11-20T09:00:00' }]],
  ['an outcome that is none', [{ ...one, expect: { outcome: 'rejected' } }]],
  ['a mistyped field', [one, { ...one, cal: {} }]],
  ['a mistyped field further in', [{ ...one, call: { medai: 'voice' } }]],
  ['a fact that is an object', [{ ...one, facts: { 'caller.tier': {} } }]],
  ['no name', [{ at: one.at, expect: one.expect }]],
]

describe('a document of another shape', () => {
  it('is explained in these words', async () => {
    const said = [
      ...policies.map(([what, document]) =>
        inWords(what, readPolicy(JSON.stringify(document)).problems),
      ),
      ...cases.map(([what, document]) =>
        inWords(what, readCases(JSON.stringify(document)).problems),
      ),
    ]
    await expect(said.join('\n')).toMatchFileSnapshot('words/misshapen.txt')
  })

  it('has a hundred problems at most', () => {
    const wrong = Object.fromEntries(numbered(150).map((name) => [name, 5]))
    expect(readPolicy(JSON.stringify(policy({ nodes: wrong }))).problems).toHaveLength(100)
    const many = Object.fromEntries(
      numbered(8).map((name) => [name, { kind: 'voicemail', ...fields(20) }]),
    )
    expect(readPolicy(JSON.stringify(policy({ nodes: many }))).problems).toHaveLength(100)
  })
})
