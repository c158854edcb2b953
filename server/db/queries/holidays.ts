import type { HolidayPlace, NamedHoliday } from '../../schema/holidays.ts'
import type { Db } from '../open.ts'

/** Loaded when first asked for, and in this thread: it takes a fifth of a second, which no ringing call has. */
const library = async () => (await import('date-holidays')).default

/** Countries whose public holidays are known, and the regions of one of them. */
export async function holidayPlaces(
  _db: Db,
  { country }: { readonly country?: string | undefined },
): Promise<{ countries: HolidayPlace[]; regions: HolidayPlace[] }> {
  const Holidays = await library()
  const all = new Holidays()
  const places = (found: Record<string, string> | undefined): HolidayPlace[] =>
    Object.entries(found ?? {}).map(([code, name]) => ({ code, name }))
  return {
    countries: places(all.getCountries('en')),
    regions: country === undefined ? [] : places(all.getStates(country, 'en')),
  }
}

interface Asked {
  readonly country: string
  readonly region?: string | undefined
  readonly years: readonly number[]
}

/** Public holidays by date, each date once; none for a place that is not known. */
export async function publicHolidays(db: Db, asked: Asked): Promise<NamedHoliday[]> {
  const { country, region, years } = asked
  const { countries, regions } = await holidayPlaces(db, { country })
  if (!countries.some(({ code }) => code === country)) return []
  const Holidays = await library()
  const isRegion = regions.some(({ code }) => code === region)
  const source =
    isRegion && region !== undefined ? new Holidays(country, region) : new Holidays(country)
  const found = years.flatMap((year) =>
    source
      .getHolidays(year)
      .filter(({ type }) => type === 'public')
      .map(({ date, name }) => [date.slice(0, 10), { date: date.slice(0, 10), name }] as const),
  )
  return [...new Map(found).values()].sort((a, b) => (a.date < b.date ? -1 : 1))
}
