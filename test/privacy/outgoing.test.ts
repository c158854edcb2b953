import { createServer } from 'node:net'
import type { AddressInfo, Server } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createOutgoing, OutgoingError } from '../../server/facts/outgoing.ts'
import type { NameServer } from './name-server.ts'
import { startNameServer } from './name-server.ts'

const addresses = [
  // this machine, and what stands for it
  '127.0.0.1', '127.0.0.2', '127.1.2.3', '127.255.255.254', '0.0.0.0', '0.1.2.3', '::1', '::',
  // private, shared by carriers, link-local and the metadata services of clouds
  '10.0.0.1', '10.255.255.255', '172.16.0.1', '172.31.255.254', '192.168.0.1', '192.168.255.254',
  '100.64.0.1', '100.100.100.200', '100.127.255.254', '169.254.0.1', '169.254.169.254',
  '169.254.170.2', 'fc00::1', 'fd00:ec2::254', 'fdff::1', 'fe80::1', 'febf::1', 'fec0::1',
  // multicast, broadcast, reserved, documentation, benchmarks
  '224.0.0.1', '232.1.1.1', '239.255.255.250', '240.0.0.1', '255.255.255.255', '192.0.0.8',
  '192.0.0.170', '192.0.2.1', '198.51.100.1', '203.0.113.1', '198.18.0.1', '198.19.255.254',
  '192.88.99.1', 'ff02::1', 'ff05::2', 'ff0e::1', '2001:db8::1', '3fff::1', '100::1', '2001:2::1',
  // an IPv4 address within an IPv6 one: mapped, compatible, translated, NAT64, 6to4, Teredo, ISATAP
  '::ffff:127.0.0.1', '::ffff:10.0.0.1', '::ffff:169.254.169.254', '::ffff:8.8.8.8', '::127.0.0.1',
  '::10.0.0.1', '::ffff:0:127.0.0.1', '64:ff9b::7f00:1', '64:ff9b::a9fe:a9fe', '64:ff9b:1::a00:1',
  '2002:7f00:1::', '2002:a00:1::1', '2002:a9fe:a9fe::', '2001:0:7f00:1::', '2001:0:4136:e378:8000:63bf:80ff:fffe',
  '2a00::5efe:7f00:1', '2a00::200:5efe:a00:1',
] // prettier-ignore

/** Spellings of 127.0.0.1 and ::1 in an address. */
const spellings = [
  '2130706433', '0x7f000001', '0x7f.0.0.1', '0x7f.0x0.0x0.0x1', '0177.0.0.1', '017700000001', '127.1',
  '127.0.1', '127.0.0.1.', '0', '①②⑦.0.0.1', '127。0。0。1', '[::ffff:7f00:1]',
  '[0:0:0:0:0:ffff:127.0.0.1]', '[::1]', '[0000::0001]', '[::]', 'localhost', 'LOCALHOST.',
] // prettier-ignore

let listener: Server
let port: number
let connections = 0
beforeAll(async () => {
  listener = createServer((socket) => {
    connections += 1
    socket.end('HTTP/1.1 200 OK\r\ncontent-length: 6\r\nconnection: close\r\n\r\nreached')
  })
  // both families of this machine, where it has both
  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject).listen(0, '::', resolve)
  }).catch(() => new Promise<void>((resolve) => listener.listen(0, '0.0.0.0', resolve)))
  // a server that listens on a port has such an address
  port = (listener.address() as AddressInfo).port
})
afterAll(() => void listener.close())

async function reach(url: string, server?: NameServer, allow: string[] = []): Promise<string> {
  const options = { allow, ...(server && { lookup: server.lookup }) }
  const outgoing = createOutgoing(options)
  const limits = { timeoutMs: 700, maxBytes: 1000 }
  return outgoing
    .request({ url, ...limits })
    .then(({ status }) => `answered ${status}`)
    .catch((error: unknown) => (error instanceof OutgoingError ? error.reason : String(error)))
    .finally(() => outgoing.close())
}

describe('nothing connects to', () => {
  test(`any of ${addresses.length} addresses, in an address or behind a name`, async () => {
    const names = new Map(addresses.map((address, index) => [`n${index}.example`, address]))
    const server = await startNameServer((name) => [names.get(name) ?? ''])
    for (const [name, address] of names) {
      const host = address.includes(':') ? `[${address}]` : address
      expect(await reach(`http://${host}:${port}/`), address).toBe('refused')
      expect(await reach(`http://${name}:${port}/`, server), address).toBe('refused')
    }
    await server.close()
    expect(addresses.length).toBeGreaterThanOrEqual(60)
    expect(new Set(server.asked).size).toBe(2 * addresses.length)
    expect(connections).toBe(0)
  })

  test.each(spellings)('this machine spelt %s', async (host) => {
    expect(await reach(`http://${host}:${port}/`)).not.toMatch('answered')
    expect(connections).toBe(0)
  })
})

describe('a name that is public when it is checked and private when it is used', () => {
  test('is not reached: it is asked for once, and what was checked is connected to', async () => {
    const server = await startNameServer((_name, asked) =>
      asked === 0 ? ['93.184.215.14'] : ['127.0.0.1'],
    )
    expect(await reach(`http://flip.example:${port}/`, server)).not.toMatch('answered')
    await server.close()
    expect(server.asked).toEqual(['flip.example/1', 'flip.example/28'])
    expect(connections).toBe(0)
  })

  test('is refused by the next connection', async () => {
    const server = await startNameServer((_name, asked) =>
      asked === 0 ? ['93.184.215.14'] : ['127.0.0.1'],
    )
    await reach(`http://flip.example:${port}/`, server)
    expect(await reach(`http://flip.example:${port}/`, server)).toBe('refused')
    await server.close()
    expect(connections).toBe(0)
  })

  test.each([
    [['93.184.215.14', '127.0.0.1']],
    [['93.184.215.14', '::1']],
    [['2606:2800:220:1::1', '10.0.0.1']],
  ])('or both at once, is refused: %j', async (both) => {
    const server = await startNameServer(() => both)
    expect(await reach(`http://both.example:${port}/`, server)).toBe('refused')
    await server.close()
    expect(connections).toBe(0)
  })
})

test('the listener does count: what OUTGOING_ALLOW names is reached', async () => {
  const server = await startNameServer(() => ['127.0.0.1'])
  expect(await reach(`http://crm.internal:${port}/`, server, ['crm.internal'])).toBe('answered 200')
  expect(await reach(`http://crm.internal:${port}/`, server, ['127.0.0.0/8'])).toBe('answered 200')
  expect(await reach(`http://127.0.0.1:${port}/`, server, ['127.0.0.1'])).toBe('answered 200')
  expect(await reach(`http://127.0.0.1:${port}/`, server, ['10.0.0.0/8'])).toBe('refused')
  await server.close()
  expect(connections).toBe(3)
})
