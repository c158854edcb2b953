import { Button, Select } from '@mantine/core'
import type { FormEvent } from 'react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Calendar, Interval, Weekday } from '../../../server/schema/calendar.ts'
import { weekdays } from '../../../server/schema/calendar.ts'
import { answer, client } from '../../api/client.ts'
import { useMay } from '../../api/session.ts'
import { useChange } from '../../parts/use-change.ts'
import { Holidays } from './calendar/holidays.tsx'
import { Intervals } from './calendar/intervals.tsx'
import { Overrides } from './calendar/overrides.tsx'
import { Preview } from './calendar/preview.tsx'
import { Track } from './calendar/track.tsx'
import { spansOf, withSpan } from './calendar/spans.ts'
import { UsedIn } from './address-book/used-in.tsx'
import styles from './settings.module.css'

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
      <p>
        <span className="muted">{t('addressBook.usedIn')}:</span>{' '}
        <UsedIn kind="calendar" name={name} />
      </p>
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
        {mayChange && <p className="muted">{t('settings.calendar.dragHint')}</p>}
        {weekdays.map((day) => (
          <div key={day} className={styles.day}>
            <span>{t(`settings.calendar.day.${day}`)}</span>
            <Track
              spans={spansOf(value.weekly, day)}
              {...(mayChange
                ? { onAdd: (span) => setDay(day, withSpan(value.weekly[day] ?? [], span)) }
                : {})}
            />
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
      <fieldset style={{ border: 0, padding: 0, margin: 0 }}>
        <legend>
          <strong>{t('settings.calendar.preview')}</strong>
        </legend>
        <Preview calendar={cleaned(value)} />
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
