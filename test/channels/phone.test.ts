import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countryOf, normalisePhone, phoneForms } from '../../server/phone.ts'

describe('normalisePhone', () => {
  it.each([
    ['551187654321', '+5511987654321', 'Brazilian mobile without the ninth digit'],
    ['5511987654321', '+5511987654321', 'Brazilian mobile with it'],
    ['551132654321', '+551132654321', 'Brazilian fixed line'],
    ['5491123456789', '+5491123456789', 'Argentine with the 9'],
    ['541123456789', '+5491123456789', 'Argentine without it'],
    ['54111523456789', '+5491123456789', 'Argentine with the national 15'],
    ['5215512345678', '+525512345678', 'Mexican with the 1'],
    ['525512345678', '+525512345678', 'Mexican without it'],
    ['16505550123', '+16505550123', 'digits'],
    ['+1 (650) 555-0123', '+16505550123', 'punctuation'],
    ['0049 151 12345678', '+4915112345678', 'international prefix'],
    ['+44 (0)20 7946 0000', '+442079460000', 'national prefix'],
    ['99912345678', '+99912345678', 'country code without a numbering plan'],
    ['5509080000000', '+55980000000', 'Brazilian with a national prefix'],
  ])('reads %s as %s (%s)', (given, expected) => {
    expect(normalisePhone(given)).toBe(expected)
  })

  it.each(['', '+', 'maya', '12345', '0123456', '1234567890123456', 'US.1349', '12345678@lid'])(
    'refuses %j',
    (given) => {
      expect(normalisePhone(given)).toBeUndefined()
    },
  )

  it('changes nothing the second time', () => {
    const digits = fc.oneof(
      fc.stringMatching(/^[1-9]\d{5,14}$/),
      fc.stringMatching(/^(55|54|549|521?)\d{10,11}$/),
    )
    fc.assert(
      fc.property(digits, (text) => {
        const once = normalisePhone(text)
        expect(normalisePhone(once ?? '')).toBe(once)
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('phoneForms', () => {
  it.each([
    ['+551187654321', ['+5511987654321', '+551187654321']],
    ['+5511987654321', ['+5511987654321', '+551187654321']],
    ['+541123456789', ['+5491123456789', '+541123456789']],
    ['+5215512345678', ['+525512345678', '+5215512345678']],
    ['+4915112345678', ['+4915112345678']],
  ])('finds %s under %j', (given, forms) => {
    expect(phoneForms(given)).toEqual(forms)
  })

  it('names only spellings of one person', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^(55|54|549|521?)\d{10,11}$/), (digits) => {
        const canonical = normalisePhone(digits) ?? ''
        const forms = phoneForms(`+${digits}`)
        expect(forms).toContain(`+${digits}`)
        expect(new Set(forms.map((form) => normalisePhone(form)))).toEqual(new Set([canonical]))
      }),
    )
  })
})

describe('countryOf', () => {
  it.each([
    ['+16505550123', undefined, 'US'],
    ['+14165550123', undefined, 'CA'],
    ['+77012345678', undefined, 'KZ'],
    ['+5511987654321', 'US.1349', 'BR'],
    [undefined, 'US.13491208655302741918', 'US'],
    [undefined, 'FR.ENT.11815799212886844830', 'FR'],
    [undefined, '12345@lid', undefined],
    ['+99912345678', undefined, undefined],
    [undefined, undefined, undefined],
  ])('%s and %s is %s', (phone, userId, country) => {
    expect(countryOf(phone, userId)).toBe(country)
  })
})
