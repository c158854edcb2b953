import { describe, expect, it } from 'vitest'
import { locate, readCases, readPolicy } from '../../server/policy/validate/read.ts'
import { validate } from '../../server/policy/validate/validate.ts'
import { inWords } from './problem-words.ts'
import { at, installation, mainLine } from './validate-example.ts'

const place = (text: string) => {
  const [problem] = readPolicy(text, { file: 'a.json' }).problems
  return `${problem?.code} ${problem?.file}:${problem?.line}:${problem?.column}`
}

const broken: [what: string, text: string, where: string][] = [
  ['nothing at all', '', '1:1'],
  ['a comma too many', '{\n  "a": 1,\n}', '3:1'],
  ['a comma missing', '{\n  "a": 1\n  "b": 2\n}', '3:3'],
  ['a brace missing', '{\n  "a": {\n', '3:1'],
  ['a text that is not closed', '{\n  "a": "x\n}', '2:8'],
  ['a comment', '{\n  // why\n}', '2:3'],
  ['single quotes', "{ 'a': 1 }", '1:3'],
  ['a leading zero', '{ "a": 01 }', '1:9'],
  ['something after the end', '{}\r\n{}', '2:1'],
  ['an escape that does not exist', '{ "a": "\\x" }', '1:8'],
]

const document = (nodes: object, more: object = {}) =>
  JSON.stringify({ ...mainLine, start: 'a', nodes, ...more }, null, 2)

const condition = (when: unknown) =>
  document({ a: { kind: 'condition', when, exits: { yes: 'a', no: 'a' } } })
const leaf = { fact: 'caller.known', operator: 'equal', value: true }

// prettier-ignore
const misshapen: [what: string, text: string, path: string, hint: string][] = [
  ['an unknown kind', document({ a: { kind: 'hour' } }), 'nodes.a.kind', 'hours'],
  ['an unknown field', document({ a: { kind: 'voicemail', maxSecond: 20 } }), 'nodes.a.maxSecond', 'maxSeconds'],
  ['an unknown exit', document({ a: { kind: 'hours', calendar: 'x', exits: { opne: 'a' } } }), 'nodes.a.exits.opne', 'open'],
  ['an unknown field of a message', document({ a: { kind: 'reject', message: { text: 'x', replys: [] } } }), 'nodes.a.message.replys', 'replies'],
  ['a wrong choice', document({ a: { kind: 'velocity', scope: 'callers', limit: 1, windowMinutes: 1, exits: {} } }), 'nodes.a.scope', 'caller'],
  ['a missing field', document({ a: { kind: 'ai_pickup' } }), 'nodes.a.assistant', 'a text'],
  ['a number out of range', document({ a: { kind: 'voicemail', maxSeconds: 1 } }), 'nodes.a.maxSeconds', 'larger'],
  ['a field of a fallback', document({}, { fallback: { kind: 'rejects' } }), 'fallback.kind', 'reject'],
  ['an unknown field of the policy', document({}, { budget: 1 }), 'budget', 'budgetMs'],
  ['an empty group', condition({ all: [] }), 'nodes.a.when.all', 'remove the group'],
  ['a condition that is none', condition({ any: [leaf, 5] }), 'nodes.a.when.any.1', 'A condition is'],
  ['a path in a condition', condition({ ...leaf, path: '$.a' }), 'nodes.a.when.path', 'A condition is'],
  ['a mistyped group', condition({ al: [leaf] }), 'nodes.a.when.al', 'all'],
  ['a missing operator', condition({ all: [{ fact: 'caller.known', value: true }] }), 'nodes.a.when.all.0.operator', 'A condition is'],
  ['an operand that is null', condition({ not: { ...leaf, value: null } }), 'nodes.a.when.not.value', 'Give a text'],
  ['an operand that is more than a fact', condition({ ...leaf, value: { fact: 'a', params: 1 } }), 'nodes.a.when.value', 'Write { "fact"'],
  ['a name that is reserved', document({ constructor: { kind: 'voicemail' } }), 'nodes.constructor', 'another name'],
  ['a missing choice', document({ a: { kind: 'velocity', limit: 1, windowMinutes: 1, exits: {} } }), 'nodes.a.scope', 'Choose one of'],
  ['a long value that is no choice', document({ a: { kind: 'velocity', scope: 'x'.repeat(200), limit: 1, windowMinutes: 1, exits: {} } }), 'nodes.a.scope', 'Possible'],
  ['a number that is too large', document({ a: { kind: 'velocity', scope: 'caller', limit: 1, windowMinutes: 1_000_000, exits: {} } }), 'nodes.a.windowMinutes', 'smaller'],
  ['a number that is too small by one', document({ a: { kind: 'velocity', scope: 'caller', limit: 1, windowMinutes: 0, exits: {} } }), 'nodes.a.windowMinutes', 'larger'],
  ['a text that is empty', document({ a: { kind: 'reject', message: { text: '' } } }), 'nodes.a.message.text', 'Fill it in'],
  ['a list that is empty', document({ a: { kind: 'tag', tags: [], next: 'a' } }), 'nodes.a.tags', 'Fill it in'],
  ['a text that is too long', document({ a: { kind: 'voicemail', label: 'x'.repeat(2_000) } }), 'nodes.a.label', 'smaller'],
  ['a group that is no list', condition({ all: 5 }), 'nodes.a.when.all', 'A condition is'],
  ['a group of one that is no list', condition({ any: leaf }), 'nodes.a.when.any', 'A condition is'],
  ['an operator that is no text', condition({ ...leaf, operator: 5 }), 'nodes.a.when.operator', 'A condition is'],
  ['an operator that is empty', condition({ ...leaf, operator: '' }), 'nodes.a.when.operator', 'A condition is'],
  ['a fact that is empty', condition({ ...leaf, fact: '' }), 'nodes.a.when.fact', 'A condition is'],
  ['a field twice', '{ "id": "a", "id": "b" }', 'id', 'Remove one'],
]

describe('reading a policy', () => {
  it('gives the policy of a document without problems', () => {
    const { policy, problems } = readPolicy(JSON.stringify(mainLine), { id: 'main-line' })
    expect(problems).toEqual([])
    expect(policy).toMatchObject(mainLine)
  })

  it('forgives a byte order mark', () => {
    expect(readPolicy(`\uFEFF${JSON.stringify(mainLine)}`).problems).toEqual([])
  })

  it.each(broken)('points at %s', (_, text, where) => {
    expect(place(text)).toBe(`invalid_json a.json:${where}`)
  })

  it.each(misshapen)('explains %s', (_, text, path, hint) => {
    const { policy, problems } = readPolicy(text)
    expect(policy).toBeUndefined()
    expect(problems[0]).toMatchObject({ code: 'invalid_shape', path: path.split('.').map(index) })
    expect(problems[0]?.hint).toContain(hint)
    expect(problems[0]?.node).toBe(path.startsWith('nodes.') ? path.split('.')[1] : undefined)
  })

  it('says what does not fit in these words', async () => {
    const said = [...broken, ...misshapen].map(([what, text]) =>
      inWords(what, readPolicy(text, { file: 'a.json' }).problems),
    )
    await expect(said.join('\n')).toMatchFileSnapshot('words/unreadable.txt')
  })

  it('points at the value that does not fit', () => {
    const text = document({
      a: { kind: 'velocity', scope: 'me', limit: 1, windowMinutes: 1, exits: {} },
    })
    const [problem] = readPolicy(text).problems
    const line = text.split('\n')[(problem?.line ?? 0) - 1] ?? ''
    expect(line.slice((problem?.column ?? 0) - 1)).toBe('"me",')
  })

  it('asks for exactly one target', () => {
    const text = document({ a: { kind: 'accept', target: { team: 'a', agent: 'b' } } })
    expect(readPolicy(text).problems).toMatchObject([{ code: 'bad_target', node: 'a' }])
  })

  it('compares the id with the name of the file', () => {
    const { policy, problems } = readPolicy(JSON.stringify(mainLine), { id: 'night-line' })
    expect(problems).toMatchObject([{ code: 'id_mismatch', path: ['id'], line: 1 }])
    expect(policy).toBeDefined()
  })

  it('finds the place of what validation finds', () => {
    const text = document({ a: { kind: 'tag', tags: ['x'], next: 'gone' } })
    const { policy } = readPolicy(text)
    const found = policy ? validate(policy, { installation, at }) : []
    const [problem] = locate(found, text, 'policies/a.json')
    const line = text.split('\n')[(problem?.line ?? 0) - 1] ?? ''
    expect(problem).toMatchObject({ code: 'dangling_exit', file: 'policies/a.json' })
    expect(line.slice((problem?.column ?? 0) - 1)).toBe('"gone"')
  })

  it('points at the nearest place when the field is missing', () => {
    const [problem] = readPolicy('{\n  "schema": 1,\n  "nodes": { "a": {} }\n}').problems.filter(
      ({ node }) => node === 'a',
    )
    expect(problem).toMatchObject({ line: 3, column: 14 })
  })
})

const index = (part: string): string | number => (/^\d+$/.test(part) ? Number(part) : part)

describe('reading cases', () => {
  const one = { name: 'a', at: '2026-11-20T09:00:00Z', expect: { outcome: 'reject' } }

  it('gives the cases of a file without problems', () => {
    const { cases, problems } = readCases(JSON.stringify([one]), {})
    expect({ cases, problems }).toEqual({ cases: [one], problems: [] })
  })

  it('explains what does not fit, with its place', () => {
    const text = `[\n${JSON.stringify({ ...one, expect: { outcome: 'rejected' } })}\n]`
    const [problem] = readCases(text, { file: 'a.cases.json' }).problems
    expect(problem).toMatchObject({ code: 'invalid_shape', line: 2, file: 'a.cases.json' })
    expect(problem?.hint).toContain('"reject"')
  })

  it('points at broken JSON', () => {
    expect(readCases('[\n{', {}).problems).toMatchObject([{ code: 'invalid_json', line: 2 }])
  })
})
