import type { Ids, WeekDelivery } from './week.ts'

/** `changes[]` of Meta's webhooks, as its reference documents them. */

const digits = (phone: string): string => phone.replace(/\D/g, '')

const metadata = (line: string) => ({
  display_phone_number: `1555000${line}`,
  phone_number_id: line,
})

function change(field: string, line: string, value: Record<string, unknown>) {
  return { field, value: { messaging_product: 'whatsapp', metadata: metadata(line), ...value } }
}

const contacts = ({ phone, userId }: Ids, name: string) => [
  {
    profile: { name },
    ...(phone === undefined ? {} : { wa_id: digits(phone) }),
    ...(userId === undefined ? {} : { user_id: userId }),
  },
]

const sender = ({ phone, userId }: Ids) => ({
  ...(phone === undefined ? {} : { from: digits(phone) }),
  ...(userId === undefined ? {} : { from_user_id: userId }),
})

const addressee = ({ phone, userId }: Ids) => ({
  ...(phone === undefined ? {} : { to: digits(phone) }),
  ...(userId === undefined ? {} : { to_user_id: userId }),
})

/** One delivery of the week as Meta would post it. */
export function changeOf({ signal, line, ids, at, person }: WeekDelivery): unknown {
  const names = contacts(ids, `Caller ${person.index}`)
  const timestamp = String(at)
  const own = `1555000${line}`
  switch (signal.kind) {
    case 'offer':
      return change('calls', line, {
        contacts: names,
        calls: [
          {
            id: signal.callId,
            to: own,
            ...sender(ids),
            event: 'connect',
            timestamp,
            direction: 'USER_INITIATED',
            session: { sdp_type: 'offer', sdp: 'v=0\r\n' },
          },
        ],
      })
    case 'end': {
      const isInbound = signal.direction === 'inbound'
      const talked =
        signal.duration === undefined
          ? {}
          : {
              start_time: String(at - signal.duration),
              end_time: timestamp,
              duration: signal.duration,
            }
      return change('calls', line, {
        contacts: names,
        calls: [
          {
            id: signal.callId,
            ...(isInbound ? { to: own, ...sender(ids) } : { from: own, ...addressee(ids) }),
            event: 'terminate',
            timestamp,
            direction: isInbound ? 'USER_INITIATED' : 'BUSINESS_INITIATED',
            status: 'COMPLETED',
            ...talked,
          },
        ],
      })
    }
    case 'message':
    case 'voicemail': {
      const isText = signal.kind === 'message'
      return change('messages', line, {
        contacts: names,
        messages: [
          {
            id: isText ? signal.id : signal.callId,
            ...sender(ids),
            timestamp,
            ...(isText
              ? { type: 'text', text: { body: 'hello' } }
              : { type: 'audio', audio: { id: '1', mime_type: 'audio/ogg', voice: true } }),
          },
        ],
      })
    }
    case 'renumbered':
      return change('messages', line, {
        contacts: names,
        messages: [
          {
            id: signal.id,
            ...sender(signal.before),
            timestamp,
            type: 'system',
            system: {
              type: 'user_changed_number',
              body: 'changed',
              wa_id: ids.phone === undefined ? undefined : digits(ids.phone),
              customer: signal.before.phone === undefined ? undefined : digits(signal.before.phone),
              user_id: ids.userId,
              previous_user_id: signal.before.userId,
            },
          },
        ],
      })
  }
}

/** What became of a message of ours. */
export function statusChange(told: {
  id: string
  line: string
  to: string
  key: string
  status: 'delivered' | 'read'
  at: number
}): unknown {
  const isPhone = told.to.startsWith('+')
  return change('messages', told.line, {
    statuses: [
      {
        id: told.id,
        status: told.status,
        timestamp: String(told.at),
        ...(isPhone ? { recipient_id: digits(told.to) } : { recipient_user_id: told.to }),
        biz_opaque_callback_data: told.key,
      },
    ],
  })
}
