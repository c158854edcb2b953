import type { FactSpec } from '../../schema/facts.ts'
import { factNames, factSpec } from '../../schema/facts.ts'
import type { Installation } from '../../schema/installation.ts'
import type { Problem } from '../../schema/problem.ts'
import { nextOpen } from '../schedule.ts'
import type { Template, VariableUse } from '../variables.ts'
import { parseTemplate } from '../variables.ts'
import type { Path } from './problems.ts'
import { error, nodeAt, someProblems } from './problems.ts'
import { didYouMean } from './suggest.ts'

/** What variables are judged by; `at` in epoch milliseconds, for what calendars say about the next opening. */
export interface VariableScope {
  readonly installation: Installation
  readonly at: number
}

/** A text longer than this, four times what a message may have, counts as it stands. */
const mostCharacters = 16_384

/** The parts of a text, for texts that are not far too long anyway. */
export function templateOf(text: string): Template {
  return text.length > mostCharacters ? { parts: [text], problems: [] } : parseTemplate(text)
}

/** More in one text are not listed: the first ones show what is wrong. */
const mostPerText = 20

/** Known as long as the calendar opens within 400 days, as it stands. */
function opensAgain(name: string, { installation, at }: VariableScope): boolean {
  const calendar = /^hours\.(.+)\.nextOpen$/.exec(name)?.[1]
  if (calendar === undefined || !Object.hasOwn(installation.calendars, calendar)) return false
  const found = installation.calendars[calendar]
  return found !== undefined && nextOpen(found, at) !== undefined
}

function lackOf(spec: FactSpec, scope: VariableScope): string | undefined {
  const unknown = spec.mayBeUnknown && !opensAgain(spec.name, scope)
  if (unknown) return spec.mayBeEmpty ? 'unknown or empty' : 'unknown'
  return spec.mayBeEmpty ? 'empty' : undefined
}

function misuse(use: VariableUse, spec: FactSpec): Problem['message'] | undefined {
  const filter = use.filters.find(({ name }) => name === 'time' || name === 'date')
  if (!filter || spec.type === 'instant' || spec.undeclared) return undefined
  return `${spec.label} (${spec.name}) is not a time, so "${filter.name}" cannot be applied to it.`
}

function useProblems(use: VariableUse, path: Path, scope: VariableScope): Problem[] {
  const common = { ...nodeAt(path), path }
  const spec = factSpec(use.path, scope.installation)
  if (!spec)
    return [
      error({
        code: 'bad_variable',
        ...common,
        message: `There is no variable "${use.path}".`,
        hint: `${didYouMean(use.path, factNames(scope.installation))}Use one of the facts, e.g. {{caller.name}}.`,
      }),
    ]
  const misused = misuse(use, spec)
  if (misused !== undefined)
    return [
      error({
        code: 'bad_variable',
        ...common,
        message: misused,
        hint: 'Remove the filter, or use a fact that is an instant.',
      }),
    ]
  const lack = lackOf(spec, scope)
  if (lack === undefined || use.filters.some(({ name }) => name === 'default')) return []
  return [
    error({
      code: 'variable_needs_default',
      ...common,
      message: `${spec.label} (${spec.name}) can be ${lack}, and this text would then have a gap.`,
      hint: `Say what to write instead: ${use.raw.slice(0, -2).trimEnd()} | default: "…" }}.`,
    }),
  ]
}

/** What is wrong with the variables of one text. */
export function variableProblems(text: string, path: Path, scope: VariableScope): Problem[] {
  const { parts, problems } = templateOf(text)
  const syntax = problems.map(({ message, hint }) =>
    error({
      code: 'bad_variable',
      ...nodeAt(path),
      path,
      message: `This text has a variable that cannot be read: ${message}.`,
      hint: `${hint.charAt(0).toUpperCase()}${hint.slice(1)}.`,
    }),
  )
  const uses = parts.filter((part) => typeof part !== 'string')
  const misused = someProblems(uses, (use) => useProblems(use, path, scope), mostPerText)
  return [...syntax.slice(0, mostPerText), ...misused]
}

/** The facts that the variables of a text name. */
export function variablesIn(text: string): string[] {
  return templateOf(text).parts.flatMap((part) => (typeof part === 'string' ? [] : part.path))
}

function shortestOf(use: VariableUse, installation: Installation): number {
  const values = factSpec(use.path, installation)?.values?.filter((value) => value !== '') ?? []
  const shortest = values.length > 0 ? Math.min(...values.map((value) => value.length)) : 1
  const argument = use.filters.find(({ name }) => name === 'default')?.argument
  const cut = use.filters.find(({ name }) => name === 'truncate')?.argument
  return Math.min(
    shortest,
    argument?.length ?? shortest,
    cut === undefined ? shortest : Number(cut),
  )
}

/** How long a text is at least once its variables are filled, in UTF-16 code units. */
export function shortestLength(text: string, installation: Installation): number {
  return templateOf(text).parts.reduce(
    (sum, part) => sum + (typeof part === 'string' ? part.length : shortestOf(part, installation)),
    0,
  )
}
