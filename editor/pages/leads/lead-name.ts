import { useTranslation } from 'react-i18next'
import type { LeadView } from '../../../server/schema/lead.ts'
import { readablePhone } from '../../parts/phone.ts'

/** What a lead's person is called, and the number or user id that stands below. */
export function useLeadName() {
  const { t } = useTranslation()
  return ({ name, phone, userId }: Pick<LeadView, 'name' | 'phone' | 'userId'>) => {
    const number = phone && readablePhone(phone)
    return {
      name: name ?? number ?? t('common.unknownCaller'),
      below:
        name === null ? (number === null ? t('common.noNumber') : '') : (number ?? userId ?? ''),
    }
  }
}

/** Numbers that are masked reach nobody. */
export const isWhole = (phone: string | null): phone is string =>
  phone !== null && /^\+\d+$/.test(phone)
