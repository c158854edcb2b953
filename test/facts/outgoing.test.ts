import type { LookupAddress } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import type { Outgoing, OutgoingOptions } from '../../server/facts/outgoing.ts'
import { createOutgoing, OutgoingError } from '../../server/facts/outgoing.ts'
import type { StandIn } from './support.ts'
import { standIn } from './support.ts'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
})

function outgoing(options: Partial<OutgoingOptions> = {}): Outgoing {
  const made = createOutgoing({ allow: [], ...options })
  open.push(made)
  return made
}

async function server(...args: Parameters<typeof standIn>): Promise<StandIn> {
  const made = await standIn(...args)
  open.push(made)
  return made
}

const limits = { timeoutMs: 1500, maxBytes: 1000 }
const reasonOf = (client: Outgoing, url: string): Promise<string> =>
  client.request({ url, ...limits }).then(
    (response) => `answered ${response.status}`,
    (error: unknown) => (error instanceof OutgoingError ? error.reason : `threw ${String(error)}`),
  )

/** Answers every name with the addresses of the next round. */
function names(...rounds: string[][]): LookupFunction & { asked: string[] } {
  const asked: string[] = []
  const lookup: LookupFunction = (hostname, _options, callback) => {
    asked.push(hostname)
    const round = rounds[Math.min(asked.length, rounds.length) - 1] ?? []
    const all: LookupAddress[] = round.map((address) => ({
      address,
      family: address.includes(':') ? 6 : 4,
    }))
    callback(null, all)
  }
  return Object.assign(lookup, { asked })
}

const privateAddresses = [
  '0.0.0.0', '0.1.2.3', '10.0.0.1', '10.255.255.255', '100.64.0.1', '100.127.255.254',
  '127.0.0.1', '127.1.2.3', '169.254.169.254', '169.254.0.1', '172.16.0.1', '172.31.255.255',
  '192.0.0.1', '192.0.2.1', '192.168.0.1', '192.168.255.255', '192.88.99.1', '198.18.0.1',
  '198.19.255.255', '198.51.100.1', '203.0.113.1', '224.0.0.1', '239.255.255.255', '240.0.0.1',
  '255.255.255.255', '192.52.193.1', '192.31.196.1', '192.175.48.1',
  '::', '::1', '::2', 'fc00::1', 'fd12:3456::1', 'fe80::1', 'febf::1', 'fec0::1', 'ff02::1',
  'ff0e::1', '100::1', '2001:db8::1', '3fff::1', '2001::1', '2001:2::1', '2001:10::1', '5f00::1',
  '4000::1', '::ffff:127.0.0.1', '::ffff:10.0.0.1', '::ffff:8.8.8.8', '::127.0.0.1',
  '::ffff:0:127.0.0.1', '64:ff9b::7f00:1', '64:ff9b::8.8.8.8', '64:ff9b:1::a00:1', '2002:7f00:1::',
  '2002:a9fe:a9fe::1', '2002:808:808::1', '2001:0:7f00:1::', '2a00::5efe:7f00:1',
  '2a00::200:5efe:a00:1',
] // prettier-ignore

const trickyUrls = [
  'http://2130706433/', 'http://0x7f000001/', 'http://0x7f.0.0.1/', 'http://0177.0.0.1/',
  'http://017700000001/', 'http://127.1/', 'http://127.0.1/', 'http://0/', 'http://127.0.0.1./',
  'http://①②⑦.0.0.1/', 'http://127。0。0。1/', 'http://[::ffff:7f00:1]/', 'http://[::]/',
  'http://user:secret@example.com/', 'http://user@127.0.0.1/', 'http://example.com@127.0.0.1/',
  'file:///etc/passwd', 'ftp://example.com/', 'gopher://example.com/', 'data:text/plain,x',
  'javascript:alert(1)', 'ws://example.com/', 'unix:/var/run/docker.sock', '//example.com/', 'nonsense', '',
] // prettier-ignore

describe('an address that is not public', () => {
  test.each(privateAddresses)('%s is refused as such', async (address) => {
    const host = address.includes(':') ? `[${address}]` : address
    expect(await reasonOf(outgoing(), `http://${host}/`)).toBe('refused')
  })

  test.each(privateAddresses)('%s is refused behind a name', async (address) => {
    const client = outgoing({ lookup: names([address]) })
    expect(await reasonOf(client, 'http://crm.example/')).toBe('refused')
  })

  test.each(trickyUrls)('%s is refused', async (url) => {
    expect(await reasonOf(outgoing(), url)).toBe('refused')
  })

  test('among public ones is refused with them', async () => {
    const client = outgoing({ lookup: names(['93.184.216.34', '10.0.0.1']) })
    expect(await reasonOf(client, 'https://crm.example/')).toBe('refused')
  })

  test.each(['localhost', 'LOCALHOST', 'localhost.'])('%s is not reached', async (host) => {
    const { port, requests } = await server((_request, response) => response.end('{}'))
    expect(await reasonOf(outgoing(), `http://${host}:${port}/`)).not.toMatch('answered')
    expect(requests).toHaveLength(0)
  })
})

describe('a name that flips between two answers', () => {
  test('is looked up once a connection, and the judged address is the one connected to', async () => {
    const { port, requests } = await server((_request, response) => response.end('ok'))
    const lookup = names(['127.0.0.1'], ['10.9.9.9'])
    const client = outgoing({ lookup, allow: ['127.0.0.1'] })
    expect(await reasonOf(client, `http://crm.example:${port}/`)).toBe('answered 200')
    expect(lookup.asked).toEqual(['crm.example'])
    expect(requests).toHaveLength(1)
  })

  test('is judged anew for the next connection', async () => {
    const { port, requests } = await server((_request, response) => {
      response.setHeader('connection', 'close').end('ok')
    })
    const client = outgoing({ lookup: names(['127.0.0.1'], ['127.0.0.2']), allow: ['127.0.0.1'] })
    expect(await reasonOf(client, `http://crm.example:${port}/`)).toBe('answered 200')
    expect(await reasonOf(client, `http://crm.example:${port}/`)).toBe('refused')
    expect(requests).toHaveLength(1)
  })
})

describe('OUTGOING_ALLOW', () => {
  test.each([
    ['127.0.0.0/8'],
    ['127.0.0.1'],
    ['10.0.0.0/8', '127.0.0.1/32'],
    ['::ffff:0:0/96', '127.0.0.1'],
  ])('with %s lets the loopback address through', async (...allow) => {
    const { port } = await server((_request, response) => response.end('ok'))
    expect(await reasonOf(outgoing({ allow }), `http://127.0.0.1:${port}/`)).toBe('answered 200')
  })

  test('with a host lets this host through, and no other of the same address', async () => {
    const { port } = await server((_request, response) => response.end('ok'))
    const client = outgoing({ allow: ['CRM.internal'], lookup: names(['127.0.0.1']) })
    expect(await reasonOf(client, `http://crm.internal:${port}/`)).toBe('answered 200')
    expect(await reasonOf(client, `http://crm.internal.:${port}/`)).toBe('answered 200')
    expect(await reasonOf(client, `http://other.internal:${port}/`)).toBe('refused')
    expect(await reasonOf(client, `http://127.0.0.1:${port}/`)).toBe('refused')
  })

  test('with another range refuses still', async () => {
    expect(await reasonOf(outgoing({ allow: ['10.0.0.0/8'] }), 'http://127.0.0.1/')).toBe('refused')
  })
})

describe('an answer', () => {
  const allow = ['127.0.0.1']

  test('that leads elsewhere is not followed', async () => {
    const { url, requests } = await server((_request, response) => {
      response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()
    })
    expect(await reasonOf(outgoing({ allow }), url)).toBe('redirect')
    expect(requests).toHaveLength(1)
  })

  test('that is too large is cut off', async () => {
    const { url } = await server((_request, response) => response.end('x'.repeat(10_000_000)))
    expect(await reasonOf(outgoing({ allow }), url)).toBe('too_large')
  })

  test('of the largest size is read whole', async () => {
    const { url } = await server((_request, response) => response.end('é'.repeat(500)))
    const response = await outgoing({ allow }).request({ url, ...limits })
    expect(response.text).toBe('é'.repeat(500))
  })

  test('that drips is given up after the whole time', async () => {
    const { url } = await server((_request, response) => {
      const timer = setInterval(() => response.write('x'), 50)
      response.on('close', () => clearInterval(timer))
    })
    const started = Date.now()
    expect(await reasonOf(outgoing({ allow }), url)).toBe('timeout')
    expect(Date.now() - started).toBeLessThan(2500)
  })

  test('that never comes is given up', async () => {
    const { url } = await server(() => undefined)
    expect(await reasonOf(outgoing({ allow }), url)).toBe('timeout')
  })

  test('from nobody is a network error', async () => {
    expect(await reasonOf(outgoing({ allow }), 'http://127.0.0.1:1/')).toBe('network')
  })

  test('with an error status has no text', async () => {
    const { url } = await server((_request, response) => response.writeHead(500).end('secret'))
    const { status, text } = await outgoing({ allow }).request({ url, ...limits })
    expect({ status, text }).toEqual({ status: 500, text: '' })
  })

  test('with an error status whose rest never comes is not waited for, and is hung up on', async () => {
    let hungUp = false
    const { url } = await server((_request, response) => {
      response.on('close', () => (hungUp = true))
      response.writeHead(500).write('and')
    })
    const started = Date.now()
    const { status } = await outgoing({ allow }).request({ url, ...limits })
    expect({ status, isSoon: Date.now() - started < 1000 }).toEqual({ status: 500, isSoon: true })
    await expect.poll(() => hungUp, { timeout: 5_000 }).toBe(true)
  })
})
