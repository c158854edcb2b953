import { createHmac } from 'node:crypto'

export const secret = 'the-app-secret-of-the-campaign'
export const token = 'the-admin-token-of-the-campaign'
export const accessToken = 'the-access-token-of-the-campaign'

/** Business numbers; several, because a number sends at most 80 messages a second. */
export const lines = ['106540352242921', '106540352242922', '106540352242923', '106540352242924']
export const line = lines[0] ?? ''
const display = '16315553601'

export const sign = (body: string | Uint8Array, key = secret): string =>
  `sha256=${createHmac('sha256', key).update(body).digest('hex')}`

let serial = 0
/** A call id nobody used before. */
export const newCallId = (): string =>
  `wacid.campaign${Date.now().toString(36)}${(serial += 1).toString(36)}`

/** A phone number nobody called from before. */
export const newCaller = (): string => `1631${String(2_000_000 + (serial += 1)).padStart(7, '0')}`

export interface Offer {
  readonly id?: string
  readonly from?: string
  readonly userId?: string
  readonly name?: string
  readonly line?: string
  /** Seconds before now; negative for a clock ahead of ours. */
  readonly age?: number
  readonly extra?: Readonly<Record<string, unknown>>
}

const seconds = (age = 0): string => String(Math.floor(Date.now() / 1000) - age)

function change(offer: Offer, call: Readonly<Record<string, unknown>>) {
  const { from = newCaller(), userId, name = 'Dana' } = offer
  return {
    field: 'calls',
    value: {
      messaging_product: 'whatsapp',
      metadata: { display_phone_number: display, phone_number_id: offer.line ?? line },
      contacts: [
        { profile: { name }, wa_id: from, ...(userId === undefined ? {} : { user_id: userId }) },
      ],
      calls: [
        {
          id: offer.id ?? newCallId(),
          from,
          to: display,
          timestamp: seconds(offer.age),
          direction: 'USER_INITIATED',
          ...call,
          ...offer.extra,
        },
      ],
    },
  }
}

/** A user-initiated connect as Meta posts it (../../docs; whatsapp calling reference, 2.2). */
export const connect = (offer: Offer = {}) =>
  change(offer, { event: 'connect', session: { sdp_type: 'offer', sdp: 'v=0\r\n' } })

/** The end of a call nobody picked up, unless `extra` has a duration. */
export const terminate = (offer: Offer = {}) =>
  change(offer, { event: 'terminate', status: 'COMPLETED' })

/** Status of a message of ours. */
export const messageStatus = (status: {
  id: string
  to: string
  status: string
  key?: string
}) => ({
  field: 'messages',
  value: {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: display, phone_number_id: line },
    statuses: [
      {
        id: status.id,
        status: status.status,
        timestamp: seconds(),
        recipient_id: status.to,
        ...(status.key === undefined ? {} : { biz_opaque_callback_data: status.key }),
      },
    ],
  },
})

export const envelope = (...changes: unknown[]) => ({
  object: 'whatsapp_business_account',
  entry: [{ id: '102290129340398', changes }],
})

/** A policy of one node, or of these. */
export const policy = (nodes: Readonly<Record<string, unknown>>, more: object = {}) => ({
  schema: 1,
  id: 'campaign',
  name: 'Campaign',
  numbers: ['*'],
  budgetMs: 150,
  start: Object.keys(nodes)[0] ?? '',
  fallback: { kind: 'reject', message: { text: 'Sorry.' } },
  nodes,
  ...more,
})

/** Rejects everybody with a text. */
export const rejectAll = (text = 'Please write to us.') =>
  policy({ no: { kind: 'reject', message: { text } } })

/** Rejects everybody without a message, for what is not about messages. */
export const rejectSilently = () =>
  policy({ no: { kind: 'reject', silent: true, reason: 'campaign' } })

/** Fifty rules none of which is met, then a silent reject: the reference load is about calls, not messages. */
export const fiftyRules = () =>
  policy({
    ...Object.fromEntries(
      Array.from({ length: 50 }, (_, index) => {
        const next = index === 49 ? 'no' : `rule${index + 1}`
        const when = {
          all: [
            { fact: 'caller.priority', operator: 'greaterThan', value: index },
            { fact: 'caller.tags', operator: 'contains', value: `tag${index}` },
          ],
        }
        const exits = { yes: 'no', no: next, unknown: next }
        return [`rule${index}`, { kind: 'condition', when, exits }]
      }),
    ),
    no: { kind: 'reject', silent: true, reason: 'campaign' },
  })

/** Asks the CRM and rejects silently, whatever it says. */
export const askCrmSilently = () =>
  policy({
    crm: { kind: 'crm', deadlineMs: 80, exits: { found: 'no', missing: 'no', unknown: 'no' } },
    no: { kind: 'reject', silent: true, reason: 'campaign' },
  })

/** Asks the CRM and answers each exit differently. */
export const askCrm = () =>
  policy({
    crm: {
      kind: 'crm',
      deadlineMs: 80,
      exits: { found: 'known', missing: 'stranger', unknown: 'unsure' },
    },
    known: { kind: 'reject', message: { text: 'Hello {{crm.tier | default: "friend"}}.' } },
    stranger: { kind: 'reject', message: { text: 'Who are you?' } },
    unsure: { kind: 'reject', message: { text: 'We will write.' } },
  })
