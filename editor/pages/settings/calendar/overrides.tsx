import { ActionIcon, Button, Select, TextInput } from '@mantine/core'
import { Plus, X } from 'lucide-react'
import { DateTime } from 'luxon'
import { useTranslation } from 'react-i18next'
import type { Calendar } from '../../../../server/schema/calendar.ts'
import styles from '../settings.module.css'
import { withAt, without } from './lists.ts'

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

/** Open or closed for a while, whatever the week says. */
export function Overrides({ value, zone, onChange, isDisabled }: OverridesProps) {
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
