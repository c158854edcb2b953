/** The language of a message's plain `text`, for which no language is declared. */
export const plainTextLanguage = 'en'

/** A language as everyone writes it (`pt_BR`, `PT-br`), in one form for comparing. */
function comparable(language: string): string {
  return language.trim().replaceAll('_', '-').toLowerCase()
}

/**
 * The key of `locales` for a caller: the caller's language, then what is left of it when parts are
 * dropped from its end (`fr-CA`, then `fr`).
 */
export function chooseLocale(
  locales: Readonly<Record<string, string>>,
  language: string,
): string | undefined {
  const keys = Object.keys(locales)
  const parts = comparable(language).split('-')
  for (let count = parts.length; count > 0; count--) {
    const wanted = parts.slice(0, count).join('-')
    const key = keys.find((one) => comparable(one) === wanted)
    if (key !== undefined) return key
  }
  return undefined
}

const tags = new Map<string, string>()
const mostCachedTags = 200

/** A tag that `Intl` knows names of days in; anything else would follow the machine's own language. */
export function languageTag(language: string): string {
  const known = tags.get(language)
  if (known !== undefined) return known
  if (tags.size >= mostCachedTags) tags.clear()
  const tag = lookUpTag(language)
  tags.set(language, tag)
  return tag
}

function lookUpTag(language: string): string {
  try {
    const tag = language.replaceAll('_', '-')
    return Intl.DateTimeFormat.supportedLocalesOf(tag)[0] ?? plainTextLanguage
  } catch {
    return plainTextLanguage
  }
}
