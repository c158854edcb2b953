/** Ogg's CRC-32: polynomial 0x04c11db7, no reflection (RFC 3533). */
function crc(bytes: Buffer): number {
  let value = 0
  for (const byte of bytes) {
    value ^= byte << 24
    for (let bit = 0; bit < 8; bit += 1) {
      value = value & 0x80000000 ? (value << 1) ^ 0x04c11db7 : value << 1
    }
  }
  return value >>> 0
}

function page(options: {
  type: number
  granule: number
  sequence: number
  packets: Buffer[]
}): Buffer {
  const { type, granule, sequence, packets } = options
  const head = Buffer.alloc(27)
  head.write('OggS', 0, 'latin1')
  head.writeUInt8(type, 5)
  head.writeBigUInt64LE(BigInt(granule), 6)
  head.writeUInt32LE(1, 14)
  head.writeUInt32LE(sequence, 18)
  head.writeUInt8(packets.length, 26)
  const sizes = Buffer.from(packets.map((packet) => packet.length))
  const whole = Buffer.concat([head, sizes, ...packets])
  whole.writeUInt32LE(crc(whole), 22)
  return whole
}

const opusHead = Buffer.from(
  '4f70757348656164' + '0101' + '0000' + '803e0000' + '0000' + '00',
  'hex',
)
const opusTags = Buffer.from('4f70757354616773' + '00000000' + '00000000', 'hex')
const silence = Buffer.from([0xf8, 0xff, 0xfe])

/** A playable mono Ogg/Opus file of silence in 20 ms frames (RFC 7845), at most 5 seconds. */
export function silentOgg(seconds: number): Buffer {
  const frames = Math.min(250, Math.round(seconds * 50))
  return Buffer.concat([
    page({ type: 2, granule: 0, sequence: 0, packets: [opusHead] }),
    page({ type: 0, granule: 0, sequence: 1, packets: [opusTags] }),
    page({
      type: 4,
      granule: frames * 960,
      sequence: 2,
      packets: Array.from({ length: frames }, () => silence),
    }),
  ])
}
