import type { Case } from '../schema/cases.ts'
import type { FactSeen, FactSpec, FactValue } from '../schema/facts.ts'
import { factSpec } from '../schema/facts.ts'
import type { RenderedMessage } from '../schema/message.ts'
import type { Policy } from '../schema/policy.ts'
import type { CaseCaller, World } from './case-caller.ts'
import { caseCaller, withOwner } from './case-caller.ts'
import type { CompiledPolicy } from './compile.ts'
import type { FactReader, Walked } from './evaluate.ts'
import { fallbackWalk, walk } from './evaluate.ts'
import type { Settled } from './fact-value.ts'
import { known, typedValue, unknown } from './fact-value.ts'
import type { CallInfo, CallerFile } from './memory-facts.ts'
import { memoryFacts, zoneOfFact } from './memory-facts.ts'
import { renderMessage } from './render.ts'

export type { World } from './case-caller.ts'

/** A case as it was decided. */
export interface DecidedCase {
  readonly walked: Walked
  /** The facts of the case; every name is answered. */
  readonly read: FactReader
  readonly caller: CallerFile
  /** The outcome's follow-up, where it has one. */
  readonly message?: RenderedMessage
}

function callOf(theCase: Case, policy: Policy, world: World): CallInfo {
  const { call = {} } = theCase
  const line = policy.numbers.find((one) => one !== '*') ?? world.installation.lines[0]?.id
  return {
    ref: call.id ?? 'case',
    line: call.number ?? line ?? 'line',
    media: call.media ?? 'voice',
    at: Date.parse(theCase.at),
    ctaPayload: call.ctaPayload,
    deeplinkPayload: call.deeplinkPayload,
  }
}

/** A value as a case states it: instants are ISO text, or epoch milliseconds. */
function statedValue(spec: FactSpec, value: FactValue): Settled {
  if (spec.undeclared || (spec.type === 'instant' && typeof value === 'number')) return known(value)
  return typedValue(spec.type, value)
}

/** What a case states goes before what the world says; the text "unknown" makes any fact unknown. */
function statedFacts(
  theCase: Case,
  caller: CaseCaller,
  { installation }: World,
): ReadonlyMap<string, FactSeen> {
  const facts = new Map<string, FactSeen>()
  const state = (name: string, settle: (spec: FactSpec) => Settled): void => {
    const spec = factSpec(name, installation)
    if (spec) facts.set(name, { ...settle(spec), source: 'case', ms: 0 })
  }
  for (const [name, value] of caller.stated) state(name, (spec) => statedValue(spec, value))
  for (const [name, value] of Object.entries(theCase.facts ?? {}))
    state(name, (spec) =>
      value === 'unknown' ? unknown(spec.remote ? 'timeout' : 'error') : statedValue(spec, value),
    )
  return facts
}

/** A CRM is not asked in a case; one that does not know the caller knows no field either. */
function crmUnknown(stated: ReadonlyMap<string, FactSeen>): FactSeen {
  const found = stated.get('crm.found')
  const isAnswered = found !== undefined && 'value' in found
  return { ...unknown(isAnswered ? 'not_found' : 'not_configured'), source: 'crm', ms: 0 }
}

/** A stated owner is the one whose status `agents.owner.status` is. */
function ownedFile(file: CallerFile, { facts }: Case): CallerFile {
  const owner = facts?.['caller.owner']
  return owner === 'unknown' ? file : { ...file, contact: withOwner(file.contact, owner) }
}

/**
 * Decides a case (contract, section 1, "Cases") with the engine of live calls. Pure: the case's `at` is
 * the clock. Without `caller` a stranger calls; this call is the first in every velocity window; CRM
 * facts are unknown (`not_configured`); all of it unless the case says otherwise.
 */
export function decideCase(compiled: CompiledPolicy, theCase: Case, world: World): DecidedCase {
  const { installation } = world
  const given = caseCaller(theCase.caller, world)
  const stated = statedFacts(theCase, given, world)
  const caller = ownedFile(given.file, theCase)
  const call = callOf(theCase, compiled.policy, world)
  const memory = memoryFacts({
    call,
    caller,
    installation,
    velocity: ({ scope }) => (scope === 'prefix' && !caller.phone ? undefined : 1),
    msNow: () => 0,
  })
  const read: FactReader = (name) => stated.get(name) ?? memory(name) ?? crmUnknown(stated)
  const result = walk(compiled, read)
  const walked =
    result.kind === 'walked' ? result : fallbackWalk(compiled, 'engine_error', result.seen)
  const message = followUpOf(walked, { read, caller, callRef: call.ref, installation })
  return message ? { walked, read, caller, message } : { walked, read, caller }
}

/** The follow-up message of where a walk ended, as the caller would get it; undefined where there is none. */
export function followUpOf(
  { outcome }: Pick<Walked, 'outcome'>,
  call: Pick<DecidedCase, 'read' | 'caller'> & { callRef: string } & Pick<World, 'installation'>,
): RenderedMessage | undefined {
  const { read, caller, callRef, installation } = call
  const text = 'message' in outcome ? outcome.message : undefined
  if (!text) return undefined
  return renderMessage(text, {
    fact: read,
    callRef,
    installation,
    zoneOf: (name) => zoneOfFact(name, caller, installation),
  })
}
