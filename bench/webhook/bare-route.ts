import { serve } from '@hono/node-server'
import { createHash } from 'node:crypto'
import { Hono } from 'hono'
import { verifySignature } from '../../server/channels/whatsapp/signature.ts'
import { openWriter } from '../../server/db/writer.ts'

/**
 * The least a durable webhook can do: Hono reads the body, the signature is verified, and one row is
 * committed by the same writer thread (group commit, `synchronous=FULL`) before the 200.
 */
const [, , databasePath = '', secret = ''] = process.argv
const writer = await openWriter(databasePath)
const app = new Hono()
app.post('/webhooks/whatsapp', async (context) => {
  const raw = new Uint8Array(await context.req.arrayBuffer())
  if (!verifySignature(raw, context.req.header('x-hub-signature-256'), [secret]))
    return context.text('no', 401)
  const key = createHash('sha256').update(raw).digest('hex')
  const value = new TextDecoder().decode(raw)
  await writer.run('putSetting', { key, value, at: new Date().toISOString() })
  return context.text('ok', 200)
})
const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) => {
  process.send?.({ port })
})
process.on('disconnect', () => {
  server.close()
  void writer.close().then(() => process.exit(0))
})
