import { parsePhoneNumberFromString } from 'libphonenumber-js/min'

/** A number as people write it, in international form; what is none, or is masked, as it is. */
export function readablePhone(phone: string): string {
  return parsePhoneNumberFromString(phone)?.formatInternational() ?? phone
}
