import { useTranslation } from 'react-i18next'
import type { CallView } from '../../server/schema/call.ts'
import { readablePhone } from './phone.ts'

/** What a caller is called, and the number or user id that stands below. */
export function useCallerName(): (call: Pick<CallView, 'contact' | 'from_number' | 'user_id'>) => {
  name: string
  number: string
} {
  const { t } = useTranslation()
  return ({ contact, from_number, user_id }) => {
    const phone = from_number ?? contact?.phone_number ?? null
    const number = phone && readablePhone(phone)
    const known = contact?.name ?? null
    return {
      name: known ?? number ?? t('common.unknownCaller'),
      number:
        known === null ? (number === null ? t('common.noNumber') : '') : (number ?? user_id ?? ''),
    }
  }
}
