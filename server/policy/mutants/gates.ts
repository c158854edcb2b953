import type { Installation } from '../../schema/installation.ts'
import { teamsOf } from '../../schema/installation.ts'
import type { GateNode, NodeOf } from '../../schema/policy.ts'
import { policyLimits } from '../../schema/policy.ts'
import { mutatedConditions } from './conditions.ts'
import { insteadOf } from './mutant.ts'

/** A gate with one fault in what it asks. */
export interface MutatedGate {
  readonly gate: GateNode
  readonly change: string
}

function vips(gate: NodeOf<'vip'>): MutatedGate[] {
  const { minPriority, tags = [], ...rest } = gate
  const limits = minPriority === undefined ? [] : [minPriority - 1, minPriority + 1]
  const withTags = tags.length > 0 ? { tags } : {}
  const withPriority = minPriority === undefined ? {} : { minPriority }
  const isLast = tags.length === 1 && minPriority === undefined
  return [
    ...limits.map((limit) => ({
      gate: { ...rest, ...withTags, minPriority: limit },
      change: `priority ${limit} or more instead of ${minPriority}`,
    })),
    ...(minPriority !== undefined && tags.length > 0
      ? [{ gate: { ...rest, ...withTags }, change: `without the priority ${minPriority}` }]
      : []),
    ...(isLast ? [] : tags).map((tag) => {
      const left = tags.filter((one) => one !== tag)
      const gone = left.length > 0 ? { tags: left } : {}
      return { gate: { ...rest, ...withPriority, ...gone }, change: `without the tag "${tag}"` }
    }),
  ]
}

const scopes = ['caller', 'number', 'prefix'] as const

function velocities(gate: NodeOf<'velocity'>): MutatedGate[] {
  const { limit, windowMinutes, scope } = gate
  const limits = [limit - 1, limit + 1].filter((one) => one >= 0)
  const window =
    windowMinutes * 2 <= policyLimits.windowMinutes
      ? windowMinutes * 2
      : Math.max(1, Math.floor(windowMinutes / 2))
  const other = scopes.find((one) => one !== scope) ?? scope
  return [
    ...limits.map((one) => ({
      gate: { ...gate, limit: one },
      change: `more than ${insteadOf(one, limit)} calls`,
    })),
    {
      gate: { ...gate, windowMinutes: window },
      change: `in ${insteadOf(window, windowMinutes)} minutes`,
    },
    { gate: { ...gate, scope: other }, change: `calls by ${insteadOf(other, scope)}` },
  ]
}

function otherHours(gate: NodeOf<'hours'>, { calendars }: Installation): MutatedGate[] {
  const other = Object.keys(calendars).find((name) => name !== gate.calendar)
  if (other === undefined) return []
  return [
    {
      gate: { ...gate, calendar: other },
      change: `the calendar ${insteadOf(`"${other}"`, `"${gate.calendar}"`)}`,
    },
  ]
}

function otherAgents(gate: NodeOf<'agents'>, installation: Installation): MutatedGate[] {
  const { team, agent, owner: _owner, ...rest } = gate
  const was = team === undefined ? (agent ?? 'the owner') : `the team "${team}"`
  const other = [...teamsOf(installation)].find((name) => name !== team)
  if (other === undefined) return []
  return [
    { gate: { ...rest, team: other }, change: `asks ${insteadOf(`the team "${other}"`, was)}` },
  ]
}

function splits(gate: NodeOf<'split'>): MutatedGate[] {
  return [0, 100]
    .filter((percent) => percent !== gate.percent)
    .map((percent) => ({
      gate: { ...gate, percent },
      change: `${insteadOf(`${percent} %`, `${gate.percent} %`)} of callers`,
    }))
}

/**
 * A gate with one fault in what it asks, one at a time: limits one lower and higher, another window, calendar
 * or team, a part left out. How long it waits is no fault: a case waits for nothing.
 */
export function mutatedGates(gate: GateNode, installation: Installation): MutatedGate[] {
  switch (gate.kind) {
    case 'condition':
      return mutatedConditions(gate.when).map(({ condition, change }) => ({
        gate: { ...gate, when: condition },
        change,
      }))
    case 'vip':
      return vips(gate)
    case 'velocity':
      return velocities(gate)
    case 'hours':
      return otherHours(gate, installation)
    case 'agents':
      return otherAgents(gate, installation)
    case 'split':
      return splits(gate)
    case 'crm':
    case 'switch':
      return []
  }
}
