import type { CompletionContext, CompletionResult } from '@codemirror/autocomplete'
import type { JSONPath } from 'jsonc-parser'
import { getLocation, parse } from 'jsonc-parser'
import type { Catalogue } from '../../../server/schema/catalogue.ts'
import type { Policy } from '../../../server/schema/policy.ts'
import { operatorNames } from '../../../server/schema/policy.ts'
import { shapesAt } from './schema-at.ts'

interface Known {
  readonly policy: Policy
  readonly catalogue: Catalogue
}

/** Names of things that exist here, for a field of that name. */
function namesFor(path: JSONPath, { policy, catalogue }: Known): readonly string[] {
  const field = path.findLast((step) => typeof step === 'string')
  const { installation, facts, teams } = catalogue
  const steps = Object.keys(policy.nodes)
  if (path[0] === 'nodes' && path.at(-2) === 'exits') return steps
  switch (field) {
    case 'start':
    case 'next':
    case 'otherwise':
      return steps
    case 'fact':
      return facts.map(({ name }) => name)
    case 'operator':
      return operatorNames
    case 'calendar':
      return [...Object.keys(installation.calendars), 'sla']
    case 'team':
      return teams
    case 'agent':
      return installation.agents.map(({ id }) => id)
    case 'assistant':
      return installation.assistants.map(({ id }) => id)
    case 'numbers':
      return ['*', ...installation.lines.map(({ id }) => id)]
    case 'value':
      return valuesOf(path, { policy, catalogue })
    default:
      return []
  }
}

/** The values of the fact that stands beside, where it is an enumeration. */
function valuesOf(path: JSONPath, { policy, catalogue }: Known): readonly string[] {
  const at = path.lastIndexOf('value')
  let beside: unknown = policy
  for (const step of path.slice(0, at))
    beside = typeof beside === 'object' && beside !== null ? Reflect.get(beside, step) : undefined
  const fact: unknown =
    typeof beside === 'object' && beside !== null ? Reflect.get(beside, 'fact') : undefined
  return catalogue.facts.find(({ name }) => name === fact)?.values ?? []
}

const keysAt = (path: JSONPath, document: unknown): string[] => {
  const shapes = shapesAt(path.slice(0, -1), document)
  return [...new Set(shapes.flatMap(({ properties = {} }) => Object.keys(properties)))]
}

function literalsAt(path: JSONPath, document: unknown): unknown[] {
  const found = shapesAt(path, document).flatMap((shape) => [
    ...(shape.enum ?? []),
    ...(shape.const === undefined ? [] : [shape.const]),
    ...(shape.type === 'boolean' && shape.const === undefined ? [true, false] : []),
  ])
  return [...new Set(found)]
}

/** The word that is being written, from its quote on where it has one. */
function written(text: string, position: number): { from: number; to: number; isQuoted: boolean } {
  const before = /"?[^"\s,:{}[\]]*$/.exec(text.slice(0, position))?.[0] ?? ''
  const isQuoted = before.startsWith('"')
  const after = isQuoted ? (/^[^"\n,:{}[\]]*"/.exec(text.slice(position))?.[0] ?? '') : ''
  return { from: position - before.length, to: position + after.length, isQuoted }
}

/** What can be written at a place: fields of the schema, kinds, targets, facts, operators, names that exist. */
export function completeAt(
  text: string,
  position: number,
  known: Known,
): { from: number; to: number; texts: string[]; isKey: boolean } | undefined {
  const location = getLocation(text, position)
  const document: unknown = parse(text)
  const { path, isAtPropertyKey: isKey } = location
  const { from, to } = written(text, position)
  // a switch has an exit for every value, so its names are the fact's
  const values = isKey
    ? keysAt(path, document)
    : [...literalsAt(path, document), ...namesFor(path, known)]
  if (values.length === 0) return undefined
  const texts = [...new Set(values.map((value) => JSON.stringify(value)))]
  return { from, to, texts, isKey }
}

/** {@link completeAt} for CodeMirror; a new field gets its colon. */
export function completionSource(known: () => Known) {
  return (context: CompletionContext): CompletionResult | null => {
    const text = context.state.doc.toString()
    const found = completeAt(text, context.pos, known())
    if (!found || (!context.explicit && found.from === context.pos)) return null
    const { from, to, texts, isKey } = found
    const hasColon = /^\s*:/.test(text.slice(to))
    return {
      from,
      to,
      options: texts.map((label) => ({
        label,
        type: isKey ? 'property' : 'constant',
        apply: isKey && !hasColon ? `${label}: ` : label,
      })),
    }
  }
}
