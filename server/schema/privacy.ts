import type { Actor, Role } from './access.ts'
import type { FactSpec } from './facts.ts'

/** Stands for what is not shown. */
export const hidden = '···'

/** Calling codes of two digits (ITU-T E.164); 1 and 7 have one digit, all others three. */
const twoDigits = /^(2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])/

/**
 * A phone number of which the country and the last four digits are left.
 * @example maskPhone('+491701234567') // '+49 ··· 4567'
 */
export function maskPhone(phone: string): string {
  const digits = phone.replace(/\D/g, '')
  if (digits.length < 8) return hidden
  const code = /^[17]/.exec(digits)?.[0] ?? twoDigits.exec(digits)?.[0] ?? digits.slice(0, 3)
  return `+${code} ${hidden} ${digits.slice(-4)}`
}

/** Roles that see full numbers, names of callers and texts, of what they may open. */
const seeing: ReadonlySet<Role> = new Set(['admin', 'operations', 'analyst', 'agent'])

/** Whether somebody sees personal data of callers: numbers, names, user ids, provider ids, texts. */
export function seesNumbers({ role }: Pick<Actor, 'role'>): boolean {
  return seeing.has(role)
}

/** Whether somebody sees facts of a privacy class. */
export function seesFact(actor: Pick<Actor, 'role'>, privacy: FactSpec['privacy']): boolean {
  switch (privacy) {
    case 'none':
      return true
    case 'personal':
      return seesNumbers(actor)
    case 'sensitive':
      return actor.role === 'admin' || actor.role === 'operations'
  }
}
