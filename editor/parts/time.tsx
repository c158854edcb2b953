import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'

const minuteMs = 60_000
const hourMs = 60 * minuteMs

const isSameDay = (a: Date, b: Date): boolean => a.toDateString() === b.toDateString()

/** The present, again every so often. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return now
}

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' })
const whole = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' })

/** An instant (ISO): relative under an hour, then the clock, then the date; the whole of it on hover. */
export function Time({ at }: { at: string }) {
  const { t } = useTranslation()
  const now = useNow(15_000)
  const date = new Date(at)
  const ago = now - date.getTime()
  const text = (): string => {
    if (ago >= 0 && ago < 5_000) return t('common.time.now')
    if (ago >= 0 && ago < minuteMs)
      return t('common.time.seconds', { count: Math.floor(ago / 1000) })
    if (ago >= 0 && ago < hourMs)
      return t('common.time.minutes', { count: Math.floor(ago / minuteMs) })
    const time = clock.format(date)
    return isSameDay(date, new Date(now)) ? time : `${day.format(date)}, ${time}`
  }
  return (
    <time dateTime={at} title={whole.format(date)} style={{ whiteSpace: 'nowrap' }}>
      {text()}
    </time>
  )
}
