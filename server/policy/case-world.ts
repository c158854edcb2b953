import type { CaseWorld } from '../schema/case-world.ts'
import type { Case } from '../schema/cases.ts'
import type { Installation } from '../schema/installation.ts'
import type { World } from './case-caller.ts'

/** How a case names its caller: a seeded phone number or user id, or either among facts. */
export function callersNamed(cases: readonly Pick<Case, 'caller'>[]): string[] {
  const named = cases.flatMap(({ caller }) => {
    if (caller === undefined) return []
    if (typeof caller === 'string') return [caller]
    return ['phone', 'caller.phone', 'userId', 'caller.userId'].flatMap((name) => {
      const value = Object.hasOwn(caller, name) ? caller[name] : undefined
      return typeof value === 'string' && value !== '' ? [value] : []
    })
  })
  return [...new Set(named)].sort()
}

/** The world of cases, out of what was told of their callers. */
export function worldFrom(told: CaseWorld, installation: Installation): World {
  const { contacts, lists, phones, users } = told
  const ofPhone = (phone: string) => (Object.hasOwn(phones, phone) ? phones[phone] : undefined)
  return {
    installation,
    contacts,
    lists,
    phoneForms: (phone) => ofPhone(phone)?.forms ?? [phone],
    countryOf: (phone, userId) =>
      (phone === undefined ? undefined : ofPhone(phone)?.country) ??
      (userId !== undefined && Object.hasOwn(users, userId) ? users[userId] : undefined),
  }
}
