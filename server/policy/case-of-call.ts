import type { Case } from '../schema/cases.ts'
import type { Decision } from '../schema/decision.ts'
import type { FactSeen, FactSpec, FactValue } from '../schema/facts.ts'
import { factSpec } from '../schema/facts.ts'
import type { Installation } from '../schema/installation.ts'
import type { Policy } from '../schema/policy.ts'
import { compareCase } from './cases.ts'
import type { CompiledPolicy } from './compile.ts'
import { withStandIns } from './flight/stand-ins.ts'
import type { World } from './simulate.ts'
import { decideCase } from './simulate.ts'

/** Why a call makes no case: it ended by the clock, or its way cannot be taken without who called. */
export type NoCase = 'not_by_facts' | 'needs_the_caller'

export type MadeCase =
  | { readonly kind: 'made'; readonly case: Case }
  | { readonly kind: 'refused'; readonly why: NoCase }

type Facts = Readonly<Record<string, FactSeen>>

interface Made {
  readonly decision: Decision
  /** The release that decided. */
  readonly compiled: CompiledPolicy
  readonly installation: Installation
}

/** Every word that the policy compares something with: what is one of them tells nothing of a person. */
function wordsOf(policy: Policy): ReadonlySet<string> {
  const words = new Set<string>()
  const read = (value: unknown): void => {
    if (typeof value === 'string') words.add(value)
    else if (Array.isArray(value)) value.forEach(read)
    else if (typeof value === 'object' && value !== null) {
      for (const [key, one] of Object.entries(value)) {
        words.add(key)
        read(one)
      }
    }
  }
  read(policy.nodes)
  return words
}

/** What must not stand in a case: who called, and texts that callers or their links brought along. */
function isPersonal(
  spec: FactSpec | undefined,
  seen: FactSeen,
  words: ReadonlySet<string>,
): boolean {
  if (!spec || spec.privacy !== 'none') return true
  if (spec.values !== undefined || !('value' in seen) || spec.name === 'call.number') return false
  return typeof seen.value === 'string' && seen.value !== '' && !words.has(seen.value)
}

/** Tags that the policy does not ask for are nobody's business. */
function asked(value: FactValue, words: ReadonlySet<string>): FactValue {
  return Array.isArray(value) ? value.filter((one) => words.has(one)) : value
}

const identity = ['caller.key', 'caller.phone', 'caller.userId', 'caller.name'] as const

/** A way that only this very caller takes cannot be told without saying who that is. */
function tellsWho(was: Facts, is: Facts): boolean {
  const text = (facts: Facts, name: string): unknown => {
    const seen = facts[name]
    return seen && 'value' in seen && seen.value !== '' ? seen.value : undefined
  }
  return identity.some(
    (name) => text(was, name) !== undefined && text(was, name) === text(is, name),
  )
}

const minuteMs = 60_000

function instantText(spec: FactSpec | undefined, value: FactValue): FactValue {
  return spec?.type === 'instant' && typeof value === 'number'
    ? new Date(value).toISOString()
    : value
}

/** Sorted into the parts of a case: what the call brought, who called, and all else. */
function partsOf(facts: Facts, installation: Installation) {
  const call: Record<string, FactValue> = {}
  const caller: Record<string, FactValue> = {}
  const others: Record<string, FactValue> = {}
  for (const [name, seen] of Object.entries(facts)) {
    if ('unknown' in seen) {
      others[name] = 'unknown'
      continue
    }
    const value = instantText(factSpec(name, installation), seen.value)
    const isOfCall = /^call\.(number|media|ctaPayload|deeplinkPayload)$/.test(name)
    if (isOfCall) call[name.slice('call.'.length)] = value
    else if (name.startsWith('caller.') && name !== 'caller.allowed' && name !== 'caller.blocked')
      caller[name.slice('caller.'.length)] = value
    else if (name !== 'call.at' && name !== 'call.id') others[name] = value
  }
  return { call, caller, facts: others }
}

const ifAny = <K extends string, V extends object>(key: K, value: V) =>
  Object.keys(value).length > 0 ? { [key]: value } : {}

/** Facts of which a stranger's call, at that time, has no other value anyway. */
const usual: ReadonlySet<string> = new Set([
  'caller',
  'velocity',
  'history',
  'verification',
  'hours',
])

function withoutUsual(facts: Facts, bare: Case, { compiled, world }: Try): Facts {
  const { read } = decideCase(compiled, bare, world)
  return Object.fromEntries(
    Object.entries(facts).filter(([name, seen]) => {
      const spec = factSpec(name, world.installation)
      const otherwise = read(name)
      if (!spec || !usual.has(spec.source) || !otherwise || !('value' in seen)) return true
      return (
        !('value' in otherwise) || JSON.stringify(otherwise.value) !== JSON.stringify(seen.value)
      )
    }),
  )
}

function build({ at, outcome, path, unknown }: Decision, facts: Facts, tried: Try): Case {
  const { call } = partsOf(facts, tried.world.installation)
  const expect = {
    outcome,
    path: path.map(({ node }) => node),
    ...(unknown.length > 0 ? { unknown } : {}),
  }
  const bare = {
    name: `as on ${at.slice(0, 16).replace('T', ' ')} UTC`,
    at: tried.at,
    ...ifAny('call', call),
    expect,
  }
  const needed = withoutUsual(facts, bare, tried)
  const { caller, facts: others } = partsOf(needed, tried.world.installation)
  return { ...bare, ...ifAny('caller', caller), ...ifAny('facts', others), expect }
}

interface Try {
  readonly compiled: CompiledPolicy
  readonly world: World
  /** ISO. */
  readonly at: string
}

function passes(theCase: Case, { compiled, world }: Try): boolean {
  const { walked, message } = decideCase(compiled, theCase, world)
  return compareCase(theCase, walked, message?.text).passed
}

/**
 * Makes a case of a call: the facts that its way read, without personal data (who called, texts that came
 * with the call and tags the policy does not ask for have stand-ins that lead the same way), and the way it
 * took. It passes with the release that decided, which is tried here, in an empty address book.
 */
export function caseOfCall({ decision, compiled, installation }: Made): MadeCase {
  const words = wordsOf(compiled.policy)
  const { outcome, node, fallback } = decision
  if (fallback !== false && fallback !== 'unknown_exit')
    return { kind: 'refused', why: 'not_by_facts' }
  const stood = withStandIns({
    compiled,
    installation,
    decision: { ...decision, steps: [], final: { outcome, node } },
    isHidden: (name, seen) => isPersonal(factSpec(name, installation), seen, words),
  })
  if (!stood.replays || tellsWho(decision.facts, stood.decision.facts))
    return { kind: 'refused', why: 'needs_the_caller' }
  const facts = Object.fromEntries(
    Object.entries(stood.decision.facts).map(([name, seen]) => [
      name,
      'value' in seen ? { ...seen, value: asked(seen.value, words) } : seen,
    ]),
  )
  const world = { installation, contacts: [], lists: { blocked: [], allowed: [] } }
  const instant = Date.parse(decision.at)
  for (const ms of [instant - (instant % minuteMs), instant]) {
    const tried = { compiled, world, at: new Date(ms).toISOString() }
    const made = build(stood.decision, facts, tried)
    if (passes(made, tried)) return { kind: 'made', case: made }
  }
  return { kind: 'refused', why: 'needs_the_caller' }
}
