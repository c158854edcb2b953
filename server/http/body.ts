import { GatekeeperError } from '../errors.ts'

/**
 * Reads a request's body, never more than `limit` bytes of it.
 * @throws GatekeeperError `payload_too_large`, `bad_request` when it breaks off
 */
export async function readBody(request: Request, limit: number): Promise<Uint8Array> {
  const tooLarge = () =>
    new GatekeeperError('payload_too_large', `the body may have ${limit} bytes at most`)
  if (Number(request.headers.get('content-length') ?? 0) > limit) throw tooLarge()
  if (!request.body) return new Uint8Array()
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for await (const chunk of request.body) {
      size += chunk.byteLength
      if (size > limit) throw tooLarge()
      chunks.push(chunk)
    }
  } catch (cause) {
    if (cause instanceof GatekeeperError) throw cause
    throw new GatekeeperError('bad_request', 'the body broke off', { cause })
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)
}
