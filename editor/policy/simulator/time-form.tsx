import { Button, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { changeAfter, hoursState } from '../../../server/policy/schedule.ts'
import type { Calendar } from '../../../server/schema/calendar.ts'
import type { Given } from './given.ts'
import styles from './simulator.module.css'
import { instantOf, wallClock } from './wall-clock.ts'

interface TimeProps {
  readonly given: Given
  readonly change: (next: Given) => void
  /** The calendar that the policy asks first; its zone is that of the field. */
  readonly calendar: Calendar | undefined
  readonly zone: string
}

/** Changes of a calendar that are looked at for its next opening: some weeks of them. */
const mostChanges = 200

/** The next instant from which a calendar is open, or is not; undefined when there is none for weeks. */
function nextTurn(calendar: Calendar, at: number, isOpen: boolean): number | undefined {
  let was = hoursState(calendar, at) === 'open'
  let instant = at
  for (let count = 0; count < mostChanges; count += 1) {
    instant = changeAfter(calendar, instant)
    const is = hoursState(calendar, instant) === 'open'
    if (is !== was && is === isOpen) return instant
    was = is
  }
  return undefined
}

/** When the call comes, by the wall clock of the calendar. */
export function TimeForm({ given, change, calendar, zone }: TimeProps) {
  const { t } = useTranslation()
  const goTo = (at: number | undefined) => {
    if (at !== undefined) change({ ...given, at })
  }
  return (
    <div className={styles.group}>
      <TextInput
        type="datetime-local"
        label={
          <span className={styles.zone}>
            {t('simulator.when')} <span>{zone}</span>
          </span>
        }
        value={wallClock(given.at, zone)}
        onChange={({ currentTarget }) => goTo(instantOf(currentTarget.value, zone))}
      />
      <div className={styles.jumps}>
        <Button size="compact-xs" variant="default" onClick={() => goTo(Date.now())}>
          {t('simulator.now')}
        </Button>
        {calendar && (
          <>
            <Button
              size="compact-xs"
              variant="default"
              onClick={() => goTo(nextTurn(calendar, given.at, true))}
            >
              {t('simulator.opens')}
            </Button>
            <Button
              size="compact-xs"
              variant="default"
              onClick={() => goTo(nextTurn(calendar, given.at, false))}
            >
              {t('simulator.closes')}
            </Button>
          </>
        )}
      </div>
    </div>
  )
}
