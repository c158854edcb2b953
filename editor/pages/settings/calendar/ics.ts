import type { Holiday } from './holidays.tsx'

/** What a calendar file says of the next two years; later repetitions are not needed. */
const aheadDays = 730
/** Repetitions looked at of one entry; one that repeats daily ends here. */
const mostTimes = 1_000

/**
 * All-day entries of an iCalendar file (RFC 5545) from today on, each date once.
 * @throws Error on what is no iCalendar file
 */
export async function holidaysOfFile(text: string, today: string): Promise<Holiday[]> {
  const { default: ical } = await import('ical.js')
  const root = new ical.Component(ical.parse(text))
  const until = new Date(Date.parse(today) + aheadDays * 86_400_000).toISOString().slice(0, 10)
  const found = new Map<string, string>()
  for (const component of root.getAllSubcomponents('vevent')) {
    const event = new ical.Event(component)
    if (!event.startDate.isDate) continue
    const length = Math.max(1, Math.min(31, event.duration.toSeconds() / 86_400))
    const times = event.iterator()
    for (let count = 0; count < mostTimes; count += 1) {
      const start = times.next()
      if (!(start instanceof ical.Time)) break
      const first = start.toJSDate()
      if (start.toString() > until) break
      for (let day = 0; day < length; day += 1) {
        const date = new Date(
          Date.UTC(first.getFullYear(), first.getMonth(), first.getDate() + day),
        ).toISOString()
        const local = date.slice(0, 10)
        if (local >= today && local <= until) found.set(local, event.summary)
      }
    }
  }
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([date, name]) => ({ date, ...(name ? { name: name.slice(0, 120) } : {}) }))
}
