import type { Random } from './random.ts'

const text = (value: string): Buffer => Buffer.from(value, 'latin1')
const sized = (value: string): Buffer => Buffer.concat([Buffer.from([value.length]), text(value)])

/** Whom an id of a call or message names: digits without `+`, or a business-scoped user id. */
export interface IdParties {
  user: string
  business: string
  inbound: boolean
}

/**
 * A call id in the form of Meta's published samples: a Thrift-compact blob that contains both
 * numbers, in base64 (so it may hold `=`, `/` and `+`). Source: whatsapp-calling.md 3.8.
 */
export function wacid(parties: IdParties, random: Random): string {
  const blob = Buffer.concat([
    Buffer.from([0x1c, 0x18]),
    sized(parties.user),
    Buffer.from([0x15, 0x02, 0x00, parties.inbound ? 0x12 : 0x11]),
    Buffer.from([0x18, 0x20]),
    text(random.hex(32)),
    Buffer.from([0x1c, 0x18]),
    sized(parties.business),
    Buffer.from([0x15, 0x02, 0x00, 0x00]),
  ])
  return `wacid.${blob.toString('base64')}`
}

/** A message id of the same make; only its prefix and its uniqueness are documented. */
export function wamid(parties: IdParties, random: Random): string {
  const blob = Buffer.concat([
    Buffer.from([0x1c, 0x18]),
    sized(parties.user),
    Buffer.from([0x15, 0x02, 0x00, parties.inbound ? 0x12 : 0x11, 0x18, 0x14]),
    text(random.hex(20)),
    Buffer.from([0x00]),
  ])
  return `wamid.${blob.toString('base64')}`
}
