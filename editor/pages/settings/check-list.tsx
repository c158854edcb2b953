import { CircleCheck, CircleMinus, OctagonAlert, TriangleAlert } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { z } from 'zod'
import type { checkSchema } from '../../../server/schema/line-settings.ts'
import { Tag } from '../../parts/tag.tsx'
import styles from './settings.module.css'

type Check = z.infer<typeof checkSchema>

const looks = {
  ok: { icon: CircleCheck, tone: 'accept', colour: 'var(--accept)' },
  warning: { icon: TriangleAlert, tone: 'warn', colour: 'var(--warn)' },
  problem: { icon: OctagonAlert, tone: 'err', colour: 'var(--err)' },
  skipped: { icon: CircleMinus, tone: 'neutral', colour: 'var(--field)' },
} as const

/** What was looked at, what is wrong, and what to click to mend it. */
export function CheckList({ checks }: { checks: readonly Check[] }) {
  const { t } = useTranslation()
  return (
    <ul className={styles.checks}>
      {checks.map(({ id, subject, state, message, mend }) => {
        const { icon: Icon, tone, colour } = looks[state]
        return (
          <li key={`${id} ${subject ?? ''}`} className={styles.check}>
            <Icon size={17} color={colour} aria-hidden />
            <span className="given">
              {subject === undefined ? message : `${subject}: ${message}`}
            </span>
            <Tag tone={tone}>{t(`settings.doctor.state.${state}`)}</Tag>
            {mend !== undefined && (
              <p className="given">
                <strong>{t('settings.doctor.mend')}: </strong>
                {mend}
              </p>
            )}
          </li>
        )
      })}
    </ul>
  )
}
