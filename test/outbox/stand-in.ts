import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { z } from 'zod'
import type { Channel } from '../../server/channels/channel.ts'
import type { Action, ActionResult } from '../../server/schema/action.ts'
import { actionPayloadSchema } from '../../server/schema/action.ts'

const requestSchema = z.object({
  key: z.string(),
  line: z.string(),
  payload: actionPayloadSchema,
})
export type Sent = z.infer<typeof requestSchema> & { at: number }

/** What the provider does with a request; `attempt` counts those with the same key, from 1. */
export type Script = (sent: Sent, attempt: number) => ActionResult | Promise<ActionResult>

export interface StandIn {
  readonly url: string
  readonly sent: Sent[]
  script: Script
  of(type: string): Sent[]
  close(): Promise<void>
}

/** A provider on a real port: answers each action with an `ActionResult`. */
export async function openStandIn(now: () => number = Date.now): Promise<StandIn> {
  const sent: Sent[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body: unknown = JSON.parse(Buffer.concat(chunks).toString())
      const one = { ...requestSchema.parse(body), at: now() }
      sent.push(one)
      const attempt = sent.filter(({ key }) => key === one.key).length
      void Promise.resolve(standIn.script(one, attempt)).then((result) =>
        response.end(JSON.stringify(result)),
      )
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // a server that listens on TCP has an AddressInfo
  const { port } = server.address() as AddressInfo
  const standIn: StandIn = {
    url: `http://127.0.0.1:${port}`,
    sent,
    script: (one) => ({ outcome: 'done', providerId: `id-${one.key}` }),
    of: (type) => sent.filter(({ payload }) => payload.type === type),
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
  return standIn
}

/** A channel over HTTP to the stand-in. */
export function standInChannel(url: string): Channel {
  return {
    name: 'whatsapp',
    can: { reject: true, accept: true, message: true, buttons: true, block: true },
    async perform(action: Pick<Action, 'key' | 'payload' | 'line'>, { signal }) {
      const response = await fetch(url, {
        method: 'POST',
        body: JSON.stringify(action),
        ...(signal && { signal }),
      })
      // the stand-in answers with a result
      return (await response.json()) as ActionResult
    },
    close: async () => undefined,
  }
}
