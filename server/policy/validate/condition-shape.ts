import { policyLimits } from '../../schema/policy.ts'
import type { Problem } from '../../schema/problem.ts'
import type { Path } from './problems.ts'
import { error, nodeAt } from './problems.ts'
import { didYouMean } from './suggest.ts'

const shapes =
  'A condition is { "all": […] }, { "any": […] }, { "not": … } or { "fact": …, "operator": …, "value": … }.'
const fields = ['all', 'any', 'not', 'fact', 'operator', 'value']

function misfit(path: Path, message: string, hint: string = shapes): Problem {
  return error({ code: 'invalid_shape', ...nodeAt(path), path: [...path], message, hint })
}

function operandProblems(value: unknown, path: Path): Problem[] {
  const isScalar = (one: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof one)
  if (isScalar(value)) return []
  if (Array.isArray(value)) {
    if (value.length > policyLimits.list)
      return [
        misfit(
          path,
          `The list has ${value.length} values; at most ${policyLimits.list} are allowed.`,
          'Shorten it, or give these callers a tag and test the tag.',
        ),
      ].map((problem) => ({ ...problem, code: 'too_large' }))
    const wrong = value.findIndex((one) => !isScalar(one))
    if (wrong < 0) return []
    return [
      misfit(
        [...path, wrong],
        'This entry of the list is not a text, a number or true or false.',
        'List only plain values.',
      ),
    ]
  }
  return [
    misfit(
      path,
      'The value to compare with is missing or of a kind that cannot be compared.',
      'Give a text, a number, true, false, a list of these, or { "fact": "…" }.',
    ),
  ]
}

function operandReference(value: object, path: Path): Problem[] {
  const known = Object.entries(value)
  const fact = known.find(([key]) => key === 'fact')?.[1]
  if (known.length === 1 && typeof fact === 'string' && fact !== '') return []
  return [
    misfit(
      path,
      'A comparison with another fact holds the name of the fact and nothing else.',
      'Write { "fact": "caller.country" }.',
    ),
  ]
}

function leafProblems(leaf: Readonly<Record<string, unknown>>, path: Path): Problem[] {
  const names = ['fact', 'operator'].flatMap((key) => {
    const given = leaf[key]
    if (typeof given === 'string' && given !== '') return []
    return [misfit([...path, key], `The comparison lacks its ${key}.`)]
  })
  const { value } = leaf
  const isReference = typeof value === 'object' && value !== null && !Array.isArray(value)
  const operand = isReference
    ? operandReference(value, [...path, 'value'])
    : operandProblems(value, [...path, 'value'])
  return [...names, ...operand]
}

function groupProblems(key: 'all' | 'any', members: unknown, path: Path): Problem[] {
  if (!Array.isArray(members))
    return [misfit([...path, key], `"${key}" needs a list of conditions.`)]
  if (members.length === 0)
    return [
      misfit(
        [...path, key],
        `"${key}" is empty: an empty group would be true for every call.`,
        'Add a comparison, or remove the group.',
      ),
    ]
  return members.flatMap((member, index) => conditionShapeProblems(member, [...path, key, index]))
}

const meant = (key: string): string =>
  fields.includes(key) ? 'Put it into a comparison of its own. ' : didYouMean(key, fields)

/** Says in plain words where a value is not a condition; the schema's union can only say that it is none. */
export function conditionShapeProblems(value: unknown, path: Path): Problem[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return [misfit(path, 'A condition is missing here.')]
  const condition: Readonly<Record<string, unknown>> = { ...value }
  const keys = Object.keys(condition)
  const kind = (['all', 'any', 'not'] as const).find((key) => keys.includes(key))
  const allowed = kind ? [kind] : ['fact', 'operator', 'value']
  const extra = keys
    .filter((key) => !allowed.includes(key))
    .map((key) => misfit([...path, key], `"${key}" has no place here.`, meant(key) + shapes))
  if (kind === 'not')
    return [...extra, ...conditionShapeProblems(condition['not'], [...path, 'not'])]
  if (kind) return [...extra, ...groupProblems(kind, condition[kind], path)]
  return [
    ...extra,
    ...(keys.includes('fact') || extra.length === 0 ? leafProblems(condition, path) : []),
  ]
}
