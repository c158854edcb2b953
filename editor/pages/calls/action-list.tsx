import { useTranslation } from 'react-i18next'
import type { ActionView } from '../../../server/schema/decision.ts'
import type { Tone } from '../../parts/tag.tsx'
import { Tag } from '../../parts/tag.tsx'
import { Time } from '../../parts/time.tsx'
import styles from './calls.module.css'

const types = [
  'pre_accept',
  'accept',
  'reject',
  'terminate',
  'message',
  'notify',
  'block',
  'webhook',
] as const

const tones: Readonly<Record<ActionView['state'], Tone>> = {
  pending: 'neutral',
  claimed: 'accent',
  done: 'accept',
  gone: 'neutral',
  failed: 'err',
  expired: 'warn',
  suppressed: 'neutral',
  uncertain: 'warn',
}

function Action({ action }: { action: ActionView }) {
  const { t } = useTranslation()
  const type = types.find((one) => one === action.type)
  const notes = [action.delivery, action.reason, action.error].filter(Boolean).join(' · ')
  return (
    <li>
      <span className="muted">
        <Time at={action.settledAt ?? action.at} />
      </span>
      <div>
        <strong>{type ? t(`calls.action.${type}`) : action.type}</strong>{' '}
        <Tag tone={tones[action.state]}>{t(`calls.state.${action.state}`)}</Tag>{' '}
        <span className="muted">{t('calls.tries', { count: action.attempts })}</span>
        {notes !== '' && <div className="mono muted given">{notes}</div>}
        {action.text !== undefined && (
          <div className={styles.chat}>
            <div className={`${styles.bubble} given`}>{action.text}</div>
          </div>
        )}
      </div>
    </li>
  )
}

/** What we did because of a decision, with the provider's answers. */
export function ActionList({ actions }: { actions: readonly ActionView[] }) {
  const { t } = useTranslation()
  if (actions.length === 0) return <p className="muted">{t('calls.noActions')}</p>
  return (
    <ol className={styles.timeline}>
      {actions.map((action, index) => (
        <Action key={index} action={action} />
      ))}
    </ol>
  )
}
