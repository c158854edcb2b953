import { toIso } from '../clock.ts'
import type { CanaryCall } from '../db/commands/canaries.ts'
import type { CommitDecisionInput } from '../db/commands/decision.ts'
import { writtenDecision } from '../db/commands/decision.ts'
import type { FactBook } from '../facts/book.ts'
import type { Attempt } from '../facts/velocity.ts'
import { phoneForms } from '../phone.ts'
import { fallbackWalk } from '../policy/evaluate.ts'
import { zoneOfFact } from '../policy/memory-facts.ts'
import type { Recipient } from '../schema/action.ts'
import type { Decision } from '../schema/decision.ts'
import type { FactSeen } from '../schema/facts.ts'
import type { SignalOf } from '../schema/signal.ts'
import type { Decided } from './decide.ts'
import { decide } from './decide.ts'
import type { Arrival, GatekeeperDeps } from './gatekeeper.ts'
import { plan } from './plan.ts'
import { newRef } from '../ref.ts'
import type { LiveRelease } from './release.ts'
import { noPolicy } from './release.ts'

export interface OfferedInput {
  readonly signal: SignalOf<'call_offered'>
  readonly arrival: Arrival
  /** Epoch ms by our clock. */
  readonly offeredAt: number
  readonly team: string
}

/** How one call counts for velocity. */
export function attemptOf(
  signal: SignalOf<'call_offered'> | SignalOf<'call_ended'>,
  { at, callerKey }: { at: number; callerKey: string },
): Attempt {
  const { phone } = signal.from
  return {
    callKey: `${signal.channel}:${signal.callId}`,
    at,
    callerKey,
    line: signal.line,
    ...(phone === undefined ? {} : { phone }),
  }
}

async function openBook(deps: GatekeeperDeps, input: OfferedInput, ref: string) {
  const { signal, arrival } = input
  const { ctaPayload, deeplinkPayload } = signal
  let compiled = noPolicy
  const book = await deps.facts.open(
    {
      call: {
        ref,
        line: signal.line,
        media: signal.media,
        at: arrival.arrivedAt,
        ...(ctaPayload === undefined ? {} : { ctaPayload }),
        ...(deeplinkPayload === undefined ? {} : { deeplinkPayload }),
      },
      channel: signal.channel,
      callId: signal.callId,
      party: signal.from,
      arrivedMono: arrival.arrivedMono,
    },
    (fact) => compiled.deadlineOf(fact),
  )
  // only now is it known who calls; no fact that has a deadline was started yet
  const release = deps.releaseFor(signal.line, book.caller.key)
  compiled = release?.compiled ?? noPolicy
  return { release, compiled, book }
}

/** A number nobody's policy answers for: the built-in message, and an alarm. */
function decideWithoutPolicy(deps: GatekeeperDeps, input: OfferedInput): Decided {
  deps.alarm('no_policy', `no policy answers for line ${input.signal.line}`)
  const walked = fallbackWalk(noPolicy, 'no_policy')
  const { outcome, node } = walked
  const decision: Decision = {
    at: toIso(deps.clock.now()),
    policy: null,
    release: null,
    outcome: outcome.kind,
    node,
    path: walked.path,
    facts: {},
    unknown: [],
    ms: Math.round((deps.clock.monotonic() - input.arrival.arrivedMono) * 100) / 100,
    budgetMs: noPolicy.policy.budgetMs,
    fallback: 'no_policy',
    final: { outcome: outcome.kind, node },
    steps: [],
    trace: walked.trace,
  }
  return { decision, outcome, effects: [] }
}

function observe(deps: GatekeeperDeps, decision: Decision): void {
  const policy = decision.policy ?? 'none'
  const { metrics } = deps
  metrics.decisionMs.observe({ policy }, decision.ms)
  metrics.decisions.inc({
    policy,
    outcome: decision.outcome,
    final: decision.final.outcome,
    fallback: decision.fallback === false ? 'no' : decision.fallback,
  })
  if (decision.ms > decision.budgetMs || decision.fallback === 'budget_exhausted')
    metrics.budgetMisses.inc({ policy })
  for (const seen of Object.values(decision.facts))
    if ('unknown' in seen) metrics.unknownFacts.inc({ source: seen.source, reason: seen.unknown })
}

/**
 * Reads facts for a message, and notes them beside those the gates compared. A remote fact that no
 * gate asked for is used if its answer is at hand, and not waited for.
 */
function notingReader(book: FactBook, decision: Decision): (name: string) => FactSeen | undefined {
  return (name) => {
    if (book.read(name) === undefined) book.start([name])
    const seen = book.read(name)
    if (seen) decision.facts[name] ??= seen
    return seen
  }
}

/** A call that was decided and committed, with the facts it was decided by. */
export interface ObservedCall {
  readonly callId: number
  readonly ref: string
  readonly channel: string
  readonly line: string
  readonly team: string
  readonly decision: Decision
  readonly book: FactBook
}

/** What of a decision is counted for the side its caller is on. */
function canaryCall(
  canary: LiveRelease['canary'],
  { outcome, ms, budgetMs, fallback }: Decision,
): CanaryCall | undefined {
  if (!canary) return undefined
  return {
    ...canary,
    answered: outcome !== 'reject',
    missedBudget: ms > budgetMs || fallback === 'budget_exhausted',
    broken: fallback === 'engine_error' || fallback === 'unknown_exit',
  }
}

interface DecidedCall {
  readonly commit: CommitDecisionInput
  readonly observed: Omit<ObservedCall, 'callId'>
}

/**
 * Decides one call and plans its actions: everything up to the commit.
 * @returns what `commitDecision` is to write, and what may be looked at after it
 */
export async function decideCall(deps: GatekeeperDeps, input: OfferedInput): Promise<DecidedCall> {
  const { signal, arrival } = input
  const ref = newRef()
  const { release, compiled, book } = await openBook(deps, input, ref)
  try {
    const decided = release
      ? await decide({
          compiled,
          release: release.release,
          book,
          clock: deps.clock,
          arrivedMono: arrival.arrivedMono,
          obstacle: deps.obstacleOn(signal.channel),
          onError: (err) => deps.log.error({ err, policy: release.policyId }, 'engine failed'),
        })
      : decideWithoutPolicy(deps, input)
    const { decision } = decided
    const now = deps.clock.now()
    const to: Recipient = {
      ...(signal.from.phone === undefined ? {} : { phone: signal.from.phone }),
      ...(signal.from.userId === undefined ? {} : { userId: signal.from.userId }),
      ...(signal.from.address === undefined ? {} : { address: signal.from.address }),
    }
    const installation = deps.installation()
    const planned = plan({
      decided,
      callId: signal.callId,
      ref,
      to,
      offeredAt: input.offeredAt,
      now,
      team: input.team,
      canBlock: deps.canBlock(signal.channel),
      linkTo: deps.linkTo,
      render: {
        fact: notingReader(book, decision),
        callRef: ref,
        installation,
        zoneOf: (name) => zoneOfFact(name, book.caller, installation),
      },
    })
    observe(deps, decision)
    const { caller } = book
    const canary = canaryCall(release?.canary, decision)
    const commit = {
      signal,
      arrivedAt: toIso(arrival.arrivedAt),
      delivery: arrival.part(),
      ref,
      now,
      team: input.team,
      decision: writtenDecision(decision),
      ...planned,
      optedOut: caller.contact?.optedOut === true,
      callerBlocked: caller.blocked,
      limits: deps.limits(),
      ...(caller.verificationPending
        ? {
            fulfils: {
              phones: caller.phone === undefined ? [] : phoneForms(caller.phone),
              userId: caller.userId,
            },
          }
        : {}),
      ...(canary ? { canary } : {}),
    }
    const { channel, line } = signal
    return { commit, observed: { ref, channel, line, team: input.team, decision, book } }
  } finally {
    book.close()
  }
}
