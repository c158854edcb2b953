import { createSocket } from 'node:dgram'
import { Resolver } from 'node:dns'
import type { LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'

/** Addresses of a name, by how often it was asked for before. */
export type Answers = (name: string, asked: number) => readonly string[]

const types = { A: 1, AAAA: 28 } as const

/** The question of a DNS message: its name, its type, and where it ends (RFC 1035, 4.1). */
function questionOf(message: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = []
  let at = 12
  for (let length = message.readUInt8(at); length > 0; length = message.readUInt8(at)) {
    labels.push(message.subarray(at + 1, at + 1 + length).toString('latin1'))
    at += 1 + length
  }
  return { name: labels.join('.'), type: message.readUInt16BE(at + 1), end: at + 5 }
}

function record(type: number, address: string): Buffer {
  const data = Buffer.from(ipaddr.parse(address).toByteArray())
  const head = Buffer.alloc(12)
  head.writeUInt16BE(0xc00c, 0)
  head.writeUInt16BE(type, 2)
  head.writeUInt16BE(1, 4)
  head.writeUInt32BE(0, 6)
  head.writeUInt16BE(data.length, 10)
  return Buffer.concat([head, data])
}

function answer(message: Buffer, end: number, records: readonly Buffer[]): Buffer {
  const head = Buffer.from(message.subarray(0, 12))
  head.writeUInt16BE(0x8180, 2)
  head.writeUInt16BE(records.length, 6)
  head.writeUInt16BE(0, 8)
  head.writeUInt16BE(0, 10)
  return Buffer.concat([head, message.subarray(12, end), ...records])
}

export interface NameServer {
  /** Asks this server, as the system's resolver would. */
  readonly lookup: LookupFunction
  /** Names that were asked for, once for each address family. */
  readonly asked: string[]
  close(): Promise<void>
}

/** A name server on loopback whose answers live for no time. */
export async function startNameServer(answers: Answers): Promise<NameServer> {
  const socket = createSocket('udp4')
  const asked: string[] = []
  socket.on('message', (message, from) => {
    const { name, type, end } = questionOf(message)
    const before = asked.filter((one) => one === `${name}/${type}`).length
    asked.push(`${name}/${type}`)
    const records = answers(name, before)
      .filter((address) => (address.includes(':') ? types.AAAA : types.A) === type)
      .map((address) => record(type, address))
    socket.send(answer(message, end, records), from.port, from.address)
  })
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  const resolver = new Resolver({ timeout: 500, tries: 1 })
  resolver.setServers([`127.0.0.1:${socket.address().port}`])
  const lookup: LookupFunction = (hostname, _options, callback) => {
    resolver.resolve4(hostname, (_error4, four = []) => {
      resolver.resolve6(hostname, (error6, six = []) => {
        const all = [
          ...four.map((address) => ({ address, family: 4 })),
          ...six.map((address) => ({ address, family: 6 })),
        ]
        callback(all.length === 0 ? error6 : null, all)
      })
    })
  }
  return {
    lookup,
    asked,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  }
}
