import { describe, expect, it } from 'vitest'
import { positions, readJson, treeOf } from '../../server/policy/validate/json-text.ts'
import { locate, readCases, readPolicy } from '../../server/policy/validate/read.ts'
import type { Problem } from '../../server/schema/problem.ts'
import { mainLine } from './validate-example.ts'

const said = (text: string) =>
  readJson(text).problems.map(({ severity, code, node, path, line, column, message, hint }) => {
    expect([severity, code]).not.toContain('warning')
    return [`${code} ${path.join('.')} ${node ?? '-'} ${line}:${column}`, message, hint]
  })

describe('the place in a text', () => {
  it('is counted from 1, after every kind of line break', () => {
    const placeOf = positions('ab\r\ncd\nef\rgh\n')
    const places = [0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 12, 13].map((offset) => {
      const { line, column } = placeOf(offset)
      return `${line}:${column}`
    })
    expect(places.join(' ')).toBe('1:1 1:2 1:3 1:4 2:1 2:2 2:3 3:1 3:3 4:1 4:3 5:1')
  })

  it('is found among many lines', () => {
    const placeOf = positions('x\n'.repeat(100))
    for (const line of [1, 2, 3, 49, 50, 51, 99, 100])
      expect(placeOf((line - 1) * 2)).toEqual({ line, column: 1 })
  })
})

describe('a text that is not JSON', () => {
  const cannot = (what: string, place: string) =>
    `The file cannot be read: ${what} (line ${place.split(':')[0]}, column ${place.split(':')[1]}).`
  // prettier-ignore
  const wrong: [text: string, place: string, what: string, hint: string][] = [
    ['', '1:1', 'a value is missing here', 'Add the value, or remove a comma too many.'],
    ['  \n ', '2:2', 'a value is missing here', 'Add the value, or remove a comma too many.'],
    ['{"a": }', '1:7', 'a value is missing here', 'Add the value, or remove a comma too many.'],
    ['{"a" 1}', '1:6', 'a colon is missing here', 'Write "name": value.'],
    ['{"a": 1 "b": 2}', '1:9', 'a comma is missing before this place', 'Put a comma after the value before it.'],
    ['[1 2]', '1:4', 'a comma is missing before this place', 'Put a comma after the value before it.'],
    ['{"a": 1', '1:8', 'a closing } is missing here', 'Close every { with a }, and put commas between fields.'],
    ['[1', '1:3', 'a closing ] is missing here', 'Close every [ with a ], and put commas between entries.'],
    ['{"a": nul}', '1:7', 'a word stands here that is not JSON', 'Put text in double quotes.'],
    ['{} x', '1:4', 'a word stands here that is not JSON', 'Put text in double quotes.'],
    ['{} 1', '1:4', 'something follows the end of the document', 'Remove what stands here.'],
    ['{"a": 1} // no', '1:10', 'a comment stands here', 'JSON has no comments; use a "note" field.'],
    ['{"a": "\\u12"}', '1:7', 'this \\u escape is not complete', 'Write four hexadecimal digits after \\u.'],
    ['{"a": "\t"}', '1:7', 'a character stands here that must not stand in a text', 'Write \\n for a new line and \\t for a tab.'],
    ['{"a": 1.}', '1:7', 'this number is not complete', 'Write it like 20 or 0.5.'],
  ]
  it.each(wrong)('%j is wrong at %s: %s', (text, place, what, hint) => {
    expect(said(text)).toEqual([[`invalid_json  - ${place}`, cannot(what, place), hint]])
  })
})

describe('a text that nests too deep', () => {
  const open = (count: number) => '['.repeat(count)
  const isTooDeep = (text: string) => said(text)[0]?.[0]?.startsWith('too_large') ?? false
  // prettier-ignore
  const texts: [what: string, text: string, tooDeep: boolean][] = [
    ['64 lists', `${open(64)}${']'.repeat(64)}`, false],
    ['65 lists', `${open(65)}${']'.repeat(65)}`, true],
    ['65 objects', '{"a":'.repeat(65), true],
    ['64 objects', '{"a":'.repeat(64), false],
    ['lists beside each other', `[${'[],'.repeat(100)}[]]`, false],
    ['objects beside each other', `[${'{},'.repeat(100)}{}]`, false],
    ['lists in lists beside each other', `[${'[[]],'.repeat(100)}[]]`, false],
    ['brackets in a text', `["${open(100)}"]`, false],
    ['braces in a text', `["${'{'.repeat(100)}"]`, false],
    ['brackets in a text after a quote', `["\\"${open(100)}"]`, false],
    ['brackets after a text that ends in a backslash', `["\\\\",${open(64)}`, true],
    ['brackets after a text', `["x",${open(64)}`, true],
    ['brackets after a text that is not closed', `["x\n${open(64)}`, true],
    ['brackets after two texts', `{"a":"x","b":${open(64)}`, true],
  ]
  it.each(texts)('%s: %s', (_, text, tooDeep) => {
    expect(isTooDeep(text)).toBe(tooDeep)
  })

  it('is said where it does, and has no tree', () => {
    const text = `\n [${open(65)}`
    expect(said(text)).toEqual([
      [
        'too_large  - 2:66',
        'The document is nested more than 64 levels deep.',
        'Divide the condition into several gates, one after the other.',
      ],
    ])
    expect(treeOf(text)).toBeUndefined()
    expect(treeOf('[1]')?.type).toBe('array')
  })
})

describe('names in a text', () => {
  const twice = (name: string) =>
    `The field "${name}" stands twice in the same place; only one of them would count.`
  const reserved = (name: string) => `The name "${name}" is reserved and cannot be used.`
  const rename = 'Remove one of the two, or rename it.'
  const choose = 'Choose another name.'
  // prettier-ignore
  const wrong: [text: string, place: string, message: string, hint: string][] = [
    ['{"a": 1,\n "a": 2}', 'a - 2:2', twice('a'), rename],
    ['{"nodes": {"b": {"x": {}, "x": 1}}}', 'nodes.b.x b 1:27', twice('x'), rename],
    ['{"nodes": {"b": 1, "b": 2}}', 'nodes.b b 1:20', twice('b'), rename],
    ['{"a": [1, {"b": 1, "b": 2}]}', 'a.1.b - 1:20', twice('b'), rename],
    ['[[{"b": 1, "b": 2}]]', '0.0.b - 1:12', twice('b'), rename],
    ['{"__proto__": 1}', '__proto__ - 1:2', reserved('__proto__'), choose],
    ['{"nodes": {"constructor": 1}}', 'nodes.constructor constructor 1:12', reserved('constructor'), choose],
    ['{"a": [{"prototype": 1}]}', 'a.0.prototype - 1:9', reserved('prototype'), choose],
  ]
  it.each(wrong)('%s: %s', (text, place, message, hint) => {
    expect(said(text)).toEqual([[`invalid_shape ${place}`, message, hint]])
    expect(readJson(text).document).toBeUndefined()
  })

  it.each([
    '{"a": {"a": 1}, "b": {"a": 1}}',
    '[{"a": 1}, {"a": 1}]',
    '["a", "a", "__proto__"]',
    '{"a": "constructor", "b": "a"}',
  ])('%s is fine', (text) => {
    expect(readJson(text)).toMatchObject({ document: { value: JSON.parse(text) }, problems: [] })
  })

  it('are said a hundred times at most', () => {
    const text = (count: number) => `[${Array(count).fill('{"a": 1, "a": 2}').join(', ')}]`
    expect(said(text(99))).toHaveLength(99)
    expect(said(text(150))).toHaveLength(100)
  })
})

describe('a byte order mark', () => {
  it('is passed over at the beginning of a text, and only there', () => {
    expect(readJson('\uFEFF{"a": 1}').document?.value).toEqual({ a: 1 })
    expect(said('\uFEFF{"a": }')[0]?.[0]).toBe('invalid_json  - 1:8')
    expect(said('{"a": \uFEFF1}')[0]?.[0]).toBe('invalid_json  - 1:7')
    expect(readJson('{"a": "\uFEFF"}').document?.value).toEqual({ a: '\uFEFF' })
  })
})

describe('the place of a problem', () => {
  const text = [
    '{ "start": "a",',
    '  "numbers": ["1", "2"],',
    '  "nodes": {"a": {"kind": "tag", "tags": ["x", ["y", {"z": 3}]]}} }',
  ].join('\n')
  const problem = (path: Problem['path']): Problem => ({
    severity: 'error',
    code: 'cycle',
    path,
    message: 'Round.',
    hint: 'Stop.',
  })

  it.each<[path: Problem['path'], pointed: string]>([
    [['start'], '"a",'],
    [['numbers'], '"numbers": ['],
    [['numbers', 0], '"1", "2"]'],
    [['numbers', 1], '"2"],'],
    [['numbers', 7], '"numbers": ['],
    [['numbers', 'x'], '"numbers": ['],
    [['nodes'], '"nodes": {'],
    [['nodes', 'a'], '"a": {"kind"'],
    [['nodes', 'a', 'kind'], '"tag",'],
    [['nodes', 'a', 'gone'], '"a": {"kind"'],
    [['nodes', 'a', 'gone', 'further'], '"a": {"kind"'],
    [['nodes', 'gone', 'kind'], '"nodes": {'],
    [['nodes', 'a', 'tags', 0], '"x", ["y"'],
    [['nodes', 'a', 'tags', 1], '["y", {'],
    [['nodes', 'a', 'tags', 1, 0], '"y", {'],
    [['nodes', 'a', 'tags', 1, 1, 'z'], '3}]]'],
    [['nodes', 'a', 'tags', 1, 1, 'gone'], '{"z": 3}'],
    [['start', 'x'], '"start": "a"'],
    [['gone'], '{ "start"'],
    [[], '{ "start"'],
  ])('%j is %s', (path, pointed) => {
    const [found] = locate([problem(path)], text, 'a.json')
    const line = text.split('\n')[(found?.line ?? 0) - 1] ?? ''
    expect(line.slice((found?.column ?? 0) - 1).startsWith(pointed)).toBe(true)
    expect(found).toMatchObject({ ...problem(path), file: 'a.json' })
  })

  it('stays where it is known already', () => {
    const known = { ...problem(['start']), line: 7, column: 9 }
    const found = locate([known, problem(['start'])], text, 'a.json')
    expect(found).toEqual([
      { ...known, file: 'a.json' },
      { ...problem(['start']), line: 1, column: 12, file: 'a.json' },
    ])
  })

  it('is not said in a text that is too much', () => {
    const deep = '['.repeat(65)
    expect(locate([problem([0])], deep, 'a.json')).toEqual([{ ...problem([0]), file: 'a.json' }])
  })

  it('is said without a file where none is named', () => {
    const [unnamed] = readPolicy('{').problems
    expect(unnamed).toMatchObject({ line: 1, column: 2 })
    expect(unnamed).not.toHaveProperty('file')
    expect(readCases('{', { file: 'a.cases.json' }).problems[0]?.file).toBe('a.cases.json')
    expect(readCases('{}').problems[0]).not.toHaveProperty('file')
    const named = readPolicy('{}', { file: 'b.json' }).problems
    expect(named.map(({ file, line }) => `${file} ${line}`)).toContain('b.json 1')
  })
})

describe('what is read', () => {
  it('is no policy where it is too large or of another shape', () => {
    const nodes = Object.fromEntries(Array.from({ length: 2001 }, (_, index) => [`n${index}`, {}]))
    const large = readPolicy(JSON.stringify({ ...mainLine, nodes }))
    expect(large.policy).toBeUndefined()
    expect(large.problems.map(({ code, line }) => `${code} ${line}`)).toEqual(['too_large 1'])
    const other = readPolicy(JSON.stringify({ ...mainLine, start: 5 }))
    expect(other.policy).toBeUndefined()
    expect(other.problems.map(({ path }) => path.join('.'))).toEqual(['start'])
  })

  it('has the name of its file', () => {
    const text = JSON.stringify(mainLine)
    expect(readPolicy(text, { id: 'main-line' }).problems).toEqual([])
    expect(readPolicy(text).problems).toEqual([])
    const [problem] = readPolicy(text, { id: 'night' }).problems
    expect([problem?.severity, problem?.message, problem?.hint]).toEqual([
      'error',
      'The policy is called "main-line" but its file is called "night".',
      'Set "id" to "night", or rename the file to main-line.json.',
    ])
  })

  it('is no cases where it is a list of something else', () => {
    expect(readCases('[]')).toEqual({ cases: [], problems: [] })
    const { cases, problems } = readCases('[5]')
    expect(cases).toBeUndefined()
    expect(problems.map(({ path, line, column }) => [path, line, column])).toEqual([[[0], 1, 2]])
  })
})
