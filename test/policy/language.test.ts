import { describe, expect, it } from 'vitest'
import { chooseLocale, languageTag } from '../../server/policy/language.ts'

describe('the text for a caller', () => {
  const locales = { fr: 'Bonjour', pt_BR: 'Olá', 'zh-Hant': '您好', ' DE ': 'Hallo' }
  it.each([
    ['fr', 'fr'],
    ['FR', 'fr'],
    [' fr ', 'fr'],
    ['fr-CA', 'fr'],
    ['fr_CA', 'fr'],
    ['pt-br', 'pt_BR'],
    ['PT_BR', 'pt_BR'],
    ['pt-BR-x-old', 'pt_BR'],
    ['pt', undefined],
    ['pt-PT', undefined],
    ['zh_Hant_TW', 'zh-Hant'],
    ['zh', undefined],
    ['de-AT', ' DE '],
    ['f', undefined],
    ['frr', undefined],
    ['CA-fr', undefined],
    ['', undefined],
  ])('of %j is that of %j', (language, key) => {
    expect(chooseLocale(locales, language)).toBe(key)
  })

  it('is the nearest, however the languages are ordered', () => {
    expect(chooseLocale({ fr: 'a', 'fr-CA': 'b' }, 'fr-CA')).toBe('fr-CA')
    expect(chooseLocale({ 'fr-CA': 'b', fr: 'a' }, 'fr-BE')).toBe('fr')
    expect(chooseLocale({ '': 'a' }, '')).toBe('')
    expect(chooseLocale({}, 'fr')).toBeUndefined()
  })
})

describe('the tag of a language', () => {
  it.each([
    ['fr', 'fr'],
    ['pt_BR', 'pt-BR'],
    ['zh_Hant_TW', 'zh-Hant-TW'],
    ['EN-gb', 'en-GB'],
    ['tlh', 'en'],
    ['', 'en'],
    ['no language', 'en'],
    ['fr_', 'en'],
  ])('%j is %s, and again when asked again', (language, tag) => {
    expect([languageTag(language), languageTag(language)]).toEqual([tag, tag])
  })

  it('is the right one after more languages than are remembered', () => {
    const own = Array.from({ length: 450 }, (_, index) => `x-own${index}`)
    const wrong = [...own, ...own].filter((one) => languageTag(`fr_${one}`) !== `fr-${one}`)
    expect(wrong).toEqual([])
  })
})
