const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })
const maxDepth = 64

const quote = 0x22
const backslash = 0x5c
const isOpening = (byte: number): boolean => byte === 0x5b || byte === 0x7b
const isClosing = (byte: number): boolean => byte === 0x5d || byte === 0x7d

export type Decoded =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly message: string }

/** Whether arrays and objects nest deeper than the limit, found without building them. */
function isTooDeep(bytes: Uint8Array): boolean {
  let depth = 0
  let inText = false
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index] ?? 0
    if (inText) {
      if (byte === backslash) index += 1
      else if (byte === quote) inText = false
    } else if (byte === quote) inText = true
    else if (isOpening(byte)) {
      depth += 1
      if (depth > maxDepth) return true
    } else if (isClosing(byte)) depth -= 1
  }
  return false
}

/** JSON of a webhook: strict UTF-8, at most 64 levels deep. Messages never quote the body. */
export function decodeJson(rawBody: Uint8Array): Decoded {
  if (isTooDeep(rawBody)) return { ok: false, message: `nested deeper than ${String(maxDepth)}` }
  let text: string
  try {
    text = strictUtf8.decode(rawBody)
  } catch {
    return { ok: false, message: 'not valid UTF-8' }
  }
  try {
    return { ok: true, value: JSON.parse(text) }
  } catch {
    return { ok: false, message: 'not valid JSON' }
  }
}
