import { createServer } from 'node:http'
import type { IncomingMessage, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLogger } from '../../server/logger.ts'
import type { Bench } from '../gatekeeper/support.ts'
import { databaseBytes } from './support.ts'
import {
  connectChange,
  display,
  envelope,
  line,
  sign,
  startBench,
  terminateChange,
} from '../gatekeeper/support.ts'

/** Never to be seen anywhere, in whatever spelling they could leak. */
const secrets = {
  appSecret: 'canary-app-secret-6f1e',
  verifyToken: 'canary-verify-token-71aa',
  accessToken: 'canary-access-token-98cd',
  adminToken: 'canary-admin-token-03be',
  adminPassword: 'canary-admin-password-55',
  crmToken: 'canary-crm-token-77ef',
  wahaKey: 'canary-waha-key-12ab',
  wahaHmac: 'canary-waha-hmac-34cd',
  wawpToken: 'canary-wawp-token-56ef',
  wawpWebhook: 'canary-wawp-webhook-78',
  wrongToken: 'canary-wrong-token-90',
  password: 'canary-typed-password-17',
  assistant: 'canary-assistant-secret',
}
/** In answers to those who may see them, and never in logs, errors and metrics. */
const personal = {
  phone: '4915155501234',
  national: '15155501234',
  callId: 'wacid.HBgNNDkxNTE1NTUwMTIzNBUCEhgU',
  messageId: 'wamid.HBgNNDkxNTE1NTUwMTIzNBUCAxgV',
  text: 'canary text the caller wrote',
  name: 'Canaria Vogelova',
  userId: 'DE.77120011223344556677',
}

const lines: string[] = []
const errors: string[] = []
const answers: string[] = []
const open: Server[] = []
let bench: Bench
let metrics = ''

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text
}
/** Refuses everything, and says back everything it was told: the least discreet of providers. */
async function parrot(status: number): Promise<string> {
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const told = `${request.url} ${request.headers.authorization} ${body}`
      const error = { message: told, type: 'OAuthException', code: 100, error_data: { details: told } }
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ error }))
    })
  }) // prettier-ignore
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  open.push(server)
  // a server that listens on a port has such an address
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const seen = (where: readonly string[], canaries: Record<string, string>): string[] =>
  Object.entries(canaries).flatMap(([name, canary]) => {
    const found = where.find((text) => text.includes(canary))
    if (found === undefined) return []
    const at = found.indexOf(canary)
    return [`${name}: ${found.slice(Math.max(0, at - 200), at + 60)}`]
  })

const message = {
  field: 'messages',
  value: {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: display, phone_number_id: line },
    contacts: [{ profile: { name: personal.name }, wa_id: personal.phone }],
    messages: [
      {
        id: personal.messageId,
        from: personal.phone,
        timestamp: String(Math.floor(Date.now() / 1000)),
        type: 'text',
        text: { body: personal.text },
      },
    ],
  },
}
const policy = {
  schema: 1,
  id: 'canary',
  name: 'Canary',
  numbers: ['*'],
  start: 'crm',
  fallback: { kind: 'reject', message: { text: 'Sorry.' } },
  nodes: {
    crm: { kind: 'crm', deadlineMs: 80, exits: { found: 'tell', missing: 'tell', unknown: 'tell' } },
    tell: { kind: 'notify', level: 'high', text: '{{caller.name | default: "x"}} rings', next: 'no' },
    no: { kind: 'reject', message: { text: 'Hello {{caller.name | default: "caller"}}.' } },
  },
} // prettier-ignore

const offer = { id: personal.callId, from: personal.phone, userId: personal.userId, name: personal.name } // prettier-ignore

async function keep(response: Response): Promise<void> {
  const text = await response.text().catch(() => '')
  const headers = JSON.stringify([...response.headers])
  if (response.status >= 400) errors.push(headers + text)
  answers.push(headers + text)
}

async function post(body: string, signature?: string): Promise<void> {
  const headers = {
    'content-type': 'application/json',
    'x-hub-signature-256': signature ?? sign(body, secrets.appSecret),
  }
  const url = `${bench.server.url}/webhooks/whatsapp`
  await keep(await fetch(url, { method: 'POST', headers, body }))
}

/** The webhook path, and what goes wrong on it. */
async function deliver(): Promise<void> {
  await post(JSON.stringify(envelope(connectChange(offer))))
  await post(JSON.stringify(envelope(connectChange(offer))))
  await post(JSON.stringify(envelope(terminateChange(offer))))
  await post(JSON.stringify(envelope(message)))
  await post(JSON.stringify(envelope(message)), `sha256=${'0'.repeat(64)}`)
  await post(JSON.stringify(envelope(message)), secrets.appSecret)
  await post(`{"object":"whatsapp_business_account","entry":"${personal.phone} ${personal.text}"}`)
  await post(`${JSON.stringify(envelope(message)).slice(0, -5)} ${personal.name}`)
  await post(JSON.stringify(envelope({ ...message, value: { ...message.value, messages: [{ id: 1, from: personal.phone, text: personal.text }] } }))) // prettier-ignore
  await post(JSON.stringify(envelope({ ...message, padding: personal.text.repeat(200_000) })))
  const { url } = bench.server
  for (const path of [
    `/webhooks/whatsapp?hub.mode=subscribe&hub.challenge=1&hub.verify_token=${secrets.wrongToken}`,
    `/webhooks/wawp/${secrets.wrongToken}`,
    `/webhooks/waha`,
  ]) {
    await keep(await fetch(url + path))
    const body = JSON.stringify({ event: 'call.received', payload: personal, token: secrets.wahaKey })
    const headers = { 'content-type': 'application/json', 'x-webhook-hmac': secrets.wahaHmac }
    await keep(await fetch(url + path, { method: 'POST', headers, body }))
  } // prettier-ignore
  await bench.server.context.dispatcher.idle()
}

/** Every route of the description, with every credential and bodies that do not fit. */
async function exerciseRoutes(): Promise<number> {
  const described = await (await bench.api('/api/openapi.json')).json()
  // OpenAPI's own shape
  const { paths } = described as { paths: Record<string, Record<string, unknown>> }
  const junk = JSON.stringify({ ...personal, password: secrets.password, secret: secrets.password, code: '1', comment: personal.text, username: personal.phone, token: secrets.wrongToken }) // prettier-ignore
  let routes = 0
  for (const [pattern, methods] of Object.entries(paths))
    for (const method of Object.keys(methods)) {
      routes += 1
      for (const id of [personal.callId, personal.phone, secrets.wrongToken]) {
        const path = pattern.replaceAll(/\{[^}]+\}/g, encodeURIComponent(id))
        for (const bearer of [undefined, secrets.wrongToken, secrets.adminToken])
          for (const body of method === 'get' ? [undefined] : [junk, `{"broken": ${personal.phone} ${personal.text}`]) {
            const headers = {
              'content-type': 'application/json',
              ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
            }
            const init = { method: method.toUpperCase(), headers, redirect: 'manual' } as const
            const signal = AbortSignal.timeout(1500)
            const url = `${bench.server.url}${path}${method === 'get' && bearer ? `?query=${personal.phone}` : ''}`
            const response = await fetch(url, { ...init, signal, ...(body === undefined ? {} : { body }) }).catch(() => undefined)
            if (response) await keep(response)
          }
      }
    } // prettier-ignore
  return routes
}

beforeAll(async () => {
  const graph = await parrot(400)
  const crm = await parrot(500)
  bench = await startBench({
    policies: [policy],
    seeds: {
      'numbers.json': [{ id: line, display: `+${display}` }],
      'contacts.json': [{ phone: `+${personal.phone}`, name: personal.name }],
      'assistants.json': [{ id: 'desk', adapter: 'json', url: 'https://a.example/x', secret: secrets.assistant }],
    },
    environment: {
      META_APP_SECRET: secrets.appSecret,
      META_VERIFY_TOKEN: secrets.verifyToken,
      META_ACCESS_TOKEN: secrets.accessToken,
      META_GRAPH_URL: graph,
      ADMIN_TOKEN: secrets.adminToken,
      ADMIN_PASSWORD: secrets.adminPassword,
      CRM_URL: `${crm}/find`,
      CRM_TOKEN: secrets.crmToken,
      OUTGOING_ALLOW: '127.0.0.1',
      WAHA_URL: crm,
      WAHA_API_KEY: secrets.wahaKey,
      WAHA_HMAC_KEY: secrets.wahaHmac,
      WAWP_URL: crm,
      WAWP_ACCESS_TOKEN: secrets.wawpToken,
      WAWP_WEBHOOK_TOKEN: secrets.wawpWebhook,
      PUBLIC_URL: 'http://127.0.0.1:9',
    },
    overrides: { log: createLogger('trace', { write: (text: string) => void lines.push(text) }) },
  }) // prettier-ignore
  await deliver()
}, 60_000)
afterAll(async () => {
  await bench.close()
  for (const server of open) server.close()
})

describe('canaries', () => {
  test('are put through every route and the webhook path', async () => {
    expect(await exerciseRoutes()).toBeGreaterThan(50)
    const response = await fetch(`${bench.server.url}/metrics`)
    metrics = await response.text()
    expect(errors.length).toBeGreaterThan(300)
    expect(lines.length).toBeGreaterThan(2)
    expect(metrics).toContain('callgate')
    // they did come in
    expect(seen(answers, personal)).not.toEqual([])
  }, 240_000)

  test('no secret is in any answer, log line, metric or export', async () => {
    for (const path of [
      '/api/audit?format=csv',
      '/api/reports/silent-leads?state=all&format=csv',
      `/api/calls/${encodeURIComponent(personal.callId)}/decision`,
      '/api/settings/lines',
      '/api/settings/connection',
      '/api/settings/crm',
      '/api/catalogue',
      '/api/accounts',
      '/api/tokens',
    ]) {
      const headers = { authorization: `Bearer ${secrets.adminToken}` }
      answers.push(await (await fetch(`${bench.server.url}${path}`, { headers })).text())
    }
    expect(seen(lines, secrets)).toEqual([])
    expect(seen([metrics], secrets)).toEqual([])
    expect(seen(answers, secrets)).toEqual([])
  })

  test('secrets that are stored cannot be read in the database', async () => {
    const body = JSON.stringify({
      phone: '+12125550123',
      ttlSeconds: 60,
      webhook: 'https://hooks.example/x',
    })
    const headers = {
      authorization: `Bearer ${secrets.adminToken}`,
      'content-type': 'application/json',
    }
    const url = `${bench.server.url}/api/verifications`
    const response = await fetch(url, { method: 'POST', headers, body })
    // the route tells the secret once
    const { webhookSecret } = (await response.json()) as { webhookSecret: string }
    expect(webhookSecret).toMatch(/^whsec_/)
    const bytes = databaseBytes(bench)
    expect(bytes).toContain('hooks.example')
    expect(seen([bytes], { ...secrets, webhookSecret })).toEqual([])
    const { assistants } = bench.server.context.installation.current()
    expect(assistants).toMatchObject([{ secret: secrets.assistant }])
  })

  test('nothing personal is in a log line, an error body or a metric', () => {
    expect(seen(lines, personal)).toEqual([])
    expect(seen(errors, personal)).toEqual([])
    expect(seen([metrics], personal)).toEqual([])
  })
})
