import { describe, expect, it } from 'vitest'
import { capText, cleanText, truncateText } from '../../server/policy/clean-text.ts'

const wave = '\u{1F44B}'

describe('a text of somebody else', () => {
  it.each([
    ['is one line', 'a\tb\nc\r\nd\ve\ff\u0085g\u2028h\u2029i', 'a b c d e f g h i'],
    ['loses blanks around it', '  \n a  b \t', 'a  b'],
    ['loses control characters', 'a\u0000b\u001Bc\u007Fd', 'abcd'],
    ['loses bidi marks', 'late\u202Epayer\u200F', 'latepayer'],
    ['loses what is drawn as nothing', 'a\u200Bb\u3164c\u00ADd\u{E0041}e', 'abcde'],
    ['loses half surrogate pairs', 'a\uD83Db\uDC4Bc', 'abc'],
    ['keeps whole ones', `a${wave}b`, `a${wave}b`],
    ['keeps the selectors of emoji', '\u2764\uFE0F \u2764\uFE0E', '\u2764\uFE0F \u2764\uFE0E'],
    ['loses the other selectors', '\u2764\uFE0D', '\u2764'],
    ['may be nothing then', ' \u200B\u202E ', ''],
  ])('%s', (_, text, clean) => {
    expect(cleanText(text)).toBe(clean)
  })

  it('has at most 256 code units', () => {
    expect(cleanText('x'.repeat(256))).toBe('x'.repeat(256))
    expect(cleanText('x'.repeat(257))).toBe(`${'x'.repeat(255)}…`)
    expect(cleanText(`${' '.repeat(300)}${'x'.repeat(200)}`)).toBe('x'.repeat(200))
  })

  it('is read up to sixteen times that', () => {
    expect(cleanText(`${'\u200B'.repeat(4095)}xyz`)).toBe('x')
    expect(cleanText(`${'\u200B'.repeat(4096)}xyz`)).toBe('')
  })
})

describe('cutting', () => {
  it.each([
    ['abc', 3, 'abc'],
    ['abcd', 3, 'ab…'],
    ['abcd', 1, '…'],
    [`a${wave}`, 3, `a${wave}`],
    [`a${wave}b`, 3, 'a…'],
    [`${wave}${wave}`, 3, `${wave}…`],
    [`${wave}bcd`, 4, `${wave}b…`],
  ])('%j to %i code units gives %j', (text, limit, cut) => {
    expect(capText(text, limit)).toBe(cut)
  })

  it.each([
    ['abc', 3, 'abc'],
    ['abcd', 3, 'ab…'],
    ['abcd', 1, '…'],
    [`${wave}${wave}${wave}`, 3, `${wave}${wave}${wave}`],
    [`${wave}${wave}${wave}${wave}`, 3, `${wave}${wave}…`],
  ])('%j to %i characters gives %j', (text, limit, cut) => {
    expect(truncateText(text, limit)).toBe(cut)
  })
})
