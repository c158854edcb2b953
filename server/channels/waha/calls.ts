import { z } from 'zod'
import type { Signal } from '../../schema/signal.ts'
import { lenientAny, requiredId } from '../fields.ts'
import { parseJid, partyOfJids } from '../jid.ts'
import { timeOf } from './event.ts'
import type { EngineEvent, Nothing } from './event.ts'
import { hintsOf } from './raw.ts'

const lenientFlag = z.boolean().optional().catch(undefined)

const callSchema = z.object({
  id: requiredId,
  /** Absent from some events; the first one of the call has named the caller. */
  from: z.string().min(1).max(256).optional().catch(undefined),
  /** Seconds. */
  timestamp: lenientAny,
  isVideo: lenientFlag,
  isGroup: lenientFlag,
  _data: lenientAny,
})

/**
 * `call.received`, `call.accepted` (taken on another device) and `call.rejected`, which is told of
 * every call that is over: declined, hung up or not taken. None of them tells a duration.
 * Source: WAHA, "Calls" (2026), and its issues 1238 and 1788.
 */
export function readCall({ channel, event, line, payload, sentAt }: EngineEvent): Signal | Nothing {
  const call = callSchema.safeParse(payload).data
  if (call === undefined) return { ignored: 'call does not fit' }
  const at = timeOf(call.timestamp) ?? sentAt
  const common = {
    channel,
    key: `${channel}:${call.id}:${event}`,
    line,
    callId: call.id,
    from: partyOfJids(call.from, hintsOf(call._data).otherAddresses),
    ...(at !== undefined && { at }),
  }
  if (event === 'call.accepted')
    return { ...common, kind: 'call_status', direction: 'inbound', status: 'accepted' }
  if (event === 'call.rejected') return { ...common, kind: 'call_ended', direction: 'inbound' }
  const isGroup = call.isGroup === true || parseJid(call.from ?? '')?.kind === 'group'
  return {
    ...common,
    kind: 'call_offered',
    media: call.isVideo === true ? 'video' : 'voice',
    ...(isGroup && { group: true }),
  }
}
