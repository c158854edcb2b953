import type { Node, ParseError } from 'jsonc-parser'
import { parseTree, printParseErrorCode } from 'jsonc-parser'
import type { Problem } from '../../schema/problem.ts'
import { prototypeKeys } from '../../schema/primitives.ts'
import type { Path } from './problems.ts'
import { error, nodeAt } from './problems.ts'

/** Bounds that make a hostile file end quickly; a document within them is far larger than any real one. */
export const textLimits = { characters: 1_000_000, depth: 64 } as const

export interface JsonDocument {
  readonly value: unknown
  readonly tree: Node
}

/** Offset → line and column, both counted from 1. */
export function positions(text: string): (offset: number) => { line: number; column: number } {
  const starts = [0]
  for (const match of text.matchAll(/\r\n|\n|\r/g)) starts.push(match.index + match[0].length)
  return (offset) => {
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 }
  }
}

/** Where brackets nest deeper than allowed; strings are passed over, so that it is one linear scan. */
function tooDeepAt(text: string): number | undefined {
  let depth = 0
  let inString = false
  for (let offset = 0; offset < text.length; offset++) {
    const character = text[offset]
    if (inString) {
      if (character === '\\') offset++
      else if (character === '"' || character === '\n') inString = false
    } else if (character === '"') inString = true
    else if (character === '{' || character === '[') {
      if (++depth > textLimits.depth) return offset
    } else if (character === '}' || character === ']') depth--
  }
  return undefined
}

const syntaxWords: Readonly<Record<string, readonly [message: string, hint: string]>> = {
  InvalidSymbol: ['a word stands here that is not JSON', 'Put text in double quotes.'],
  InvalidNumberFormat: ['this number is not complete', 'Write it like 20 or 0.5.'],
  PropertyNameExpected: [
    'the name of a field is expected here',
    'Remove a comma too many, or put the name in double quotes.',
  ],
  ValueExpected: ['a value is missing here', 'Add the value, or remove a comma too many.'],
  ColonExpected: ['a colon is missing here', 'Write "name": value.'],
  CommaExpected: ['a comma is missing before this place', 'Put a comma after the value before it.'],
  CloseBraceExpected: [
    'a closing } is missing here',
    'Close every { with a }, and put commas between fields.',
  ],
  CloseBracketExpected: [
    'a closing ] is missing here',
    'Close every [ with a ], and put commas between entries.',
  ],
  EndOfFileExpected: ['something follows the end of the document', 'Remove what stands here.'],
  InvalidCommentToken: ['a comment stands here', 'JSON has no comments; use a "note" field.'],
  UnexpectedEndOfComment: ['a comment stands here', 'JSON has no comments; use a "note" field.'],
  UnexpectedEndOfString: ['this text is not closed', 'Add the double quote at its end.'],
  UnexpectedEndOfNumber: ['this number is not complete', 'Write it like 20 or 0.5.'],
  InvalidUnicode: ['this \\u escape is not complete', 'Write four hexadecimal digits after \\u.'],
  InvalidEscapeCharacter: ['this escape does not exist', 'For a backslash write \\\\.'],
  InvalidCharacter: [
    'a character stands here that must not stand in a text',
    'Write \\n for a new line and \\t for a tab.',
  ],
}

function syntaxProblem(text: string, offset: number, code: string): Problem {
  const [message, hint] = syntaxWords[code] ?? [
    'this is not JSON',
    'Compare with a policy that works.',
  ]
  const place = positions(text)(Math.min(offset, text.length))
  return error({
    code: 'invalid_json',
    path: [],
    message: `The file cannot be read: ${message} (line ${place.line}, column ${place.column}).`,
    hint,
    ...place,
  })
}

function keyProblem(path: Path, key: string, twice: boolean): Problem {
  return error({
    code: 'invalid_shape',
    ...nodeAt([...path, key]),
    path: [...path, key],
    message: twice
      ? `The field "${key}" stands twice in the same place; only one of them would count.`
      : `The name "${key}" is reserved and cannot be used.`,
    hint: twice ? 'Remove one of the two, or rename it.' : 'Choose another name.',
  })
}

/** Reserved names and names that stand twice: JSON.parse would keep quiet about both. */
function keyProblems(tree: Node, place: (offset: number) => object): Problem[] {
  const problems: Problem[] = []
  const open: { node: Node; path: Path }[] = [{ node: tree, path: [] }]
  for (let next = open.pop(); next && problems.length < 100; next = open.pop()) {
    const { node, path } = next
    const seen = new Set<string>()
    for (const [index, child] of (node.children ?? []).entries()) {
      if (node.type === 'array') open.push({ node: child, path: [...path, index] })
      const [name, value] = node.type === 'object' ? (child.children ?? []) : []
      if (!name) continue
      const key = String(name.value)
      if (prototypeKeys.has(key) || seen.has(key))
        problems.push({ ...keyProblem(path, key, seen.has(key)), ...place(name.offset) })
      seen.add(key)
      if (value?.children) open.push({ node: value, path: [...path, key] })
    }
  }
  return problems
}

function boundsProblem(text: string): Problem | undefined {
  if (text.length > textLimits.characters)
    return error({
      code: 'too_large',
      path: [],
      message: `The file has ${text.length} characters; at most ${textLimits.characters} are read.`,
      hint: 'Divide it into several policies.',
      line: 1,
      column: 1,
    })
  const deep = tooDeepAt(text)
  if (deep === undefined) return undefined
  return error({
    code: 'too_large',
    path: [],
    message: `The document is nested more than ${textLimits.depth} levels deep.`,
    hint: 'Divide the condition into several gates, one after the other.',
    ...positions(text)(deep),
  })
}

/** The place of every value in a text, for texts that are already known to be small enough. */
export function treeOf(text: string): Node | undefined {
  return boundsProblem(text) ? undefined : parseTree(text)
}

/** Text → JSON, strictly: no comments, no trailing commas, no name twice, no reserved names. */
export function readJson(original: string): { document?: JsonDocument; problems: Problem[] } {
  const text = original.replace(/^\uFEFF/, ' ')
  const bounds = boundsProblem(text)
  if (bounds) return { problems: [bounds] }
  const errors: ParseError[] = []
  const tree = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false })
  const first = errors[0]
  if (first)
    return { problems: [syntaxProblem(text, first.offset, printParseErrorCode(first.error))] }
  if (!tree) return { problems: [syntaxProblem(text, 0, 'ValueExpected')] }
  const problems = keyProblems(tree, positions(text))
  if (problems.length > 0) return { problems }
  try {
    const value: unknown = JSON.parse(text)
    return { document: { value, tree }, problems: [] }
  } catch (cause) {
    const offset = /position (\d+)/.exec(String(cause))?.[1] ?? '0'
    return { problems: [syntaxProblem(text, Number(offset), 'other')] }
  }
}
