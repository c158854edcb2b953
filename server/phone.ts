import { parsePhoneNumberFromString } from 'libphonenumber-js/min'
import { LRUCache } from 'lru-cache'

const plausible = /^[1-9]\d{5,14}$/

/**
 * Countries whose numbers are spelt in two ways in WhatsApp ids: today's numbering plan (`canonical`)
 * and the older or shorter spelling (`other`), which must find the same person.
 * Source: WhatsApp Cloud API, "Phone numbers", on Brazilian, Argentine and Mexican numbers.
 */
const spellings = [
  // Brazil: mobiles got a ninth digit, ids made before lack it. Fixed lines begin with 2 to 5.
  {
    canonical: /^55(?<area>[1-9]\d)9(?<rest>[6-9]\d{7})$/,
    other: /^55(?<area>[1-9]\d)(?<rest>[6-9]\d{7})$/,
    toCanonical: '55$<area>9$<rest>',
    toOther: '55$<area>$<rest>',
  },
  // Argentina: a 9 after the country code when a mobile is called from abroad.
  {
    canonical: /^549(?<rest>[1-3]\d{9})$/,
    other: /^54(?<rest>[1-3]\d{9})$/,
    toCanonical: '549$<rest>',
    toOther: '54$<rest>',
  },
  // Mexico: mobiles had a 1 after the country code until 2019.
  {
    canonical: /^52(?<rest>[2-9]\d{9})$/,
    other: /^521(?<rest>[2-9]\d{9})$/,
    toCanonical: '52$<rest>',
    toOther: '521$<rest>',
  },
] as const

function toCanonical(digits: string): string {
  const spelling = spellings.find(({ other }) => other.test(digits))
  return spelling ? digits.replace(spelling.other, spelling.toCanonical) : digits
}

/** Parsing costs more than the rest of a call's facts, and one call asks for its two numbers ten times. */
function remembered<T extends object>(make: (text: string) => T): (text: string) => T {
  const known = new LRUCache<string, T>({ max: 5000 })
  return (text) => {
    const before = known.get(text)
    if (before) return before
    const made = make(text)
    if (text.length <= longestRemembered) known.set(text, made)
    return made
  }
}

const longestRemembered = 32

/**
 * E.164 with `+`, or undefined when the text cannot be a phone number in international form.
 * Spaces, dashes, dots, brackets and a leading `00` are forgiven; a national prefix is dropped.
 *
 * The canonical form is the one of today's numbering plan: Brazilian mobiles with the ninth digit
 * (`+55 11 9 8765 4321`), Argentine numbers with the 9 (`+54 9 11 2345 6789`), Mexican ones without
 * the 1 (`+52 55 1234 5678`). Normalising twice changes nothing.
 */
export function normalisePhone(digitsOrE164: string): string | undefined {
  return normalised(digitsOrE164).phone
}

const normalised = remembered((digitsOrE164) => {
  const digits = digitsOrE164.replace(/[\s().-]/g, '').replace(/^(\+|00)/, '')
  return { phone: plausible.test(digits) ? `+${settled(digits)}` : undefined }
})

/**
 * A number may need both rules in turn: a national prefix dropped lays bare an older spelling
 * (`55 0 90…` → `55 90…`). Each round drops or adds one prefix, so few are ever needed.
 */
function settled(digits: string, roundsLeft = 4): string {
  const canonical = toCanonical(digits)
  const parsed = parsePhoneNumberFromString(`+${canonical}`)
  const next = toCanonical(parsed?.isValid() ? parsed.number.slice(1) : canonical)
  return next === digits || roundsLeft === 0 ? next : settled(next, roundsLeft - 1)
}

/** All spellings, with `+`, under which the same person may be stored; the canonical one first. */
export function phoneForms(e164: string): string[] {
  const canonical = normalisePhone(e164)
  if (canonical === undefined) return [e164]
  const digits = canonical.slice(1)
  const others = spellings
    .filter((spelling) => spelling.canonical.test(digits))
    .map((spelling) => `+${digits.replace(spelling.canonical, spelling.toOther)}`)
  return [...new Set([canonical, ...others, e164])]
}

/**
 * ISO 3166 alpha-2 of a person: of the phone number, else of the business-scoped user id
 * (`US.1349…`, `US.ENT.1181…`). Undefined where neither tells.
 */
export function countryOf(phone?: string, userId?: string): string | undefined {
  const country = phone ? numbered(phone).country : undefined
  return country ?? /^([A-Z]{2})\.[A-Za-z0-9]/.exec(userId ?? '')?.[1]
}

const numbered = remembered((phone) => ({ country: parsePhoneNumberFromString(phone)?.country }))
