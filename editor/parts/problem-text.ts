import { useTranslation } from 'react-i18next'
import { ApiError } from '../api/error.ts'

const known = [
  'offline',
  'internal',
  'forbidden',
  'not_found',
  'storage_unavailable',
  'too_many_requests',
] as const
const isKnown = (code: string): code is (typeof known)[number] => known.some((one) => one === code)

/** What did not work, in plain words; the server's own where it says what is wrong with what was sent. */
export function useProblemText(): (error: unknown) => string {
  const { t } = useTranslation()
  return (error) => {
    if (!(error instanceof ApiError)) return t('common.error.internal')
    if (isKnown(error.code)) return t(`common.error.${error.code}`)
    const { message } = error
    return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`
  }
}
