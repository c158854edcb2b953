import { z } from 'zod'
import { endCall, pickUp, rejectCall } from '../calls.ts'
import { connectToPerson } from '../outbound.ts'
import { sdpProblem } from '../sdp.ts'
import type { CallRecord, Line, World } from '../world.ts'
import { noteCall } from '../world.ts'
import type { GraphAnswer } from './errors.ts'
import { GraphError } from './errors.ts'
import type { LineHandler } from './request.ts'
import { ok, parseBody } from './request.ts'

const product = z.literal('whatsapp')
const callId = z.string().min(1)
const session = z.object({ sdp_type: z.enum(['offer', 'answer']), sdp: z.string().min(1) })
const callbackData = z.string().max(512).optional()
const capture = z
  .object({
    status: z.enum(['ENABLED', 'DISABLED']),
    purpose: z.string().max(250).optional(),
    announcement_language: z.string().optional(),
  })
  .optional()

const actionSchema = z.discriminatedUnion('action', [
  z.object({
    messaging_product: product,
    action: z.literal('pre_accept'),
    call_id: callId,
    session,
  }),
  z.object({
    messaging_product: product,
    action: z.literal('accept'),
    call_id: callId,
    session,
    biz_opaque_callback_data: callbackData,
    recording: capture,
    transcription: capture,
  }),
  z.object({ messaging_product: product, action: z.literal('reject'), call_id: callId }),
  z.object({ messaging_product: product, action: z.literal('terminate'), call_id: callId }),
  z.object({
    messaging_product: product,
    action: z.literal('connect'),
    to: z.string().optional(),
    recipient: z.string().optional(),
    session,
    biz_opaque_callback_data: callbackData,
  }),
])
type Action = z.infer<typeof actionSchema>
type ActionOf<Name extends Action['action']> = Extract<Action, { action: Name }>

/** `POST /{phone-number-id}/calls` (whatsapp-calling.md 3). Errors: 100, 131008, 131055, 138xxx. */
export const postCall: LineHandler = (world, line, request) => {
  const action = parseBody(actionSchema, request.body)
  if (line.calling.sip?.status === 'ENABLED') throw new GraphError(131055, 'SIP is enabled')
  if (line.calling.status !== 'ENABLED') throw new GraphError(138000, 'Calling is not enabled')
  if (action.action === 'connect') return connect(world, line, action)
  const call = callOf(world, line, action.call_id)
  if (!call || !allows(call, action.action)) return wrongState(world)
  perform(world, call, action)
  return ok({ messaging_product: 'whatsapp', success: true })
}

function connect(world: World, line: Line, action: ActionOf<'connect'>): GraphAnswer {
  checkSdp(world, action.session, 'offer')
  const call = connectToPerson(world, line, {
    to: action.to,
    recipient: action.recipient,
    callbackData: action.biz_opaque_callback_data,
  })
  return ok({ messaging_product: 'whatsapp', calls: [{ id: call.id }] })
}

function callOf(world: World, line: Line, id: string): CallRecord | undefined {
  const call = world.activeCalls.get(id)
  return call?.line === line ? call : undefined
}

/** The state machine: what may be done in which state (3.4, 11). */
function allows(call: CallRecord, action: Exclude<Action['action'], 'connect'>): boolean {
  const isInbound = call.direction === 'USER_INITIATED'
  const isRinging = call.state === 'ringing' || call.state === 'pre_accepted'
  if (action === 'terminate') return isRinging || call.state === 'accepted'
  return isInbound && isRinging
}

function wrongState(world: World): GraphAnswer {
  const { wrongStateSucceeds, wrongStateCode, wrongStateStatus } = world.switches
  if (wrongStateSucceeds) return ok({ messaging_product: 'whatsapp', success: true })
  const details = 'Call is not in a state that allows this action'
  throw new GraphError(wrongStateCode, details, wrongStateStatus)
}

function checkSdp(
  world: World,
  told: { sdp_type: string; sdp: string },
  expected: 'offer' | 'answer',
): void {
  if (world.switches.sdpTypeChecked && told.sdp_type !== expected) {
    throw new GraphError(100, `session.sdp_type must be ${expected}`)
  }
  const problem = sdpProblem(told.sdp)
  if (problem) throw new GraphError(100, problem)
}

function perform(
  world: World,
  call: CallRecord,
  action: Exclude<Action, { action: 'connect' }>,
): void {
  switch (action.action) {
    case 'pre_accept':
      return preAccept(world, call, action)
    case 'accept':
      return accept(world, call, action)
    case 'reject':
      return rejectCall(world, call)
    case 'terminate':
      return endCall(world, call, { reason: 'terminated' })
    default: {
      const never: never = action
      throw new GraphError(100, `unknown action ${String(never)}`)
    }
  }
}

function keepSdp(call: CallRecord, sdp: string): void {
  if (call.ourSdp !== undefined && call.ourSdp !== sdp) {
    throw new GraphError(100, 'SDP differs from the one of pre_accept')
  }
  call.ourSdp = sdp
}

function preAccept(world: World, call: CallRecord, action: ActionOf<'pre_accept'>): void {
  checkSdp(world, action.session, 'answer')
  keepSdp(call, action.session.sdp)
  if (call.state === 'pre_accepted') return
  call.state = 'pre_accepted'
  noteCall(world, call)
}

function accept(world: World, call: CallRecord, action: ActionOf<'accept'>): void {
  checkSdp(world, action.session, 'answer')
  keepSdp(call, action.session.sdp)
  call.callbackData = action.biz_opaque_callback_data
  call.isRecorded = action.recording?.status === 'ENABLED'
  call.isTranscribed = action.transcription?.status === 'ENABLED'
  pickUp(world, call)
}
