import { factSpec } from '../../schema/facts.ts'
import type { Installation } from '../../schema/installation.ts'
import { teamsOf } from '../../schema/installation.ts'
import type { AcceptTarget, Policy, PolicyNode } from '../../schema/policy.ts'
import type { Problem } from '../../schema/problem.ts'
import { factsOfGate } from './gate-facts.ts'
import { textsOf } from './messages.ts'
import type { Path } from './problems.ts'
import { listOf, nameOf, nodeAt, someProblems, warning } from './problems.ts'
import { didYouMean } from './suggest.ts'
import { variablesIn } from './variables.ts'

/** Something a policy relies on that the installation lacks. */
interface Lack {
  readonly message: string
  readonly hint: string
}

type Step = PolicyNode | Policy['fallback']

function teamLack(team: string, installation: Installation): Lack[] {
  const teams = teamsOf(installation)
  if (teams.has(team)) return []
  return [
    {
      message: `no agent is in the team "${team}"`,
      hint: `${didYouMean(team, teams)}Put an agent in the team, or choose another one.`,
    },
  ]
}

function agentLack(agent: string, installation: Installation): Lack[] {
  const agents = installation.agents.map(({ id }) => id)
  if (agents.includes(agent)) return []
  return [
    {
      message: `there is no agent "${agent}"`,
      hint: `${didYouMean(agent, agents)}Add the agent, or choose another one.`,
    },
  ]
}

function targetLack(target: AcceptTarget, installation: Installation): Lack[] {
  if ('team' in target) return teamLack(target.team, installation)
  return 'agent' in target ? agentLack(target.agent, installation) : []
}

function assistantLack(assistant: string, installation: Installation): Lack[] {
  const assistants = installation.assistants.map(({ id }) => id)
  if (assistants.includes(assistant)) return []
  return [
    {
      message: `there is no assistant "${assistant}"`,
      hint: `${didYouMean(assistant, assistants)}Set the assistant up, or choose another one.`,
    },
  ]
}

function connectorLack(connector: string | undefined, installation: Installation): Lack[] {
  const { connectors } = installation
  if (connectors.length === 0)
    return [
      {
        message: 'no CRM is connected, so every call leaves by "unknown"',
        hint: 'Set CRM_URL, or remove the gate.',
      },
    ]
  if (connector === undefined || connectors.includes(connector)) return []
  return [
    {
      message: `there is no connector "${connector}"`,
      hint: `${didYouMean(connector, connectors)}The connectors are ${listOf(connectors)}.`,
    },
  ]
}

function factLack(names: readonly string[], installation: Installation): Lack[] {
  return names.flatMap((name) => {
    const message = factSpec(name, installation)?.unconfigured
    return message === undefined
      ? []
      : [{ message, hint: `Set it up, or do without "${name}": it stays unknown.` }]
  })
}

function textFacts(step: Step): string[] {
  if (step.kind === 'notify') return variablesIn(step.text)
  if (step.kind !== 'reject' || !step.message) return []
  return textsOf(step.message, []).flatMap(({ text }) => variablesIn(text))
}

function lacksOf(step: Step, installation: Installation): Lack[] {
  switch (step.kind) {
    case 'accept':
      return targetLack(step.target, installation)
    case 'ai_pickup':
      return assistantLack(step.assistant, installation)
    case 'crm':
      return connectorLack(step.connector, installation)
    case 'agents':
      if (step.team !== undefined) return teamLack(step.team, installation)
      return step.agent === undefined ? [] : agentLack(step.agent, installation)
    case 'switch':
    case 'condition':
      return factLack(factsOfGate(step), installation)
    default:
      return factLack(textFacts(step), installation)
  }
}

function stepProblems(step: Step, place: { name: string; path: Path }, installation: Installation) {
  const { name, path } = place
  const lacks = new Map(lacksOf(step, installation).map((lack) => [lack.message, lack]))
  return [...lacks.values()].map(({ message, hint }) =>
    warning({
      code: 'not_configured',
      ...nodeAt(path),
      path: [...path],
      message: `${name} relies on something that is not set up: ${message}.`,
      hint,
    }),
  )
}

/** Warnings for teams, agents, assistants and connectors that a policy names and nobody has set up. */
export function configurationProblems(policy: Policy, installation: Installation): Problem[] {
  const nodes = someProblems(Object.entries(policy.nodes), ([id, node]) =>
    stepProblems(node, { name: nameOf(id, node), path: ['nodes', id] }, installation),
  )
  const fallback = { name: 'The fallback', path: ['fallback'] }
  return [...nodes, ...stepProblems(policy.fallback, fallback, installation)]
}
