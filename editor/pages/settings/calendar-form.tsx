import { ActionIcon, Button, Select, TextInput } from '@mantine/core'
import { Plus, X } from 'lucide-react'
import { DateTime } from 'luxon'
import type { FormEvent } from 'react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Calendar, Interval, Weekday } from '../../../server/schema/calendar.ts'
import { weekdays } from '../../../server/schema/calendar.ts'
import { answer, client } from '../../api/client.ts'
import { useMay } from '../../api/session.ts'
import { useChange } from '../../parts/use-change.ts'
import styles from './settings.module.css'

const without = <T,>(list: readonly T[], at: number): T[] => list.filter((_, index) => index !== at)
const withAt = <T,>(list: readonly T[], at: number, item: T): T[] =>
  list.map((old, index) => (index === at ? item : old))

interface IntervalsProps {
  readonly label: string
  readonly value: readonly Interval[]
  readonly onChange: (value: Interval[]) => void
  readonly isDisabled: boolean
}

/** Hours of one day; an end that is not after its beginning runs into the next day. */
function Intervals({ label, value, onChange, isDisabled }: IntervalsProps) {
  const { t } = useTranslation()
  const names = { from: t('settings.calendar.from'), to: t('settings.calendar.to') }
  return (
    <div style={{ display: 'grid', gap: 6 }}>
      {value.length === 0 && <span className="muted">{t('settings.calendar.closed')}</span>}
      {value.map(([from, to], at) => (
        <div key={at} className={styles.row}>
          <TextInput
            aria-label={`${label}, ${names.from}`}
            value={from}
            pattern="([01]\d|2[0-3]):[0-5]\d"
            required
            disabled={isDisabled}
            w={72}
            onChange={({ currentTarget }) => onChange(withAt(value, at, [currentTarget.value, to]))}
          />
          <span className="muted">{names.to}</span>
          <TextInput
            aria-label={`${label}, ${names.to}`}
            value={to}
            pattern="(([01]\d|2[0-3]):[0-5]\d|24:00)"
            required
            disabled={isDisabled}
            w={72}
            onChange={({ currentTarget }) =>
              onChange(withAt(value, at, [from, currentTarget.value]))
            }
          />
          {to <= from && <span className="muted">{t('settings.calendar.overnight')}</span>}
          {!isDisabled && (
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`${label}, ${from}: ${t('settings.calendar.remove')}`}
              onClick={() => onChange(without(value, at))}
            >
              <X size={15} aria-hidden />
            </ActionIcon>
          )}
        </div>
      ))}
      {!isDisabled && (
        <div>
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<Plus size={13} aria-hidden />}
            aria-label={`${label}: ${t('settings.calendar.addHours')}`}
            onClick={() => onChange([...value, ['09:00', '17:00']])}
          >
            {t('settings.calendar.addHours')}
          </Button>
        </div>
      )}
    </div>
  )
}

type Holiday = Calendar['holidays'][number]

function Holidays({
  value,
  onChange,
  isDisabled,
}: {
  value: readonly Holiday[]
  onChange: (value: Holiday[]) => void
  isDisabled: boolean
}) {
  const { t } = useTranslation()
  return (
    <div style={{ display: 'grid', gap: 8 }}>
      {value.map((holiday, at) => (
        <div key={at} className={styles.row} style={{ alignItems: 'flex-start' }}>
          <TextInput
            type="date"
            aria-label={t('settings.calendar.date')}
            value={holiday.date}
            required
            disabled={isDisabled}
            onChange={({ currentTarget }) =>
              onChange(withAt(value, at, { ...holiday, date: currentTarget.value }))
            }
          />
          <TextInput
            aria-label={t('settings.calendar.holidayName')}
            placeholder={t('settings.calendar.holidayName')}
            value={holiday.name ?? ''}
            disabled={isDisabled}
            onChange={({ currentTarget }) =>
              onChange(withAt(value, at, { ...holiday, name: currentTarget.value }))
            }
          />
          <Intervals
            label={holiday.name ?? holiday.date}
            value={holiday.hours ?? []}
            isDisabled={isDisabled}
            onChange={(hours) => onChange(withAt(value, at, { ...holiday, hours }))}
          />
          {!isDisabled && (
            <ActionIcon
              variant="subtle"
              color="gray"
              size={32}
              aria-label={`${holiday.name ?? holiday.date}: ${t('settings.calendar.remove')}`}
              onClick={() => onChange(without(value, at))}
            >
              <X size={15} aria-hidden />
            </ActionIcon>
          )}
        </div>
      ))}
      {!isDisabled && (
        <div>
          <Button
            variant="default"
            size="compact-sm"
            leftSection={<Plus size={13} aria-hidden />}
            onClick={() => {
              const date = DateTime.now().plus({ days: 1 }).toISODate()
              onChange([...value, { date, name: '' }])
            }}
          >
            {t('settings.calendar.addHoliday')}
          </Button>
        </div>
      )}
    </div>
  )
}

type Override = Calendar['overrides'][number]

/** The wall clock of a zone, as the browser's own field writes it. */
const toField = (instant: string, zone: string): string =>
  DateTime.fromISO(instant, { zone }).toFormat("yyyy-MM-dd'T'HH:mm")
const fromField = (text: string, zone: string): string | undefined =>
  DateTime.fromISO(text, { zone }).toISO({ suppressMilliseconds: true }) ?? undefined

interface OverridesProps {
  readonly value: readonly Override[]
  readonly zone: string
  readonly onChange: (value: Override[]) => void
  readonly isDisabled: boolean
}

function Overrides({ value, zone, onChange, isDisabled }: OverridesProps) {
  const { t } = useTranslation()
  const put = (at: number, override: Override) => onChange(withAt(value, at, override))
  return (
    <div style={{ display: 'grid', gap: 8 }}>
      <span className="muted">{t('settings.calendar.overridesHint')}</span>
      {value.map((override, at) => (
        <div key={at} className={styles.row}>
          <Select
            aria-label={t('settings.calendar.state')}
            data={(['open', 'closed'] as const).map((state) => ({
              value: state,
              label: t(`settings.calendar.${state}`),
            }))}
            value={override.state}
            allowDeselect={false}
            disabled={isDisabled}
            w={110}
            onChange={(state) =>
              put(at, { ...override, state: state === 'open' ? 'open' : 'closed' })
            }
          />
          {(['from', 'to'] as const).map((end) => (
            <TextInput
              key={end}
              type="datetime-local"
              aria-label={t(`settings.calendar.${end}`)}
              value={toField(override[end], zone)}
              required
              disabled={isDisabled}
              onChange={({ currentTarget }) => {
                const instant = fromField(currentTarget.value, zone)
                if (instant !== undefined) put(at, { ...override, [end]: instant })
              }}
            />
          ))}
          <TextInput
            aria-label={t('settings.calendar.note')}
            placeholder={t('settings.calendar.note')}
            value={override.note ?? ''}
            disabled={isDisabled}
            onChange={({ currentTarget }) => put(at, { ...override, note: currentTarget.value })}
          />
          {!isDisabled && (
            <ActionIcon
              variant="subtle"
              color="gray"
              size={32}
              aria-label={t('settings.calendar.remove')}
              onClick={() => onChange(without(value, at))}
            >
              <X size={15} aria-hidden />
            </ActionIcon>
          )}
        </div>
      ))}
      {!isDisabled && (
        <div>
          <Button
            variant="default"
            size="compact-sm"
            leftSection={<Plus size={13} aria-hidden />}
            onClick={() => {
              const start = DateTime.now().setZone(zone).startOf('hour').plus({ hours: 1 })
              const from = start.toISO({ suppressMilliseconds: true })
              const to = start.plus({ hours: 2 }).toISO({ suppressMilliseconds: true })
              if (from !== null && to !== null)
                onChange([...value, { from, to, state: 'closed', note: '' }])
            }}
          >
            {t('settings.calendar.addOverride')}
          </Button>
        </div>
      )}
    </div>
  )
}

/** Empty notes and names are none. */
const cleaned = (calendar: Calendar): Calendar => ({
  ...calendar,
  holidays: calendar.holidays.map(({ date, name, hours }) => ({
    date,
    ...(name ? { name } : {}),
    ...(hours && hours.length > 0 ? { hours } : {}),
  })),
  overrides: calendar.overrides.map(({ note, ...rest }) => (note ? { ...rest, note } : rest)),
})

/** One calendar: the week, holidays, and exceptions that end by themselves. */
export function CalendarForm({ name, calendar }: { name: string; calendar: Calendar }) {
  const { t } = useTranslation()
  const mayChange = useMay('putCalendar')
  const [value, setValue] = useState(calendar)
  const save = useChange({
    run: () =>
      answer(
        client.api.settings.calendars[':name'].$put({ param: { name }, json: cleaned(value) }),
      ),
    renews: ['calendars', 'catalogue'],
    done: t('settings.calendar.saved'),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate(undefined)
  }
  const setDay = (day: Weekday, intervals: Interval[]) =>
    setValue({ ...value, weekly: { ...value.weekly, [day]: intervals } })
  const zones = [...new Set([value.zone, ...Intl.supportedValuesOf('timeZone'), 'UTC'])]
  return (
    <form onSubmit={submit} style={{ display: 'grid', gap: 18 }}>
      <Select
        label={t('settings.calendar.zone')}
        data={zones}
        value={value.zone}
        searchable
        allowDeselect={false}
        disabled={!mayChange}
        w={260}
        onChange={(zone) => zone !== null && setValue({ ...value, zone })}
      />
      <fieldset style={{ border: 0, padding: 0, margin: 0 }}>
        <legend>
          <strong>{t('settings.calendar.weekly')}</strong>
        </legend>
        {weekdays.map((day) => (
          <div key={day} className={styles.day}>
            <span>{t(`settings.calendar.day.${day}`)}</span>
            <Intervals
              label={t(`settings.calendar.day.${day}`)}
              value={value.weekly[day] ?? []}
              isDisabled={!mayChange}
              onChange={(intervals) => setDay(day, intervals)}
            />
          </div>
        ))}
      </fieldset>
      <fieldset style={{ border: 0, padding: 0, margin: 0 }}>
        <legend>
          <strong>{t('settings.calendar.holidays')}</strong>
        </legend>
        <Holidays
          value={value.holidays}
          isDisabled={!mayChange}
          onChange={(holidays) => setValue({ ...value, holidays })}
        />
      </fieldset>
      <fieldset style={{ border: 0, padding: 0, margin: 0 }}>
        <legend>
          <strong>{t('settings.calendar.overrides')}</strong>
        </legend>
        <Overrides
          value={value.overrides}
          zone={value.zone}
          isDisabled={!mayChange}
          onChange={(overrides) => setValue({ ...value, overrides })}
        />
      </fieldset>
      {mayChange && (
        <div>
          <Button type="submit" loading={save.isPending}>
            {t('common.save')}
          </Button>
        </div>
      )}
    </form>
  )
}
