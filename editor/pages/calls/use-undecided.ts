import { useTranslation } from 'react-i18next'
import type { CallView } from '../../../server/schema/call.ts'

const reasons = ['stale', 'ended_first', 'group', 'outbound'] as const

/** Why no policy ran for a call, as a sentence. */
export function useUndecided(): (call: CallView, caller: string) => string {
  const { t } = useTranslation()
  return (call, caller) => {
    const reason = call.direction === 'outbound' ? 'outbound' : call.undecided
    const known = reasons.find((one) => one === reason) ?? 'other'
    const line = call.to_number ?? call.line
    return t('calls.sentence.undecided', { caller, line, why: t(`calls.why.${known}`) })
  }
}
