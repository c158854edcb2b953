import { createHmac } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import { connect, envelope, rejectAll, secret, sign } from '../tools/bodies.ts'
import type { Stage, Tools } from '../tools/stage.ts'
import { onStage } from '../tools/stage.ts'
import { quantile } from '../tools/wait.ts'
import type { PromiseFile } from '../verdict.ts'
import { Trial } from '../verdict.ts'

type Headers = Readonly<Record<string, string | string[] | undefined>>

const hmac = (algorithm: string, body: string, key = secret): string =>
  createHmac(algorithm, key).update(body).digest('hex')

/** Ways to pretend to be Meta; each gives the headers for a body, and perhaps another body. */
function forgeries(body: string): readonly { what: string; headers: Headers; body?: string }[] {
  const right = sign(body)
  const hex = right.slice(7)
  const header = (value: string | string[]): Headers => ({ 'x-hub-signature-256': value })
  const last = hex.endsWith('0') ? '1' : '0'
  return [
    { what: 'no header', headers: {} },
    { what: 'empty', headers: header('') },
    { what: 'prefix only', headers: header('sha256=') },
    { what: 'without prefix', headers: header(hex) },
    { what: 'upper-case hex', headers: header(`sha256=${hex.toUpperCase()}`) },
    { what: 'upper-case prefix', headers: header(`SHA256=${hex}`) },
    { what: 'truncated by one', headers: header(right.slice(0, -1)) },
    { what: 'truncated to half', headers: header(right.slice(0, 39)) },
    { what: 'one digit more', headers: header(`${right}0`) },
    { what: 'last digit wrong', headers: header(right.slice(0, -1) + last) },
    {
      what: 'first digit wrong',
      headers: header(`sha256=${hex.startsWith('0') ? '1' : '0'}${hex.slice(1)}`),
    },
    { what: 'all zeros', headers: header(`sha256=${'0'.repeat(64)}`) },
    { what: 'not hex', headers: header(`sha256=${'z'.repeat(64)}`) },
    {
      what: 'SHA-1 in its own header',
      headers: { 'x-hub-signature': `sha1=${hmac('sha1', body)}` },
    },
    { what: 'SHA-1 in this header', headers: header(`sha1=${hmac('sha1', body)}`) },
    { what: 'SHA-1 called SHA-256', headers: header(`sha256=${hmac('sha1', body)}`) },
    { what: 'SHA-512', headers: header(`sha512=${hmac('sha512', body)}`) },
    { what: 'SHA-512 called SHA-256', headers: header(`sha256=${hmac('sha512', body)}`) },
    { what: 'another secret', headers: header(sign(body, 'another secret')) },
    { what: 'empty secret', headers: header(sign(body, '')) },
    { what: 'secret with a space', headers: header(sign(body, `${secret} `)) },
    { what: 'signature of nothing', headers: header(sign('')) },
    { what: 'signature of another body', headers: header(sign(`${body} `)) },
    { what: 'body changed by a blank', headers: header(right), body: `${body} ` },
    {
      what: 'body re-serialised',
      headers: header(right),
      body: JSON.stringify(JSON.parse(body), null, 1),
    },
    {
      what: 'body with another caller',
      headers: header(right),
      body: body.replace(/1631\d{7}/g, '16315550000'),
    },
    { what: 'two headers, wrong first', headers: header([`sha256=${'0'.repeat(64)}`, right]) },
    { what: 'two headers, right first', headers: header([right, `sha256=${'0'.repeat(64)}`]) },
    { what: 'two in one header', headers: header(`${right},${right}`) },
    { what: 'base64', headers: header(`sha256=${Buffer.from(hex, 'hex').toString('base64')}`) },
    { what: 'quoted', headers: header(`"${right}"`) },
    { what: 'blank inside', headers: header(`sha256= ${hex}`) },
  ]
}

/** With node:http, because that can send a header twice. */
function postRaw(url: string, headers: Headers, body: string): Promise<number> {
  return new Promise((resolve) => {
    const request = httpRequest(
      `${url}/webhooks/whatsapp`,
      { method: 'POST', headers: { 'content-type': 'application/json', ...headers } },
      (response) => {
        response.resume()
        response.once('end', () => resolve(response.statusCode ?? 0))
      },
    )
    request.once('error', () => resolve(0))
    request.end(body)
  })
}

/**
 * Milliseconds between refusing a signature whose first digit is wrong and one whose last is: taken in
 * turn, and the lower quarter of each, so that what else the machine does cancels out.
 */
async function refusalGapMs(stage: Stage, times: number): Promise<number> {
  const body = JSON.stringify(envelope(connect()))
  const right = sign(body)
  const wrongAt = (at: number): string =>
    right.slice(0, at) + (right[at] === '0' ? '1' : '0') + right.slice(at + 1)
  const first: number[] = []
  const last: number[] = []
  for (let index = 0; index < times; index += 1) {
    first.push((await stage.post(body, { 'x-hub-signature-256': wrongAt(7) })).ms)
    last.push((await stage.post(body, { 'x-hub-signature-256': wrongAt(70) })).ms)
  }
  return Math.abs(quantile(first, 0.25) - quantile(last, 0.25))
}

function stored(stage: Stage): number {
  const journal = stage.journal()
  const count = [
    'signals',
    'deliveries',
    'calls',
    'decisions',
    'actions',
    'people',
    'messages',
    'feed',
  ]
    .map((table) => journal.count(`select count(*) from ${table}`))
    .reduce((sum, one) => sum + one, 0)
  journal.close()
  return count
}

async function withoutSecret(tools: Tools, trial: Trial): Promise<void> {
  const environment = { META_APP_SECRET: '' }
  await onStage(tools, { policies: [rejectAll()], environment }, async (stage) => {
    const before = stored(stage)
    const body = JSON.stringify(envelope(connect()))
    for (const headers of [
      {},
      { 'x-hub-signature-256': sign(body) },
      { 'x-hub-signature-256': sign(body, '') },
    ])
      trial.same(
        'answer without a secret configured',
        await postRaw(stage.server.url, headers, body),
        503,
      )
    trial.same('rows stored without a secret', stored(stage) - before, 0)
  })
}

export const g10: PromiseFile<Tools> = {
  id: 'G10',
  promise: 'What is not signed by Meta is refused and leaves nothing behind but a count',
  run: async (tools, size) => {
    const trial = new Trial(
      size,
      'A table of forged, missing, truncated, doubled and wrongly made signatures, and changed bodies; the time to refuse by the place of the wrong digit; no secret configured',
    )
    await onStage(tools, { policies: [rejectAll()] }, async (stage) => {
      const before = stored(stage)
      const passed: string[] = []
      let sent = 0
      for (let round = 0; round < (size === 'full' ? 20 : 2); round += 1)
        for (const { what, headers, body } of forgeries(JSON.stringify(envelope(connect())))) {
          const text = body ?? JSON.stringify(envelope(connect()))
          const status = await postRaw(stage.server.url, headers, body ?? text)
          sent += 1
          if (status !== 401) passed.push(`${what}: ${status}`)
        }
      trial.check('every forgery is answered 401', passed.length === 0, passed)
      trial.same('rows stored', stored(stage) - before, 0)
      trial.figure('kinds of forgery', forgeries('{}').length)
      const times = size === 'full' ? 3_000 : 300
      const gapMs = await refusalGapMs(stage, times)
      trial.atMost('milliseconds between refusing the first and the last digit', gapMs, 0.5)
      const metrics = await stage.metrics()
      const counted = metrics.sum('callgate_webhooks_total', 'status="401"')
      trial.fault('forgeries the server counted', counted, sent + 2 * times)
      const { status } = await stage.post(envelope(connect()))
      trial.check('a right signature passes', status === 200, status)
    })
    await withoutSecret(tools, trial)
    return trial.verdict()
  },
}
