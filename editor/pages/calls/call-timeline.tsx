import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { CallView } from '../../../server/schema/call.ts'
import type { TimelineEntry } from '../../../server/schema/call-log.ts'
import { actionStates } from '../../../server/schema/action.ts'
import { answer, client } from '../../api/client.ts'
import { Loaded } from '../../parts/loaded.tsx'
import { Time } from '../../parts/time.tsx'
import styles from './calls.module.css'

const signals = [
  'call_offered',
  'call_ended',
  'call_status',
  'voicemail',
  'permission_replied',
] as const
const outcomes = ['accept', 'ai_pickup', 'reject', 'voicemail'] as const
const statuses = ['sent', 'delivered', 'read', 'played', 'failed'] as const
const actions = [
  'pre_accept',
  'accept',
  'reject',
  'terminate',
  'message',
  'notify',
  'block',
  'webhook',
] as const

/** What happened, in words. */
function useEntryText(): (entry: TimelineEntry) => string {
  const { t } = useTranslation()
  return ({ kind, what, state }) => {
    const action = actions.find((one) => one === what)
    const name = action ? t(`calls.action.${action}`) : what
    switch (kind) {
      case 'signal': {
        const signal = signals.find((one) => one === what)
        return signal ? t(`calls.signal.${signal}`) : what
      }
      case 'decision': {
        const outcome = outcomes.find((one) => one === what) ?? 'undecided'
        return t('calls.decided', { outcome: t(`common.outcome.${outcome}`) })
      }
      case 'action':
        return t('calls.planned', { action: name })
      case 'answer': {
        const known = actionStates.find((one) => one === state) ?? 'uncertain'
        return t('calls.answered_by', { action: name, state: t(`calls.state.${known}`) })
      }
      case 'status': {
        const status = statuses.find((one) => one === what)
        return t('calls.messageStatus', { status: status ? t(`calls.told.${status}`) : what })
      }
    }
  }
}

/** Everything that happened to a call, in order. */
export function CallTimeline({ call }: { call: CallView }) {
  const { t } = useTranslation()
  const text = useEntryText()
  const timeline = useQuery({
    queryKey: ['calls', call.ref, 'timeline'],
    queryFn: () => answer(client.api.calls[':id'].timeline.$get({ param: { id: call.ref } })),
  })
  return (
    <Loaded query={timeline}>
      {({ data }) => (
        <ol className={styles.timeline}>
          {data.map((entry, index) => (
            <li key={index}>
              <span className="muted">
                <Time at={entry.at} />
              </span>
              <span>
                {text(entry)}
                {entry.what === 'call_ended' && call.duration_formatted !== null && (
                  <span className="muted">{` · ${t('calls.duration')} ${call.duration_formatted}`}</span>
                )}
                {entry.detail !== null && entry.detail !== 'planned' && (
                  <span className="mono muted given" style={{ display: 'block' }}>
                    {entry.detail}
                  </span>
                )}
              </span>
            </li>
          ))}
        </ol>
      )}
    </Loaded>
  )
}
