const whole = new Intl.NumberFormat()
const percent = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 0 })

/** A number as the reader's language writes it. */
export const numberText = (value: number): string => whole.format(value)

/** A part of a whole; a dash where there is no whole. */
export const shareText = (part: number, of: number): string =>
  of === 0 ? '–' : percent.format(part / of)
