import { ActionIcon, Button, TextInput } from '@mantine/core'
import { Plus, X } from 'lucide-react'
import { DateTime } from 'luxon'
import { useTranslation } from 'react-i18next'
import type { Calendar } from '../../../../server/schema/calendar.ts'
import styles from '../settings.module.css'
import { HolidaySources } from './holiday-sources.tsx'
import { Intervals } from './intervals.tsx'
import { withAt, without } from './lists.ts'

export type Holiday = Calendar['holidays'][number]

const byDate = (a: Holiday, b: Holiday): number => a.date.localeCompare(b.date)

/** Dates that are not as the week says; without hours, closed all day. */
export function Holidays({
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
        <div className={styles.row}>
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
          <HolidaySources
            known={value}
            onAdd={(more) => onChange([...value, ...more].toSorted(byDate))}
          />
        </div>
      )}
    </div>
  )
}
