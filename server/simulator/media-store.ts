import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Random } from './random.ts'

export interface Media {
  id: string
  mimeType: string
  sha256: string
  size: number
  /** A voicemail announcement cannot be sent as a message. */
  isAnnouncement: boolean
  bytes: Buffer
}

/** Uploaded and received files, the newest 32 MB of them. */
export class MediaStore {
  readonly #random: Random
  readonly #files = new LRUCache<string, Media>({
    maxSize: 32 * 1024 * 1024,
    sizeCalculation: (file) => file.size + 200,
  })

  constructor(random: Random) {
    this.#random = random
  }

  add(bytes: Buffer, mimeType: string, isAnnouncement = false): Media {
    const sha256 = createHash('sha256').update(bytes).digest('base64')
    const id = this.#random.digits(15)
    const file = { id, mimeType, sha256, size: bytes.length, isAnnouncement, bytes }
    this.#files.set(id, file)
    return file
  }

  get(id: string): Media | undefined {
    return this.#files.get(id)
  }

  delete(id: string): boolean {
    return this.#files.delete(id)
  }
}
