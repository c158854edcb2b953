import { sendPermissionReply } from './after-call.ts'
import { endCall, openCall, pickUp } from './calls.ts'
import { GraphError } from './graph/errors.ts'
import { recipientOf } from './graph/request.ts'
import type { Person, Permission } from './people.ts'
import { metaSdp } from './sdp.ts'
import { callStatusChange, connectChange } from './webhooks.ts'
import type { CallRecord, Line, World } from './world.ts'
import { activeCallsOf, isRestricted, openWindow, pairKey, standing } from './world.ts'

const dayMs = 24 * 3_600_000
/** Numbers of US and CA (+1), EG, VN and NG cannot place calls (whatsapp-calling.md 8). */
const withoutBusinessCalls = /^(1|20|84|234)/

/** A permission as it stands now: a temporary one that is over counts as none. */
export function currentPermission(world: World, line: Line, person: Person): Permission {
  const { permission } = standing(world, line, person)
  const isOver = (permission.expiresAt ?? Infinity) <= world.clock.now() / 1000
  return permission.status === 'temporary' && isOver ? { status: 'no_permission' } : permission
}

/** Connected calls to one person in 24 hours; the sandbox's figure is not documented. */
export const connectedCallLimit = (world: World): number => (world.switches.sandbox ? 1000 : 100)

/** Calls of the last 24 hours that were connected, the oldest first, in milliseconds. */
export function connectedCalls(world: World, line: Line, person: Person): number[] {
  const own = standing(world, line, person)
  own.connectedCalls = own.connectedCalls.filter((at) => at > world.clock.now() - dayMs)
  return own.connectedCalls
}

function checkMayCall(world: World, line: Line, person: Person): void {
  if (isRestricted(world, line, 'RESTRICTED_BUSINESS_INITIATED_CALLING')) {
    throw new GraphError(138014, 'Calling is temporarily disabled for this number')
  }
  if (world.switches.businessCallCountries && withoutBusinessCalls.test(line.digits)) {
    throw new GraphError(138013, 'Not available in the country of this number')
  }
  if (!world.switches.paymentMethod) throw new GraphError(131044, 'No valid payment method')
  if (currentPermission(world, line, person).status === 'no_permission') {
    throw new GraphError(138006, 'No approved call permission from the recipient')
  }
  const connected = connectedCalls(world, line, person)
  if (connected.length >= connectedCallLimit(world)) {
    const next = new Date((connected[0] ?? 0) + dayMs).toISOString()
    throw new GraphError(138012, `Limit reached, next call allowed at ${next}`)
  }
  if (world.activePairs.has(pairKey(line, person))) {
    throw new GraphError(138003, 'There is an ongoing call with this user')
  }
  if (activeCallsOf(world, line) >= world.switches.concurrentCalls) {
    throw new GraphError(138002, 'Concurrent calls limit reached')
  }
}

/** The business calls a person: statuses, connect and terminate follow as webhooks (2.5). */
export function connectToPerson(
  world: World,
  line: Line,
  wanted: { to?: string; recipient?: string; callbackData?: string },
): CallRecord {
  const { person } = recipientOf(world, wanted)
  checkMayCall(world, line, person)
  const call = openCall(world, {
    line,
    person,
    direction: 'BUSINESS_INITIATED',
    options: { line: line.id },
  })
  call.callbackData = wanted.callbackData
  ringPerson(world, call)
  return call
}

function tellStatus(world: World, call: CallRecord, status: string): void {
  const atMs = world.clock.now()
  world.emitter.emit(callStatusChange(call, world.switches, { status, atMs }))
}

function ringPerson(world: World, call: CallRecord): void {
  const { clock, switches, emitter, random } = world
  const { statusSeconds, calleeSeconds, outboundRingSeconds } = clock.timing
  const at = (seconds: number, run: () => void): void => {
    call.cancelTimers.push(clock.after(seconds, run))
  }
  at(statusSeconds, () => tellStatus(world, call, 'RINGING'))
  at(statusSeconds * 2, () => {
    emitter.emit(connectChange(call, switches, metaSdp(random, 'answer')))
  })
  if (switches.callee === 'accept') at(calleeSeconds, () => calleeAccepts(world, call))
  if (switches.callee === 'reject') at(calleeSeconds, () => calleeRejects(world, call))
  at(outboundRingSeconds, () => {
    if (call.state !== 'accepted') unanswered(world, call, 'not_answered')
  })
}

function calleeAccepts(world: World, call: CallRecord): void {
  pickUp(world, call)
  openWindow(world, call.line, call.person)
  const own = standing(world, call.line, call.person)
  own.connectedCalls.push(world.clock.now())
  own.requests = []
  tellStatus(world, call, 'ACCEPTED')
}

function calleeRejects(world: World, call: CallRecord): void {
  tellStatus(world, call, 'REJECTED')
  unanswered(world, call, 'declined')
}

/** The fourth consecutive unanswered call (tenth in a sandbox) revokes the permission (5.4). */
function unanswered(world: World, call: CallRecord, reason: 'not_answered' | 'declined'): void {
  endCall(world, call, { reason })
  const own = standing(world, call.line, call.person)
  own.unanswered += 1
  if (own.unanswered < (world.switches.sandbox ? 10 : 4)) return
  own.unanswered = 0
  own.permission = { status: 'no_permission' }
  sendPermissionReply(world, {
    line: call.line,
    person: call.person,
    reply: { response: 'reject', response_source: 'automatic' },
  })
}
