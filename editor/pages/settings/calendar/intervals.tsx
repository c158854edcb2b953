import { ActionIcon, Button, TextInput } from '@mantine/core'
import { Plus, X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Interval } from '../../../../server/schema/calendar.ts'
import styles from '../settings.module.css'
import { withAt, without } from './lists.ts'

interface IntervalsProps {
  readonly label: string
  readonly value: readonly Interval[]
  readonly onChange: (value: Interval[]) => void
  readonly isDisabled: boolean
}

/** Hours of one day; an end that is not after its beginning runs into the next day. */
export function Intervals({ label, value, onChange, isDisabled }: IntervalsProps) {
  const { t } = useTranslation()
  const names = { from: t('settings.calendar.from'), to: t('settings.calendar.to') }
  return (
    <div
      style={{
        display: 'flex',
        flexWrap: 'wrap',
        alignItems: 'center',
        gap: '6px 12px',
        minHeight: 36,
      }}
    >
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
