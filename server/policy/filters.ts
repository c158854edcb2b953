import { DateTime, IANAZone } from 'luxon'
import type { FactType, FactValue } from '../schema/facts.ts'
import { cleanText, truncateText } from './clean-text.ts'
import type { FilterUse } from './variables.ts'

const timeFormat = 'HH:mm'
const dateFormat = 'd LLLL'

export interface FilterScope {
  readonly zone: string
  /** A tag that `Intl` knows. */
  readonly language: string
}

/** A value on its way through the filters: what it reads as now, and its instant while it still has one. */
interface Filtered {
  readonly text: string
  readonly instant?: number
}

/**
 * The text of a fact after its filters; `value` is undefined when the fact is unknown.
 * Its own text is cleaned, the author's arguments are taken as they are.
 */
export function filteredText(
  fact: { readonly value: FactValue | undefined; readonly type: FactType | undefined },
  filters: readonly FilterUse[],
  scope: FilterScope,
): string {
  const start = startOf(fact.value, fact.type, scope)
  return filters.reduce((filtered, filter) => applyFilter(filtered, filter, scope), start).text
}

function startOf(
  value: FactValue | undefined,
  type: FactType | undefined,
  scope: FilterScope,
): Filtered {
  if (type === 'instant' && typeof value === 'number') {
    return { text: instantText(value, `${dateFormat} ${timeFormat}`, scope), instant: value }
  }
  return { text: value === undefined ? '' : cleanText(plainText(value)) }
}

function plainText(value: FactValue): string {
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : ''
  return value.map(cleanText).filter(Boolean).join(', ')
}

function applyFilter(filtered: Filtered, filter: FilterUse, scope: FilterScope): Filtered {
  const { text, instant } = filtered
  switch (filter.name) {
    case 'default':
      return text === '' ? { text: filter.argument ?? '' } : filtered
    case 'time':
    case 'date': {
      if (instant === undefined) return filtered
      const usual = filter.name === 'time' ? timeFormat : dateFormat
      return { text: instantText(instant, filter.argument ?? usual, scope) }
    }
    case 'upper':
      return { text: text.toLocaleUpperCase(scope.language) }
    case 'lower':
      return { text: text.toLocaleLowerCase(scope.language) }
    case 'truncate':
      return { text: truncateText(text, Number(filter.argument)) }
  }
}

/** Always in the Gregorian calendar, which languages such as Persian and Thai would replace. */
function instantText(instant: number, format: string, { zone, language }: FilterScope): string {
  const time = DateTime.fromMillis(instant, {
    zone: IANAZone.create(zone),
    locale: language,
    outputCalendar: 'gregory',
  })
  return time.isValid ? time.toFormat(format) : ''
}
