import { z } from 'zod'
import { hoursStates } from './calendar.ts'
import type { Installation } from './installation.ts'
import { teamsOf } from './installation.ts'
import { policyLimits } from './policy.ts'
import { prototypeKeys } from './primitives.ts'
import type { Declaration } from './seeds.ts'
import { agentStatuses } from './seeds.ts'

/** Why a fact is unknown. Absent is not unknown: a stranger has priority 0. */
export const unknownReasons = [
  'timeout',
  'error',
  'not_configured',
  'not_found',
  'type',
  'open_circuit',
] as const
export type UnknownReason = (typeof unknownReasons)[number]

/** Instants are epoch milliseconds here and ISO text in documents. */
export type FactValue = string | number | boolean | readonly string[]

/**
 * One fact as it was seen. `ms`: milliseconds after the call's arrival at which it was settled.
 * `stale`: answered from a cache past its time to live.
 */
export type FactSeen =
  | {
      readonly value: FactValue
      readonly source: string
      readonly ms: number
      readonly stale?: true
    }
  | { readonly unknown: UnknownReason; readonly source: string; readonly ms: number }

export const factSeenSchema = z.union([
  z.object({
    value: z.union([z.string(), z.number(), z.boolean(), z.array(z.string()).readonly()]),
    source: z.string(),
    ms: z.number(),
    stale: z.literal(true).optional(),
  }),
  z.object({ unknown: z.enum(unknownReasons), source: z.string(), ms: z.number() }),
])

export type FactType = 'string' | 'number' | 'boolean' | 'list' | 'instant'
export type FactSource =
  | 'signal'
  | 'caller'
  | 'hours'
  | 'velocity'
  | 'agents'
  | 'crm'
  | 'history'
  | 'assistants'
  | 'verification'

export interface FactSpec {
  readonly name: string
  readonly type: FactType
  /** The values of an enumeration, where it is one. */
  readonly values?: readonly string[]
  readonly source: FactSource
  /** Fetched over the network, so it can be late. All others are answered from memory. */
  readonly remote: boolean
  /** Milliseconds after arrival, for remote facts without a gate that says otherwise. */
  readonly deadlineMs: number
  readonly privacy: 'none' | 'personal' | 'sensitive'
  /** Can be unknown although everything it names is configured. */
  readonly mayBeUnknown: boolean
  /** Can be empty (`""`), so that a text needs a `default`. */
  readonly mayBeEmpty: boolean
  /** Not declared: only equal, notEqual, in and notIn apply. */
  readonly undeclared: boolean
  /** The installation lacks what this fact needs, so it is always unknown (a warning, not an error). */
  readonly unconfigured?: string
  /** Plain words for lists and messages. */
  readonly label: string
}

/** Waited for when no `crm` gate of the policy says otherwise, in milliseconds after arrival. */
export const defaultRemoteDeadlineMs = 80

type SpecPart = Partial<FactSpec> & Pick<FactSpec, 'type' | 'source' | 'label'>

function spec(name: string, part: SpecPart): FactSpec {
  return {
    name,
    remote: false,
    deadlineMs: 0,
    privacy: 'none',
    mayBeUnknown: false,
    mayBeEmpty: false,
    undeclared: false,
    ...part,
  }
}

const signal = (type: FactType, label: string, more: Partial<FactSpec> = {}): SpecPart => ({
  type,
  source: 'signal',
  label,
  ...more,
})
const caller = (type: FactType, label: string, more: Partial<FactSpec> = {}): SpecPart => ({
  type,
  source: 'caller',
  label,
  ...more,
})

const fixed: Readonly<Record<string, SpecPart>> = {
  'call.id': signal('string', 'Call reference'),
  'call.number': signal('string', 'Number called'),
  'call.media': signal('string', 'Voice or video', { values: ['voice', 'video'] }),
  'call.at': signal('instant', 'Time of the call'),
  'call.ctaPayload': signal('string', 'Payload of the call button', { mayBeEmpty: true }),
  'call.deeplinkPayload': signal('string', 'Payload of the call link', { mayBeEmpty: true }),
  'caller.key': caller('string', 'Caller', { privacy: 'personal' }),
  'caller.phone': caller('string', "Caller's phone number", {
    privacy: 'personal',
    mayBeEmpty: true,
  }),
  'caller.userId': caller('string', "Caller's user id", { privacy: 'personal', mayBeEmpty: true }),
  'caller.country': caller('string', "Caller's country", { mayBeEmpty: true }),
  'caller.name': caller('string', "Caller's name", { privacy: 'personal', mayBeEmpty: true }),
  'caller.known': caller('boolean', 'Caller is a contact'),
  'caller.priority': caller('number', 'Priority'),
  'caller.tier': caller('string', 'Tier'),
  'caller.tags': caller('list', 'Tags', { mayBeEmpty: true }),
  'caller.blocked': caller('boolean', 'Blocked'),
  'caller.allowed': caller('boolean', 'On the allowed list'),
  'caller.optedOut': caller('boolean', 'Opted out of messages'),
  'caller.owner': caller('string', 'Owner', { mayBeEmpty: true }),
  'caller.queue': caller('string', 'Queue', { mayBeEmpty: true }),
  'caller.language': caller('string', 'Language', { mayBeEmpty: true }),
  'history.calls': { type: 'number', source: 'history', label: 'Earlier calls' },
  'history.lastOutcome': {
    type: 'string',
    source: 'history',
    label: 'Outcome of the last call',
    values: ['', 'accept', 'ai_pickup', 'reject', 'voicemail'],
    mayBeEmpty: true,
  },
  'history.lastCallAt': {
    type: 'instant',
    source: 'history',
    label: 'Time of the last call',
    mayBeUnknown: true,
  },
  'verification.pending': {
    type: 'boolean',
    source: 'verification',
    label: 'A call-back verification is open',
  },
  'agents.owner.status': {
    type: 'string',
    values: agentStatuses,
    source: 'agents',
    label: "Status of the caller's owner",
    mayBeUnknown: true,
  },
}

function hoursFact(name: string, rest: string, installation: Installation): FactSpec | undefined {
  const match = /^(.+?)(\.nextOpen|\.today)?$/.exec(rest)
  const calendar = match?.[1] ?? ''
  if (calendar !== 'sla' && !Object.hasOwn(installation.calendars, calendar)) return undefined
  const what = calendar === 'sla' ? "caller's own hours" : `hours of "${calendar}"`
  const sla = calendar === 'sla'
  switch (match?.[2]) {
    case '.nextOpen':
      return spec(name, {
        type: 'instant',
        source: 'hours',
        label: `Next opening, ${what}`,
        mayBeUnknown: true,
      })
    case '.today':
      return spec(name, {
        type: 'string',
        source: 'hours',
        label: `Today's ${what}`,
        mayBeUnknown: sla,
        mayBeEmpty: true,
      })
    default:
      return spec(name, {
        type: 'string',
        values: hoursStates,
        source: 'hours',
        label: `Open or closed, ${what}`,
        mayBeUnknown: sla,
      })
  }
}

/** `velocity.caller.10m`, `velocity.prefix.60m` (6 digits), `velocity.prefix4.60m` (4 digits). */
export function parseVelocityFact(
  name: string,
): { scope: 'caller' | 'number' | 'prefix'; digits: number; minutes: number } | undefined {
  const match = /^velocity\.(caller|number|prefix)(\d{0,2})\.(\d{1,4})m$/.exec(name)
  if (!match) return undefined
  const scope = match[1]
  const minutes = Number(match[3])
  if (scope !== 'caller' && scope !== 'number' && scope !== 'prefix') return undefined
  if (match[2] !== '' && scope !== 'prefix') return undefined
  const digits = match[2] ? Number(match[2]) : usualPrefixDigits
  if (minutes < 1 || minutes > policyLimits.windowMinutes || digits < 1 || digits > 15)
    return undefined
  return { scope, digits, minutes }
}

/** Leading digits of a phone number that make a prefix where a policy does not say. */
export const usualPrefixDigits = 6

/** The name of the velocity fact a `velocity` gate asks for. */
export function velocityFactName(
  scope: 'caller' | 'number' | 'prefix',
  windowMinutes: number,
  digits: number = usualPrefixDigits,
): string {
  return `velocity.${scope}${scope === 'prefix' && digits !== usualPrefixDigits ? digits : ''}.${windowMinutes}m`
}

function velocityFact(name: string): FactSpec | undefined {
  const parsed = parseVelocityFact(name)
  if (!parsed) return undefined
  const whose = { caller: 'by this caller', number: 'on this line', prefix: 'from this prefix' }
  return spec(name, {
    type: 'number',
    source: 'velocity',
    label: `Calls ${whose[parsed.scope]} in ${parsed.minutes} minutes`,
    mayBeUnknown: parsed.scope === 'prefix',
  })
}

function agentsFact(name: string, rest: string, installation: Installation): FactSpec | undefined {
  const match = /^(.+)\.(available|status)$/.exec(rest)
  const team = match?.[1] ?? ''
  if (!match) return undefined
  const unconfigured = teamsOf(installation).has(team)
    ? {}
    : { unconfigured: `no agent is in the team "${team}"` }
  return match[2] === 'available'
    ? spec(name, {
        type: 'number',
        source: 'agents',
        label: `Agents of ${team} who are available`,
        ...unconfigured,
      })
    : spec(name, {
        type: 'string',
        values: agentStatuses,
        source: 'agents',
        label: `Status of the team ${team}`,
        ...unconfigured,
      })
}

/** `agent.<id>.status`: what an `agents` gate with `agent` asks for. */
function agentFact(name: string, rest: string, installation: Installation): FactSpec | undefined {
  const id = /^(.+)\.status$/.exec(rest)?.[1]
  if (id === undefined) return undefined
  return spec(name, {
    type: 'string',
    values: agentStatuses,
    source: 'agents',
    label: `Status of ${id}`,
    ...(installation.agents.some((agent) => agent.id === id)
      ? {}
      : { unconfigured: `there is no agent "${id}"` }),
  })
}

function declared(
  name: string,
  declaration: Declaration | undefined,
  part: Pick<FactSpec, 'source' | 'remote' | 'deadlineMs' | 'label'>,
): FactSpec {
  const hasDefault = declaration?.default !== undefined && declaration.default !== ''
  return spec(name, {
    ...part,
    type: declaration?.type ?? 'string',
    privacy: declaration?.privacy ?? 'personal',
    mayBeUnknown: part.remote || !hasDefault,
    mayBeEmpty: !hasDefault,
    undeclared: declaration === undefined,
  })
}

function crmFact(name: string, field: string, installation: Installation): FactSpec {
  const unconfigured =
    installation.connectors.length > 0 ? {} : { unconfigured: 'no CRM is connected (CRM_URL)' }
  const part = { source: 'crm', remote: true, deadlineMs: defaultRemoteDeadlineMs } as const
  if (field === 'found')
    return spec(name, {
      ...part,
      type: 'boolean',
      label: 'Found in the CRM',
      mayBeUnknown: true,
      ...unconfigured,
    })
  const declaration = installation.declared.crm.find((one) => one.name === field)
  return { ...declared(name, declaration, { ...part, label: `CRM: ${field}` }), ...unconfigured }
}

function assistantFact(
  name: string,
  rest: string,
  installation: Installation,
): FactSpec | undefined {
  const id = /^(.+)\.ready$/.exec(rest)?.[1]
  if (id === undefined) return undefined
  return spec(name, {
    type: 'boolean',
    source: 'assistants',
    label: `Assistant ${id} can answer`,
    ...(installation.assistants.some((one) => one.id === id)
      ? {}
      : { unconfigured: `there is no assistant "${id}"` }),
  })
}

/**
 * What a fact is, in this installation (contract, section 2).
 * @returns undefined when no such fact exists: a typing error, or a calendar that is not there.
 */
export function factSpec(name: string, installation: Installation): FactSpec | undefined {
  if (name.split('.').some((part) => part === '' || prototypeKeys.has(part))) return undefined
  if (Object.hasOwn(fixed, name)) {
    const part = fixed[name]
    return part && spec(name, part)
  }
  const dot = name.indexOf('.')
  const rest = name.slice(dot + 1)
  switch (name.slice(0, dot)) {
    case 'hours':
      return hoursFact(name, rest, installation)
    case 'velocity':
      return velocityFact(name)
    case 'agents':
      return agentsFact(name, rest, installation)
    case 'agent':
      return agentFact(name, rest, installation)
    case 'crm':
      return crmFact(name, rest, installation)
    case 'ai':
      return assistantFact(name, rest, installation)
    case 'caller': {
      const attribute = /^attributes\.(.+)$/.exec(rest)?.[1]
      if (attribute === undefined) return undefined
      return declared(
        name,
        installation.declared.attributes.find((one) => one.name === attribute),
        { source: 'caller', remote: false, deadlineMs: 0, label: `Attribute: ${attribute}` },
      )
    }
    default:
      return undefined
  }
}

/** Every fact this installation can name, for pickers and completion; velocity windows as examples. */
export function factNames(installation: Installation): string[] {
  const calendars = ['sla', ...Object.keys(installation.calendars)]
  return [
    ...Object.keys(fixed),
    ...installation.declared.attributes.map((one) => `caller.attributes.${one.name}`),
    ...calendars.flatMap((name) => [
      `hours.${name}`,
      `hours.${name}.nextOpen`,
      `hours.${name}.today`,
    ]),
    ...(['caller', 'number', 'prefix'] as const).flatMap((scope) =>
      [10, 60, 1440].map((minutes) => velocityFactName(scope, minutes)),
    ),
    ...[...teamsOf(installation)].flatMap((team) => [
      `agents.${team}.available`,
      `agents.${team}.status`,
    ]),
    'crm.found',
    ...installation.declared.crm.map((one) => `crm.${one.name}`),
    ...installation.assistants.map((one) => `ai.${one.id}.ready`),
  ]
}
