import { compile } from '../../policy/compile.ts'
import { decideAgain, isSame } from '../../policy/flight/decide-again.ts'
import { withStandIns } from '../../policy/flight/stand-ins.ts'
import type { Actor } from '../../schema/access.ts'
import { actionPayloadSchema, actionStates } from '../../schema/action.ts'
import { callStatuses } from '../../schema/call.ts'
import type { Decision } from '../../schema/decision.ts'
import { decisionSchema } from '../../schema/decision.ts'
import type { FactSeen } from '../../schema/facts.ts'
import { factSpec } from '../../schema/facts.ts'
import type { Flight, FlightAction, FlightSignal } from '../../schema/flight.ts'
import type { Installation } from '../../schema/installation.ts'
import { policySchema } from '../../schema/policy.ts'
import { hidden, seesFact, seesNumbers } from '../../schema/privacy.ts'
import type { Db } from '../open.ts'
import type { ActionRow, CallRow } from '../tables.ts'

export interface FlightInput {
  readonly callId: number
  readonly actor: Pick<Actor, 'role'>
  readonly installation: Installation
  /** ISO; now. */
  readonly at: string
}

/** What a signal tells that is nobody's personal data. */
const plainFields = [
  ...['kind', 'channel', 'line', 'at', 'media', 'group', 'direction', 'status'],
  ...['startedAt', 'endedAt', 'durationSeconds', 'type'],
]

interface SignalRow {
  readonly kind: string
  readonly at: string | null
  readonly arrived_at: string
  readonly doc: string
  readonly raw: string | null
  readonly others: number
}

async function signalRows(db: Db, call: CallRow): Promise<SignalRow[]> {
  return db
    .selectFrom('signals')
    .leftJoin('deliveries', 'deliveries.id', 'signals.delivery_id')
    .select(['signals.kind', 'signals.at', 'signals.arrived_at', 'signals.doc'])
    .select('deliveries.body as raw')
    .select((eb) =>
      eb
        .selectFrom('signals as other')
        .select(({ fn }) => fn.countAll<number>().as('others'))
        .whereRef('other.delivery_id', '=', 'signals.delivery_id')
        .where('other.provider_id', '!=', call.provider_id)
        .$castTo<{ others: number }>()
        .as('others'),
    )
    .where('signals.provider_id', '=', call.provider_id)
    .where('signals.channel', '=', call.channel)
    .orderBy('signals.id')
    .$castTo<SignalRow>()
    .execute()
}

function shownSignal(row: SignalRow, seesAll: boolean): FlightSignal {
  // the journal holds signals as objects
  const signal = JSON.parse(row.doc) as Record<string, unknown>
  const plain = Object.entries(signal).filter(([name]) => plainFields.includes(name))
  return {
    kind: row.kind,
    at: row.at,
    arrivedAt: row.arrived_at,
    signal: seesAll ? signal : Object.fromEntries(plain),
    // a delivery may bring signals of several people at once
    raw: seesAll && row.others === 0 ? row.raw : null,
  }
}

function shownAction(row: ActionRow, seesAll: boolean): FlightAction {
  const payload = actionPayloadSchema.safeParse(JSON.parse(row.payload))
  const text = payload.success && payload.data.type === 'message' ? payload.data.message.text : ''
  const personal = (value: string): string => (seesAll ? value : hidden)
  return {
    type: row.type,
    state: actionStates.find((state) => state === row.state) ?? 'uncertain',
    attempts: row.attempts,
    at: row.created_at,
    settledAt: row.settled_at,
    ...(row.reason === null ? {} : { reason: row.reason }),
    ...(row.error === null ? {} : { error: personal(row.error) }),
    ...(row.error_code === null ? {} : { errorCode: row.error_code }),
    ...(row.provider_id === null || !seesAll ? {} : { providerId: row.provider_id }),
    ...(row.delivery === null ? {} : { delivery: row.delivery }),
    ...(text === '' ? {} : { text: personal(text) }),
  }
}

async function releaseOf(db: Db, { policy, release }: Decision): Promise<Flight['release']> {
  if (policy === null || release === null) return null
  const row = await db
    .selectFrom('releases')
    .select(['hash', 'document'])
    .where('policy_id', '=', policy)
    .where('id', '=', release)
    .executeTakeFirst()
  if (!row) return null
  // written by this server only, as an object
  const document = JSON.parse(row.document) as Record<string, unknown>
  return { policy, release, hash: row.hash, document }
}

/** Erasing a person left this in place of a value. */
const isErased = (seen: FactSeen): boolean => 'value' in seen && seen.value === 'erased'

function masked(decision: Decision, release: Flight['release'], input: FlightInput) {
  const { actor, installation } = input
  const isHidden = (name: string, seen: FactSeen): boolean =>
    isErased(seen) ||
    // a fact that does not exist any more may have been about a person
    !seesFact(actor, factSpec(name, installation)?.privacy ?? 'personal')
  const policy = policySchema.safeParse(release?.document).data
  if (!policy) {
    const names = Object.keys(decision.facts)
    return { decision, hidden: [], replays: decision.release === null && names.length === 0 }
  }
  const compiled = compile(policy, installation)
  const stand = withStandIns({ compiled, installation, decision, isHidden })
  const again = decideAgain(compiled, stand.decision)
  const replays = again.kind === 'decided' && isSame(stand.decision, again.decided)
  return { ...stand, replays: stand.replays && replays }
}

function shownCall(call: CallRow): Flight['call'] {
  return {
    ref: call.ref,
    channel: call.channel,
    line: call.line,
    direction: call.direction,
    media: call.media,
    status: callStatuses.find((status) => status === call.status) ?? 'missed',
    offeredAt: call.offered_at,
    arrivedAt: call.arrived_at,
    startedAt: call.started_at,
    endedAt: call.ended_at,
    durationSeconds: call.duration_seconds,
  }
}

/**
 * Everything a call's decision was made of, as somebody may see it.
 * @returns undefined for a call that was never decided, or whose decision was erased
 */
export async function flightOf(db: Db, input: FlightInput): Promise<Flight | undefined> {
  const call = await db
    .selectFrom('calls')
    .selectAll()
    .where('id', '=', input.callId)
    .executeTakeFirst()
  const row = await db
    .selectFrom('decisions')
    .select('doc')
    .where('call_id', '=', input.callId)
    .executeTakeFirst()
  const recorded = row && decisionSchema.safeParse(JSON.parse(row.doc)).data
  if (!call || !recorded) return undefined
  const seesAll = seesNumbers(input.actor)
  const release = await releaseOf(db, recorded)
  const { decision, hidden: names, replays } = masked(recorded, release, input)
  const signals = await signalRows(db, call)
  const actions = await db
    .selectFrom('actions')
    .selectAll()
    .where('call_id', '=', call.id)
    .orderBy('id')
    .execute()
  const { calendars, declared } = input.installation
  return {
    flight: 1,
    recordedAt: input.at,
    masked: !seesAll || names.length > 0,
    hidden: names,
    call: shownCall(call),
    signals: signals.map((signal) => shownSignal(signal, seesAll)),
    release,
    declared: {
      calendars: Object.keys(calendars),
      attributes: [...declared.attributes],
      crm: [...declared.crm],
    },
    decision,
    actions: actions.map((action) => shownAction(action, seesAll)),
    replays,
  }
}
