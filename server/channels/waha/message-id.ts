import { z } from 'zod'

const idSchema = z.union([
  z.string().min(1).max(512),
  z.looseObject({ _serialized: z.string().min(1).max(512) }).transform((id) => id._serialized),
  z.looseObject({ id: z.string().min(1).max(512) }).transform(({ id }) => id),
])

/**
 * A message's own id. The engines spell it `true_<chat>_<id>`, in groups with `_<participant>` behind,
 * as text or inside of an object, and do not always name the chat alike; only the middle stays the same.
 */
export function messageIdOf(value: unknown): string | undefined {
  const told = idSchema.safeParse(value).data
  if (told === undefined) return undefined
  return /^(?:true|false)_[^_]*_([^_]+)(?:_.*)?$/.exec(told)?.[1] ?? told
}
