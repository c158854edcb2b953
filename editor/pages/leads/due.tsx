import { AlarmClock } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { LeadView } from '../../../server/schema/lead.ts'
import { Tag } from '../../parts/tag.tsx'
import { useNow } from '../../parts/time.tsx'

const minuteMs = 60_000
const hourMs = 60 * minuteMs

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })
const day = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric', month: 'short' })
const whole = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })

/** An instant (ISO) that is to come, or was, as people say it. */
export const wholeTime = (at: string): string => whole.format(new Date(at))

/** When a lead is due: how long is left under a day, then the date; loud when it is late or soon. */
export function Due({ lead }: { lead: Pick<LeadView, 'dueAt' | 'dueBy'> }) {
  const { t } = useTranslation()
  const now = useNow(15_000)
  if (lead.dueAt === null) return undefined
  const at = new Date(lead.dueAt)
  const left = at.getTime() - now
  const title = whole.format(at)
  const icon = <AlarmClock size={13} aria-hidden />
  if (left < 0)
    return (
      <time dateTime={lead.dueAt} title={title}>
        <Tag tone="err" icon={icon}>
          {t('leads.overdue')}
        </Tag>
      </time>
    )
  const minutes = Math.ceil(left / minuteMs)
  const text =
    left < hourMs
      ? t('common.time.inMinutes', { count: minutes })
      : left < 12 * hourMs
        ? t('common.time.inHours', { hours: Math.floor(minutes / 60), minutes: minutes % 60 })
        : `${day.format(at)}, ${clock.format(at)}`
  return (
    <time dateTime={lead.dueAt} title={title} style={{ whiteSpace: 'nowrap' }}>
      {left < hourMs ? (
        <Tag tone="warn" icon={icon}>
          {text}
        </Tag>
      ) : (
        text
      )}
    </time>
  )
}
