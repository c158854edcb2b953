import { createServer } from 'node:http'

/** Answers what Graph answers to a call action or a message, at once, and nothing else. */
let messages = 0
const server = createServer((request, response) => {
  request.resume().on('end', () => {
    const isMessage = request.url?.endsWith('/messages') === true
    if (isMessage) messages += 1
    const body = isMessage
      ? JSON.stringify({ messaging_product: 'whatsapp', messages: [{ id: `wamid.${messages}` }] })
      : '{"messaging_product":"whatsapp","success":true}'
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': String(body.length),
    })
    response.end(body)
  })
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.send?.({ port: typeof address === 'object' ? address?.port : 0 })
})
process.on('disconnect', () => process.exit(0))
