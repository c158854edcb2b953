import type { FactSpec } from '../../schema/facts.ts'
import { factNames, factSpec } from '../../schema/facts.ts'
import type { Installation } from '../../schema/installation.ts'
import type { Condition, Leaf } from '../../schema/policy.ts'
import { operatorNames } from '../../schema/policy.ts'
import type { Problem } from '../../schema/problem.ts'
import { isOperator, misfitOf, referenceOf } from './operand-types.ts'
import type { Path } from './problems.ts'
import { error, listOf, nodeAt, someProblems } from './problems.ts'
import { didYouMean } from './suggest.ts'

export interface PlacedLeaf {
  readonly leaf: Leaf
  readonly path: Path
}

/** The comparisons of a condition in reading order, with their places. */
export function leavesOf(condition: Condition, path: Path): PlacedLeaf[] {
  if ('not' in condition) return leavesOf(condition.not, [...path, 'not'])
  if ('all' in condition)
    return condition.all.flatMap((part, index) => leavesOf(part, [...path, 'all', index]))
  if ('any' in condition)
    return condition.any.flatMap((part, index) => leavesOf(part, [...path, 'any', index]))
  return [{ leaf: condition, path }]
}

/** A calendar that is not there, by name. */
export function unknownCalendar(name: string, installation: Installation, path: Path): Problem {
  const known = ['sla', ...Object.keys(installation.calendars)]
  return error({
    code: 'unknown_calendar',
    ...nodeAt(path),
    path,
    message: `There is no calendar "${name}".`,
    hint: `${didYouMean(name, known)}The calendars are ${listOf(known)}.`,
  })
}

/** A fact that is not there; of `hours.` facts it is the calendar that is missing. */
export function unknownFact(name: string, installation: Installation, path: Path): Problem {
  const calendar = /^hours\.(.+?)(\.nextOpen|\.today)?$/.exec(name)?.[1]
  if (calendar !== undefined) return unknownCalendar(calendar, installation, path)
  return error({
    code: 'unknown_fact',
    ...nodeAt(path),
    path,
    message: `There is no fact "${name}".`,
    hint: `${didYouMean(name, factNames(installation))}Choose one of the facts from the list.`,
  })
}

function lookUp(
  name: string,
  installation: Installation,
  path: Path,
): { spec?: FactSpec; problems: Problem[] } {
  const spec = factSpec(name, installation)
  return spec ? { spec, problems: [] } : { problems: [unknownFact(name, installation, path)] }
}

function operatorProblems(operator: string, path: Path): Problem[] {
  if (isOperator(operator)) return []
  return [
    error({
      code: 'unknown_operator',
      ...nodeAt(path),
      path,
      message: `There is no operator "${operator}".`,
      hint: `${didYouMean(operator, operatorNames)}The operators are ${listOf(operatorNames, 10)}.`,
    }),
  ]
}

function leafProblems({ leaf, path }: PlacedLeaf, installation: Installation): Problem[] {
  const fact = lookUp(leaf.fact, installation, [...path, 'fact'])
  const reference = referenceOf(leaf)
  const other =
    reference === undefined
      ? { problems: [] }
      : lookUp(reference, installation, [...path, 'value', 'fact'])
  const problems = [
    ...fact.problems,
    ...operatorProblems(leaf.operator, [...path, 'operator']),
    ...other.problems,
  ]
  const { operator } = leaf
  if (problems.length > 0 || !fact.spec || !isOperator(operator)) return problems
  const misfit = misfitOf({ ...leaf, operator }, fact.spec, other.spec)
  if (!misfit) return []
  const place = [...path, 'value']
  return [error({ code: 'wrong_operand', ...nodeAt(path), path: place, ...misfit })]
}

/** What is wrong with the comparisons of a condition: facts, operators, operands. */
export function conditionProblems(
  condition: Condition,
  path: Path,
  installation: Installation,
): Problem[] {
  return someProblems(leavesOf(condition, path), (placed) => leafProblems(placed, installation))
}
