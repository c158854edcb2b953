import type { Calendar } from '../schema/calendar.ts'
import type { FactSeen, FactSpec, FactValue } from '../schema/facts.ts'
import { factSpec, parseVelocityFact } from '../schema/facts.ts'
import type { Installation } from '../schema/installation.ts'
import type { Agent, AgentStatus, Contact } from '../schema/seeds.ts'
import { agentStatuses } from '../schema/seeds.ts'
import type { Settled } from './fact-value.ts'
import { declaredValue, known, ownValue, unknown } from './fact-value.ts'
import { hoursState, nextOpen, todayHours } from './schedule.ts'

/** The call as facts see it. `at`: epoch milliseconds of its arrival. */
export interface CallInfo {
  readonly ref: string
  readonly line: string
  readonly media: 'voice' | 'video'
  readonly at: number
  readonly ctaPayload?: string | undefined
  readonly deeplinkPayload?: string | undefined
}

/** Everything that is known about who calls, at the moment of the call. */
export interface CallerFile {
  /** User id if known, else phone, else the provider's address. */
  readonly key: string
  readonly phone?: string | undefined
  readonly userId?: string | undefined
  readonly profileName?: string | undefined
  /** Told by the phone number or the user id; the contact's own country goes first. */
  readonly country?: string | undefined
  readonly contact?: Contact | undefined
  /** The contact's and those that effects gave. */
  readonly tags: readonly string[]
  /** On the blocked list, or blocked for a while by an effect. */
  readonly blocked: boolean
  readonly allowed: boolean
  readonly queue: string
  readonly history: {
    readonly calls: number
    readonly lastOutcome: string
    readonly lastCallAt?: number | undefined
  }
  readonly verificationPending: boolean
}

export interface VelocitySpec {
  readonly scope: 'caller' | 'number' | 'prefix'
  readonly digits: number
  readonly minutes: number
}

export interface MemoryInput {
  readonly call: CallInfo
  readonly caller: CallerFile
  readonly installation: Installation
  /** Attempts in the window, this call included; undefined for a prefix without a phone. */
  velocity(spec: VelocitySpec): number | undefined
  /** Milliseconds since the call arrived. */
  msNow(): number
}

type Resolver = (input: MemoryInput) => Settled

/** Somebody of whom nothing is known but what the call itself tells. */
export function strangerFile(
  ids: Partial<Pick<CallerFile, 'key' | 'phone' | 'userId' | 'profileName' | 'country'>> = {},
): CallerFile {
  return {
    ...ids,
    key: ids.key ?? ids.userId ?? ids.phone ?? 'stranger',
    tags: [],
    blocked: false,
    allowed: false,
    queue: '',
    history: { calls: 0, lastOutcome: '' },
    verificationPending: false,
  }
}

/**
 * The facts that need no network (contract, section 2), for one call: live, in a case, in the browser.
 * @returns a reader that answers each name once and remembers it; undefined for a remote fact
 *   (`crm.*`) and for a name that does not exist in this installation.
 */
export function memoryFacts(input: MemoryInput): (name: string) => FactSeen | undefined {
  const seen = new Map<string, FactSeen>()
  return (name) => {
    const before = seen.get(name)
    if (before) return before
    const entry = resolverOf(name, input.installation)
    if (!entry) return undefined
    const fact = { ...entry.resolve(input), source: entry.source, ms: input.msNow() }
    seen.set(name, fact)
    return fact
  }
}

/**
 * The zone in which an instant fact is rendered: that of its calendar.
 * @returns undefined for a fact without a calendar, which is rendered in `REPORT_ZONE`
 */
export function zoneOfFact(
  name: string,
  caller: Pick<CallerFile, 'contact'>,
  installation: Installation,
): string | undefined {
  return calendarOfFact(name, caller, installation)?.zone
}

/** The calendar that a fact tells of; undefined for a fact without one, and where there is no such calendar. */
export function calendarOfFact(
  name: string,
  caller: Pick<CallerFile, 'contact'>,
  installation: Installation,
): Calendar | undefined {
  if (!name.startsWith('hours.')) return undefined
  return calendarOf(calendarName(name), installation, caller.contact)
}

interface Entry {
  readonly source: string
  readonly resolve: Resolver
}

const mostRemembered = 5000
const entries = new WeakMap<Installation, Map<string, Entry | undefined>>()

/** What a name means does not change while the installation stays the same object. */
function resolverOf(name: string, installation: Installation): Entry | undefined {
  let byName = entries.get(installation)
  if (!byName) {
    byName = new Map()
    entries.set(installation, byName)
  }
  if (byName.has(name)) return byName.get(name)
  const spec = factSpec(name, installation)
  const resolve = spec && !spec.remote ? makeResolver(spec, installation) : undefined
  const entry = spec && resolve ? { source: spec.source, resolve } : undefined
  if (byName.size < mostRemembered) byName.set(name, entry)
  return entry
}

function makeResolver(spec: FactSpec, installation: Installation): Resolver | undefined {
  if (Object.hasOwn(plain, spec.name)) {
    const read = plain[spec.name]
    return read && ((input) => known(read(input)))
  }
  switch (spec.source) {
    case 'caller':
      return attributeResolver(spec.name, installation)
    case 'history':
      return ({ caller }) => orNotFound(caller.history.lastCallAt)
    case 'hours':
      return hoursResolver(spec.name)
    case 'velocity': {
      const parsed = parseVelocityFact(spec.name)
      return parsed && ((input) => orNotFound(input.velocity(parsed)))
    }
    case 'agents':
      return agentsResolver(spec.name)
    case 'assistants':
      return assistantResolver(spec)
    default:
      return undefined
  }
}

const orNotFound = (value: FactValue | undefined): Settled =>
  value === undefined ? unknown('not_found') : known(value)

/** Facts that are always known. */
const plain: Readonly<Record<string, (input: MemoryInput) => FactValue>> = {
  'call.id': ({ call }) => call.ref,
  'call.number': ({ call }) => call.line,
  'call.media': ({ call }) => call.media,
  'call.at': ({ call }) => call.at,
  'call.ctaPayload': ({ call }) => call.ctaPayload ?? '',
  'call.deeplinkPayload': ({ call }) => call.deeplinkPayload ?? '',
  'caller.key': ({ caller }) => caller.key,
  'caller.phone': ({ caller }) => caller.phone ?? '',
  'caller.userId': ({ caller }) => caller.userId ?? '',
  'caller.country': ({ caller }) => caller.contact?.country || (caller.country ?? ''),
  'caller.name': ({ caller }) => caller.contact?.name || (caller.profileName ?? ''),
  'caller.known': ({ caller }) => caller.contact !== undefined,
  'caller.priority': ({ caller }) => caller.contact?.priority ?? 0,
  'caller.tier': ({ caller }) => caller.contact?.tier || 'none',
  'caller.tags': ({ caller }) => caller.tags,
  'caller.blocked': ({ caller }) => caller.blocked,
  // blocked beats allowed
  'caller.allowed': ({ caller }) => caller.allowed && !caller.blocked,
  'caller.optedOut': ({ caller }) => caller.contact?.optedOut ?? false,
  'caller.owner': ({ caller }) => caller.contact?.owner ?? '',
  'caller.queue': ({ caller }) => caller.queue,
  'caller.language': ({ caller }) => caller.contact?.language ?? '',
  'history.calls': ({ caller }) => caller.history.calls,
  'history.lastOutcome': ({ caller }) => caller.history.lastOutcome,
  'verification.pending': ({ caller }) => caller.verificationPending,
}

function attributeResolver(name: string, installation: Installation): Resolver {
  const attribute = name.slice('caller.attributes.'.length)
  const declaration = installation.declared.attributes.find((one) => one.name === attribute)
  return ({ caller }) => declaredValue(declaration, ownValue(caller.contact?.attributes, attribute))
}

const calendarName = (name: string): string =>
  /^hours\.(.+?)(\.nextOpen|\.today)?$/.exec(name)?.[1] ?? ''

function calendarOf(
  name: string,
  installation: Installation,
  contact: Contact | undefined,
): Calendar | undefined {
  const key = name === 'sla' ? contact?.slaCalendar : name
  if (!key || !Object.hasOwn(installation.calendars, key)) return undefined
  return installation.calendars[key]
}

function hoursResolver(name: string): Resolver {
  const key = calendarName(name)
  return ({ call, caller, installation }) => {
    const calendar = calendarOf(key, installation, caller.contact)
    if (!calendar)
      return unknown(key === 'sla' && !caller.contact?.slaCalendar ? 'not_found' : 'not_configured')
    if (name === `hours.${key}.nextOpen`) return orNotFound(nextOpen(calendar, call.at))
    if (name === `hours.${key}.today`) return known(todayHours(calendar, call.at))
    return known(hoursState(calendar, call.at))
  }
}

const statusOf = (agent: Agent): AgentStatus => (agent.callEnabled ? agent.status : 'offline')

/** A team is the best of its agents, in the order available, busy, dnd, offline. */
function bestStatus(agents: readonly Agent[]): AgentStatus {
  const statuses = new Set(agents.map(statusOf))
  return agentStatuses.find((status) => statuses.has(status)) ?? 'offline'
}

function statusOfAgent(id: string, installation: Installation): Settled {
  const agent = installation.agents.find((one) => one.id === id)
  return agent ? known(statusOf(agent)) : unknown('not_configured')
}

function agentsResolver(name: string): Resolver {
  if (name === 'agents.owner.status')
    return ({ caller, installation }) => {
      const owner = caller.contact?.owner
      return owner ? statusOfAgent(owner, installation) : unknown('not_found')
    }
  const agent = /^agent\.(.+)\.status$/.exec(name)?.[1]
  if (agent !== undefined) return ({ installation }) => statusOfAgent(agent, installation)
  const [, team = '', what = ''] = /^agents\.(.+)\.(available|status)$/.exec(name) ?? []
  return ({ installation }) => {
    const agents = installation.agents.filter((one) => one.teams.includes(team))
    if (what === 'status') return known(bestStatus(agents))
    return known(agents.filter((one) => statusOf(one) === 'available').length)
  }
}

/** An assistant is ready when it can be given the caller's voice, for which there is no media path. */
function assistantResolver(spec: FactSpec): Resolver {
  return () => (spec.unconfigured === undefined ? known(false) : unknown('not_configured'))
}
