import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'

const places = [0, 1, 2, 3, 4, 5, 6] as const

/** Short names of the days of the week, 0 for Monday. */
export function useWeekday(): (weekday: number) => string {
  const { t } = useTranslation()
  return useCallback(
    (weekday) => t(`reports.weekday.${places.find((place) => place === weekday) ?? 0}`),
    [t],
  )
}
