import { z } from 'zod'
import { lenientText } from '../fields.ts'

const lenient = <T extends z.ZodRawShape>(shape: T) => z.object(shape).optional().catch(undefined)

const rawSchema = lenient({
  callerPn: lenientText,
  CallCreatorAlt: lenientText,
  key: lenient({ remoteJidAlt: lenientText }),
  Info: lenient({ SenderAlt: lenientText, PushName: lenientText }),
  notifyName: lenientText,
  pushName: lenientText,
})

/** What the engine below knows of a person and WAHA does not pass on by itself. */
export interface RawHints {
  /** The same person's other address: the phone number of a `…@lid`, or the other way round. */
  readonly otherAddresses: (string | undefined)[]
  /** As the person calls themselves. */
  readonly profileName: string | undefined
}

/**
 * Reads `payload._data`, whose form is that of the engine: Baileys (NOWEB) tells the caller's number as
 * `callerPn` and a chat's other address as `key.remoteJidAlt`, whatsmeow (GOWS) as `CallCreatorAlt` and
 * `Info.SenderAlt`. WAHA promises nothing about it, so all of it may be missing.
 */
export function hintsOf(data: unknown): RawHints {
  const raw = rawSchema.parse(data)
  const name = raw?.notifyName ?? raw?.pushName ?? raw?.Info?.PushName
  return {
    otherAddresses: [
      raw?.callerPn,
      raw?.CallCreatorAlt,
      raw?.key?.remoteJidAlt,
      raw?.Info?.SenderAlt,
    ],
    profileName: name === '' ? undefined : name?.slice(0, 200),
  }
}
