import { useTranslation } from 'react-i18next'
import type { Values } from '../../../server/schema/reports.ts'
import { leadReasons } from '../../../server/schema/lead.ts'
import { numberText } from '../../parts/number-text.ts'

/** Sums of money, each in its currency. */
export function valueText(values: Values): string {
  if (values.length === 0) return '–'
  return values.map(({ currency, value }) => moneyText(value, currency)).join(' · ')
}

function moneyText(value: number, currency: string): string {
  try {
    const style = { style: 'currency', currency, maximumFractionDigits: 0 } as const
    return new Intl.NumberFormat(undefined, style).format(value)
  } catch {
    return `${numberText(value)} ${currency}`.trim()
  }
}

/** A number of seconds in its largest unit. */
export function useSpan(): (seconds: number | null) => string {
  const { t } = useTranslation()
  return (seconds) => {
    if (seconds === null) return '–'
    if (seconds < 90) return t('reports.span.seconds', { count: seconds })
    if (seconds < 90 * 60) return t('reports.span.minutes', { count: Math.round(seconds / 60) })
    if (seconds < 36 * 3600) return t('reports.span.hours', { count: Math.round(seconds / 3600) })
    return t('reports.span.days', { count: Math.round(seconds / 86_400) })
  }
}

/** A code of why a call was missed, in words. */
export function useReason(): (reason: string) => string {
  const { t } = useTranslation()
  return (reason) => t(`reports.reasons.${leadReasons.find((known) => known === reason) ?? 'rule'}`)
}

/** How a count differs from that of the period before. */
export function useChangeText(): (now: number, then: number) => string {
  const { t } = useTranslation()
  return (now, then) => {
    const difference = numberText(Math.abs(now - then))
    if (now === then) return t('reports.same')
    return now > then ? t('reports.more', { difference }) : t('reports.fewer', { difference })
  }
}

/** The same with a sign only, for tables. */
export const signed = (now: number, then: number): string =>
  now === then ? '0' : `${now > then ? '+' : '−'}${numberText(Math.abs(now - then))}`
