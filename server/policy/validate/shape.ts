import { z } from 'zod'
import { policyLimits } from '../../schema/policy.ts'
import type { Problem, ProblemCode } from '../../schema/problem.ts'
import { conditionShapeProblems } from './condition-shape.ts'
import type { Path } from './problems.ts'
import { error, listOf, nodeAt, someProblems } from './problems.ts'
import { didYouMean } from './suggest.ts'

type Issue = z.core.$ZodIssue
interface Words {
  readonly code?: ProblemCode
  readonly message: string
  readonly hint: string
}

const isObject = (value: unknown): value is Readonly<Record<PropertyKey, unknown>> =>
  typeof value === 'object' && value !== null

function valueAt(document: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined),
    document,
  )
}

function optionOf(union: z.ZodUnion | z.ZodDiscriminatedUnion, value: unknown): unknown {
  const kind = isObject(value) ? value['kind'] : undefined
  return union.options.find(
    (option) =>
      option instanceof z.ZodObject &&
      option.shape['kind'] instanceof z.ZodLiteral &&
      option.shape['kind'].value === kind,
  )
}

/** The schema of a place in a document, past everything that only wraps it. */
function schemaAt(schema: unknown, document: unknown, path: readonly PropertyKey[]): unknown {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault)
    return schemaAt(schema.unwrap(), document, path)
  if (schema instanceof z.ZodUnion) return schemaAt(optionOf(schema, document), document, path)
  const [key, ...rest] = path
  if (key === undefined) return schema
  const value = valueAt(document, [key])
  if (schema instanceof z.ZodObject) return schemaAt(schema.shape[String(key)], value, rest)
  if (schema instanceof z.ZodRecord) return schemaAt(schema.valueType, value, rest)
  if (schema instanceof z.ZodArray) return schemaAt(schema.element, value, rest)
  return undefined
}

function fieldsAt(schema: unknown, document: unknown, path: readonly PropertyKey[]): string[] {
  const found = schemaAt(schema, document, path)
  return found instanceof z.ZodObject ? Object.keys(found.shape) : []
}

const typeWords: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list […]',
  object: 'an object {…}',
  record: 'an object {…}',
}

function unknownFields(issue: Issue & { keys: string[] }, known: string[], path: Path): Words[] {
  const isExits = path.at(-1) === 'exits'
  return issue.keys.slice(0, 20).map((key) => ({
    message: isExits ? `There is no exit "${key}" here.` : `The field "${key}" is not known here.`,
    hint:
      known.length === 0
        ? 'Remove it.'
        : `${didYouMean(key, known)}${isExits ? 'The exits are' : 'Known here are'} ${listOf(known, 20)}.`,
  }))
}

function choiceWords(field: string, value: unknown, options: readonly unknown[]): Words {
  const known = options.map(String)
  if (value === undefined)
    return { message: `"${field}" is missing.`, hint: `Choose one of ${listOf(known, 20)}.` }
  return {
    message: `${JSON.stringify(value)?.slice(0, 80)} is not a value of "${field}".`,
    hint: `${didYouMean(String(value), known)}Possible: ${listOf(known, 20)}.`,
  }
}

const units: Readonly<Record<string, string>> = { string: ' characters', array: ' entries' }

function sizeWords(field: string, issue: Issue): Words | undefined {
  if (issue.code !== 'too_big' && issue.code !== 'too_small') return undefined
  const bound = issue.code === 'too_big' ? issue.maximum : issue.minimum
  const side = issue.code === 'too_big' ? 'at most' : 'at least'
  const unit = units[issue.origin] ?? ''
  if (issue.code === 'too_small' && bound === 1 && unit)
    return { message: `"${field}" is empty.`, hint: 'Fill it in, or remove it.' }
  return {
    ...(issue.origin === 'array' && bound === policyLimits.list ? { code: 'too_large' } : {}),
    message: `"${field}" may have ${side} ${bound}${unit}.`,
    hint: issue.code === 'too_big' ? 'Make it smaller.' : 'Make it larger.',
  }
}

function typeWordsOf(field: string, value: unknown, expected: string): Words {
  const wanted = typeWords[expected] ?? expected
  if (value === undefined)
    return { message: `"${field}" is missing.`, hint: `Add "${field}": it is ${wanted}.` }
  return { message: `"${field}" should be ${wanted}.`, hint: `Write ${wanted} here.` }
}

function formatWords(field: string, issue: Issue): Words {
  if (issue.code === 'invalid_format' && issue.format === 'datetime')
    return {
      message: `"${field}" is not an instant.`,
      hint: 'Write it with its offset, e.g. 2026-11-20T09:00:00+01:00.',
    }
  if (issue.code === 'invalid_key') {
    const inner = issue.issues[0]
    const reason =
      inner?.code === 'custom' ? inner.message : 'it is empty, too long or not a language'
    return { message: `"${field}" cannot be used as a name here: ${reason}.`, hint: 'Rename it.' }
  }
  return { message: `"${field}" does not fit: ${issue.message}.`, hint: 'Correct the value.' }
}

const targetWords: Words = {
  code: 'bad_target',
  message: 'It is not clear who is to answer: exactly one target is needed.',
  hint: 'Give one of { "team": … }, { "agent": … }, { "queue": … } or { "owner": true }.',
}

/** A target that is not there is a missing field like any other, whose hint says what it may be. */
const targetOf = (value: unknown): Words =>
  value === undefined ? { message: '"target" is missing.', hint: targetWords.hint } : targetWords

function pathOf(issue: Issue): Path {
  return issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key))
}

function wordsOf(issue: Issue, path: Path, value: unknown): Words {
  const field = String(path.at(-1) ?? 'the document')
  switch (issue.code) {
    case 'invalid_type':
      return typeWordsOf(field, value, issue.expected)
    case 'invalid_value':
      return choiceWords(field, value, issue.values)
    case 'invalid_union':
      if ('options' in issue && Array.isArray(issue.options))
        return choiceWords(field, value, issue.options)
      return field === 'target'
        ? targetOf(value)
        : typeWordsOf(field, value, 'a value of another kind')
    default:
      return sizeWords(field, issue) ?? formatWords(field, issue)
  }
}

/** A place within the condition or the target of a node: where that begins. */
function unionAbove(path: Path): { condition?: Path; target?: Path } {
  const depth = path[0] === 'nodes' ? 2 : path[0] === 'fallback' ? 1 : -1
  const above = path.slice(0, depth + 1)
  if (path[depth] === 'when') return { condition: above }
  return path[depth] === 'target' ? { target: above } : {}
}

function explain(issue: Issue, schema: unknown, document: unknown): Problem[] {
  const path = pathOf(issue)
  const value = valueAt(document, path)
  const { condition, target } = unionAbove(path)
  if (condition) return conditionShapeProblems(valueAt(document, condition), condition)
  if (target && issue.code === 'unrecognized_keys')
    return [error({ code: 'bad_target', ...nodeAt(target), path: target, ...targetWords })]
  const [words, places] =
    issue.code === 'unrecognized_keys'
      ? [unknownFields(issue, fieldsAt(schema, document, path), path), issue.keys]
      : [[wordsOf(issue, path, value)], []]
  return words.map(({ code, message, hint }, index) => {
    const key = places[index]
    const place = key === undefined ? path : [...path, key]
    return error({ code: code ?? 'invalid_shape', ...nodeAt(place), path: place, message, hint })
  })
}

/** A condition is explained as a whole, once. */
function isFirstOfCondition(issue: Issue, index: number, issues: readonly Issue[]): boolean {
  const { condition } = unionAbove(pathOf(issue))
  if (!condition) return true
  const first = issues.findIndex((one) => condition.every((key, depth) => one.path[depth] === key))
  return first === index
}

/** A document that does not fit its schema, in plain words; at most 100 problems. */
export function shapeProblems(failure: z.ZodError, schema: unknown, document: unknown): Problem[] {
  const issues = failure.issues.slice(0, 100).filter(isFirstOfCondition)
  return someProblems(issues, (issue) => explain(issue, schema, document))
}
