import { variablesIn } from '../../../server/policy/validate/variables.ts'
import type { Condition, Policy, PolicyNode } from '../../../server/schema/policy.ts'

const leafFacts = (condition: Condition): string[] => {
  if ('fact' in condition) {
    const { value } = condition
    const other = typeof value === 'object' && 'fact' in value ? [value.fact] : []
    return [condition.fact, ...other]
  }
  if ('not' in condition) return leafFacts(condition.not)
  return ('all' in condition ? condition.all : condition.any).flatMap(leafFacts)
}

/** Everything a node names or says, for the search: its words, calendars, teams, facts, texts. */
export function wordsOf(id: string, node: PolicyNode): string[] {
  const words = [id, node.label ?? '', node.note ?? '', node.kind]
  const collect = (value: unknown): void => {
    if (typeof value === 'string') words.push(value, ...variablesIn(value))
    else if (Array.isArray(value)) value.forEach(collect)
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(collect)
  }
  const { kind: _, label: _label, note: _note, ...rest } = node
  for (const [key, value] of Object.entries(rest))
    if (key !== 'exits' && key !== 'next' && key !== 'otherwise') collect(value)
  if (node.kind === 'condition') words.push(...leafFacts(node.when))
  if (node.kind === 'hours') words.push(`hours.${node.calendar}`)
  if (node.kind === 'agents' && node.team) words.push(`agents.${node.team}`)
  return words.filter((word) => word !== '')
}

/** Nodes that name or say something. */
export function nodesWith(policy: Policy, sought: string): string[] {
  const needle = sought.trim().toLowerCase()
  if (needle === '') return []
  const holds = ([id, node]: [string, PolicyNode]) =>
    wordsOf(id, node).some((word) => word.toLowerCase().includes(needle))
  return Object.entries(policy.nodes)
    .filter(holds)
    .map(([id]) => id)
}
