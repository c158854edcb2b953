import { DateTime } from 'luxon'
import { useTranslation } from 'react-i18next'
import { changeAfter, hoursState } from '../../../../server/policy/schedule.ts'
import type { Calendar } from '../../../../server/schema/calendar.ts'
import { calendarSchema } from '../../../../server/schema/calendar.ts'
import styles from '../settings.module.css'
import type { Span } from './spans.ts'
import { dayMinutes } from './spans.ts'
import { Track } from './track.tsx'

const days = 14

/** What the engine will say of one date, hour by hour. */
function openOn(calendar: Calendar, day: DateTime): { spans: Span[]; isHoliday: boolean } {
  const end = day.plus({ days: 1 }).toMillis()
  const minuteOf = (at: number) => {
    const local = DateTime.fromMillis(at, { zone: calendar.zone })
    return at >= end ? dayMinutes : local.hour * 60 + local.minute
  }
  const spans: Span[] = []
  let isHoliday = false
  for (let at = day.toMillis(); at < end;) {
    const next = Math.min(end, Math.max(at + 60_000, changeAfter(calendar, at)))
    const state = hoursState(calendar, at)
    if (state === 'holiday') isHoliday = true
    if (state === 'open') spans.push({ from: minuteOf(at), to: minuteOf(next) })
    at = next
  }
  return { spans, isHoliday }
}

const clock = (minutes: number): string =>
  minutes === dayMinutes
    ? '24:00'
    : DateTime.fromObject({ hour: Math.floor(minutes / 60), minute: minutes % 60 }).toFormat(
        'HH:mm',
      )

/** Pieces that follow on each other, as one. */
const joined = (spans: readonly Span[]): Span[] =>
  spans.reduce<Span[]>((all, span) => {
    const last = all.at(-1)
    return last && last.to === span.from
      ? [...all.slice(0, -1), { from: last.from, to: span.to }]
      : [...all, span]
  }, [])

/** The next two weeks as the engine will see them, holidays and exceptions included. */
export function Preview({ calendar }: { calendar: Calendar }) {
  const { t, i18n } = useTranslation()
  const valid = calendarSchema.safeParse(calendar).data
  if (!valid) return <p className="muted">{t('settings.calendar.previewWrong')}</p>
  const today = DateTime.now().setZone(valid.zone).startOf('day')
  return (
    <div className={styles.preview} role="list">
      {Array.from({ length: days }, (_, index) => {
        const day = today.plus({ days: index })
        const { spans, isHoliday } = openOn(valid, day)
        const all = joined(spans)
        const words = all.map(({ from, to }) => `${clock(from)}–${clock(to)}`).join(', ')
        const name = valid.holidays.find(({ date }) => date === day.toISODate())?.name
        return (
          <div key={day.toISODate()} role="listitem" style={{ display: 'contents' }}>
            <span>{day.setLocale(i18n.language).toFormat('ccc d LLL')}</span>
            <Track spans={all} />
            <span className={words === '' ? 'muted' : undefined}>
              {words === '' ? t('settings.calendar.closed') : words}
              {isHoliday && ` · ${name ?? t('settings.calendar.holidayDay')}`}
            </span>
          </div>
        )
      })}
    </div>
  )
}
