import type { IncomingMessage } from 'node:http'
import type { Context } from 'hono'
import { GatekeeperError } from '../errors.ts'
import type { AppEnv } from './env.ts'

const tooLarge = (limit: number): GatekeeperError =>
  new GatekeeperError('payload_too_large', `the body may have ${limit} bytes at most`)

const brokeOff = (cause: unknown): GatekeeperError =>
  new GatekeeperError('bad_request', 'the body broke off', { cause })

/**
 * Reads a request's body, never more than `limit` bytes of it.
 * @throws GatekeeperError `payload_too_large`, `bad_request` when it breaks off
 */
export async function readBody(context: Context<AppEnv>, limit: number): Promise<Uint8Array> {
  if (Number(context.req.header('content-length') ?? 0) > limit) throw tooLarge(limit)
  // absent when a request is made without a server, by app.request
  const incoming = context.env?.incoming
  return incoming && 'httpVersion' in incoming
    ? readIncoming(incoming, limit)
    : readStream(context.req.raw.body, limit)
}

/** From the socket, as the web stream around it costs as much as everything else a delivery costs HTTP. */
function readIncoming(
  incoming: Pick<IncomingMessage, 'on' | 'off' | 'pause' | 'readableEnded'>,
  limit: number,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    const take = (chunk: Buffer): void => {
      size += chunk.byteLength
      chunks.push(chunk)
      if (size <= limit) return
      // what is left over is drained by the server once it has answered
      incoming.off('data', take).pause()
      reject(tooLarge(limit))
    }
    incoming
      .on('data', take)
      .on('end', () => resolve(joined(chunks)))
      .on('error', (cause) => reject(brokeOff(cause)))
      .on('close', () => {
        if (!incoming.readableEnded) reject(brokeOff(undefined))
      })
  })
}

async function readStream(body: Request['body'], limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for await (const chunk of body ?? []) {
      size += chunk.byteLength
      if (size > limit) throw tooLarge(limit)
      chunks.push(chunk)
    }
  } catch (cause) {
    throw cause instanceof GatekeeperError ? cause : brokeOff(cause)
  }
  return joined(chunks)
}

const joined = (chunks: readonly Uint8Array[]): Uint8Array =>
  chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)
