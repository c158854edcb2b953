import { createHmac } from 'node:crypto'
import { seededRandom } from '../../server/simulator/random.ts'
import { metaSdp } from '../../server/simulator/sdp.ts'

export const appSecret = 'bench-app-secret'

/** Business numbers the calls are spread over; messages are paced per number. */
export const lines = Array.from({ length: 20 }, (_, index) => ({
  id: `1065403522${String(index).padStart(5, '0')}`,
  display: `+1631555${String(3600 + index)}`,
}))

let serial = 0

/** The caller of a number: contacts come first, strangers after them. */
export const phoneOf = (caller: number): string => `1415${String(2_000_000 + caller)}`

export interface Delivery {
  readonly callId: string
  readonly body: string
  readonly signature: string
}

/** A user-initiated connect as Meta sends it, SDP offer included, signed. */
export function connectDelivery(caller: number, line = lines[caller % lines.length]): Delivery {
  serial += 1
  const callId = `wacid.bench${process.pid}.${serial}`
  const phone = phoneOf(caller)
  const sdp = offer
  const body = JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [
      {
        id: '102290129340398',
        changes: [
          {
            field: 'calls',
            value: {
              messaging_product: 'whatsapp',
              metadata: {
                display_phone_number: line?.display.slice(1),
                phone_number_id: line?.id,
              },
              contacts: [{ profile: { name: `Caller ${caller}` }, wa_id: phone }],
              calls: [
                {
                  id: callId,
                  from: phone,
                  to: line?.display.slice(1),
                  event: 'connect',
                  timestamp: String(Math.floor(Date.now() / 1000)),
                  direction: 'USER_INITIATED',
                  session: { sdp_type: 'offer', sdp },
                },
              ],
            },
          },
        ],
      },
    ],
  })
  return { callId, body, signature: sign(body) }
}

const offer = metaSdp(seededRandom(1), 'offer')

export function sign(body: string): string {
  return `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}`
}

/** One delivery as the bytes of an HTTP request. */
export function asRequest({ body, signature }: Delivery): Buffer {
  return Buffer.from(
    'POST /webhooks/whatsapp HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n' +
      `x-hub-signature-256: ${signature}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}
