import type { Readable } from 'node:stream'

/** What is read bit by bit, and how it is called in what is said of it. */
export interface ByteSource {
  readonly name: string
  readonly stream: Readable
}

/** Something that cannot be read on; says where and why. What stood before is taken. */
export class UnreadableSource extends Error {
  override readonly name = 'UnreadableSource'
}
