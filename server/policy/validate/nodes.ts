import { factSpec } from '../../schema/facts.ts'
import type { Installation } from '../../schema/installation.ts'
import type { NodeOf, Policy, PolicyNode } from '../../schema/policy.ts'
import type { Problem } from '../../schema/problem.ts'
import { conditionProblems, unknownCalendar, unknownFact } from './conditions.ts'
import { misfitOf } from './operand-types.ts'
import { error, nameOf, someProblems } from './problems.ts'

interface Place {
  readonly id: string
  readonly installation: Installation
}

function hoursProblems(gate: NodeOf<'hours'>, { id, installation }: Place): Problem[] {
  if (gate.calendar === 'sla' || Object.hasOwn(installation.calendars, gate.calendar)) return []
  return [unknownCalendar(gate.calendar, installation, ['nodes', id, 'calendar'])]
}

function vipProblems(gate: NodeOf<'vip'>, { id }: Place): Problem[] {
  if (gate.minPriority !== undefined || gate.tags !== undefined) return []
  return [
    error({
      code: 'invalid_shape',
      node: id,
      path: ['nodes', id],
      message: `${nameOf(id, gate)} does not say who is a VIP.`,
      hint: 'Give the least priority ("minPriority"), tags, or both.',
    }),
  ]
}

function agentsProblems(gate: NodeOf<'agents'>, { id }: Place): Problem[] {
  const given = [gate.team, gate.agent, gate.owner].filter((one) => one !== undefined)
  if (given.length === 1) return []
  return [
    error({
      code: 'bad_target',
      node: id,
      path: ['nodes', id],
      message: `${nameOf(id, gate)} must ask about exactly one of team, agent or owner.`,
      hint: given.length === 0 ? 'Choose whom it asks about.' : 'Keep one of them.',
    }),
  ]
}

/** The value an exit of a switch stands for, as its fact would have it. */
export function switchValue(exit: string, type: string | undefined): string | number | boolean {
  if (type === 'boolean' && (exit === 'true' || exit === 'false')) return exit === 'true'
  const isNumber = type === 'number' && exit.trim() !== '' && String(Number(exit)) === exit
  return isNumber ? Number(exit) : exit
}

function switchProblems(gate: NodeOf<'switch'>, { id, installation }: Place): Problem[] {
  const path = ['nodes', id, 'fact']
  const spec = factSpec(gate.fact, installation)
  if (!spec) return [unknownFact(gate.fact, installation, path)]
  if (spec.type === 'list' || spec.type === 'instant')
    return [
      error({
        code: 'wrong_operand',
        node: id,
        path,
        message: `${nameOf(id, gate)} cannot have an exit for each value of ${spec.label} (${spec.name}).`,
        hint: 'Use a condition for lists and instants.',
      }),
    ]
  return someProblems(Object.keys(gate.exits), (exit) => {
    if (exit === 'default' || exit === 'unknown') return []
    const leaf = {
      fact: gate.fact,
      operator: 'equal',
      value: switchValue(exit, spec.type),
    } as const
    const misfit = misfitOf(leaf, spec, undefined)
    return misfit
      ? [error({ code: 'wrong_operand', node: id, path: ['nodes', id, 'exits', exit], ...misfit })]
      : []
  })
}

function problemsOf(node: PolicyNode, place: Place): Problem[] {
  switch (node.kind) {
    case 'condition':
      return conditionProblems(node.when, ['nodes', place.id, 'when'], place.installation)
    case 'hours':
      return hoursProblems(node, place)
    case 'vip':
      return vipProblems(node, place)
    case 'agents':
      return agentsProblems(node, place)
    case 'switch':
      return switchProblems(node, place)
    default:
      return []
  }
}

/** What is wrong with the questions that gates ask. */
export function nodeProblems(policy: Policy, installation: Installation): Problem[] {
  return someProblems(Object.entries(policy.nodes), ([id, node]) =>
    problemsOf(node, { id, installation }),
  )
}
