import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { renderText } from '../../server/policy/render.ts'
import type { FactValue } from '../../server/schema/facts.ts'
import { contextOf } from './render-context.ts'

const named = (name: FactValue, template = '{{caller.name}}'): string =>
  renderText(template, contextOf({ 'caller.name': name }))

describe("a fact's text", () => {
  test.each<[FactValue, string]>([
    ['Ann', 'Ann'],
    [42, '42'],
    [0, '0'],
    [Number.NaN, ''],
    [true, 'yes'],
    [false, 'no'],
    [['gold', 'late\u202Epayer', ''], 'gold, latepayer'],
    [[], ''],
  ])('%j reads %j', (value, text) => {
    expect(named(value)).toBe(text)
  })

  test('is empty when unknown, and the call shows its reference instead of its id', () => {
    const context = contextOf({ 'call.id': 'wacid.49151' })
    expect(renderText('[{{crm.tier}}] {{call.id}}', context)).toBe('[] ref-7')
  })
})

describe('filters', () => {
  test.each<[FactValue | undefined, string]>([
    [undefined, 'you'],
    ['', 'you'],
    ['  \u200B\u202E ', 'you'],
    [[], 'you'],
    [0, '0'],
    [false, 'no'],
    ['Ann', 'Ann'],
  ])('default of %j is %j', (value, text) => {
    const context = contextOf(value === undefined ? {} : { 'caller.name': value })
    expect(renderText('{{caller.name | default: "you"}}', context)).toBe(text)
  })

  test.each([
    ['{{caller.name | upper}}', 'ZOË 👋🏽'],
    ['{{caller.name | lower}}', 'zoë 👋🏽'],
    ['{{caller.name | truncate: 3}}', 'Zo…'],
    ['{{caller.name | truncate: 9}}', 'Zoë 👋🏽'],
    ['{{caller.name | truncate: 1}}', '…'],
    ['{{caller.name | time}}', 'Zoë 👋🏽'],
    ['{{crm.tier | default: "you" | upper}}', 'YOU'],
    ['{{crm.tier | upper | default: "you"}}', 'you'],
  ])('%s gives %s', (template, text) => {
    expect(named('Zoë 👋🏽', template)).toBe(text)
  })

  test('upper follows the language of the text', () => {
    const context = contextOf({ 'caller.name': 'ipek' })
    expect(renderText('{{caller.name | upper}}', context, { language: 'tr' })).toBe('İPEK')
  })
})

describe('instants', () => {
  const facts = {
    'hours.support.nextOpen': Date.parse('2026-11-23T14:00:00Z'),
    'hours.tokyo.nextOpen': Date.parse('2026-11-23T20:00:00Z'),
    'hours.sla.nextOpen': Date.parse('2026-11-23T20:00:00Z'),
    'call.at': Date.parse('2026-11-20T23:30:00Z'),
    'crm.renewal': Date.parse('2027-03-01T12:00:00Z'),
    'caller.priority': 80,
  }
  const context = contextOf(facts)

  test.each([
    ['{{hours.support.nextOpen | time}}', '09:00'],
    ['{{hours.support.nextOpen | date}}', '23 November'],
    ['{{hours.support.nextOpen}}', '23 November 09:00'],
    ['{{hours.tokyo.nextOpen | time: "ccc HH:mm"}}', 'Tue 05:00'],
    ['{{call.at | date: "cccc d LLLL y"}}', 'Saturday 21 November 2026'],
    ['{{crm.renewal | date}}', '1 March'],
    ['{{call.at | time: "\'{{x}}\' HH"}}', '{{x}} 00'],
    ['{{hours.sla.nextOpen | time}}', '21:00'],
    ['{{caller.priority | time}}', '80'],
    ['{{hours.nowhere.nextOpen | time | default: "soon"}}', 'soon'],
  ])('%s reads %s', (template, text) => {
    expect(renderText(template, context)).toBe(text)
  })

  test("the caller's own calendar brings its zone", () => {
    const own = contextOf(facts, {
      zoneOf: (name) => (name.startsWith('hours.sla') ? 'Asia/Kolkata' : undefined),
    })
    expect(renderText('{{hours.sla.nextOpen | time}}', own)).toBe('01:30')
    expect(renderText('{{hours.support.nextOpen | time}}', own)).toBe('09:00')
  })

  test.each([
    ['fr', 'lundi 23 novembre'],
    ['de-AT', 'Montag 23 November'],
    ['pt_BR', 'segunda-feira 23 novembro'],
    ['th', 'วันจันทร์ 23 พฤศจิกายน'],
    ['xx', 'Monday 23 November'],
    ['not a language', 'Monday 23 November'],
  ])('name days and months in %s', (language, text) => {
    const template = '{{hours.support.nextOpen | date: "cccc d LLLL"}}'
    expect(renderText(template, context, { language })).toBe(text)
  })

  test('keep to the Gregorian calendar in every language', () => {
    const template = '{{hours.support.nextOpen | date: "LLLL"}}'
    expect(renderText(template, context, { language: 'fa' })).toBe('نوامبر')
  })

  test.each([Number.NaN, Infinity, 8.64e15 + 1])('%d is no instant and reads as nothing', (at) => {
    const template = '{{call.at | time | default: "soon"}}'
    expect(renderText(template, contextOf({ 'call.at': at }))).toBe('soon')
  })
})

describe('what a caller wrote', () => {
  test.each([
    '{{caller.phone}}',
    '{{call.id | upper}}',
    '}}{{',
    '<img src=x onerror=alert(1)>',
    '$& $1 $` %s ${x}',
    'constructor',
    '__proto__',
    "Robert'); DROP TABLE calls;--",
    '👩🏽‍🚒'.replaceAll('\u200D', ''),
    '❤️ 葛城',
    'مريم',
  ])('%s stays as it is', (name) => {
    expect(named(name, 'Hi {{caller.name}}!')).toBe(`Hi ${name}!`)
  })

  test.each([
    ['A\u202Egnp.exe', 'Agnp.exe'],
    ['\u2066Ann\u2069', 'Ann'],
    ['A\u200Bn\u200Cn\u200D\u2060\uFEFF', 'Ann'],
    ['An\u0000n\u0007\u001B[31m\u007F\u009F', 'Ann[31m'],
    ['Ann\r\n\r\nYour code is 1234', 'Ann Your code is 1234'],
    ['a\u2028b\u2029c\td', 'a b c d'],
    ['Ann\u{E0041}\u{E0042}', 'Ann'],
    ['A\u00ADn\u061Cn\u3164', 'Ann'],
    ['A\uFFF9n\uFFFBn', 'Ann'],
    ['half \uD83D and \uDE00', 'half  and'],
    ['  Ann  ', 'Ann'],
  ])('%j reads %j', (name, text) => {
    expect(named(name)).toBe(text)
  })

  test('is cut to a limit, never inside a surrogate pair', () => {
    expect(named('x'.repeat(10_000))).toBe(`${'x'.repeat(255)}…`)
    const cut = named(`x${'😀'.repeat(5000)}`)
    expect(cut.length).toBeLessThanOrEqual(256)
    expect(cut).toMatch(/^x(😀)+…$/u)
    expect(named(['y'.repeat(200), 'z'.repeat(200)]).length).toBe(256)
  })

  test.each([
    'constructor',
    '__proto__.x',
    'caller.__proto__',
    'toString',
    'hours.toString.nextOpen',
  ])('the name %s reaches no prototype', (path) => {
    const fact = (name: string) => contextOf({}).fact(name)
    const text = renderText(`[{{${path}}}]`, contextOf({}, { fact }))
    expect(['[]', `[{{${path}}}]`]).toContain(text)
  })

  test('any text comes out clean, short and without change of what is around it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 600 }), (name) => {
        const text = named(name, '<{{caller.name}}>').slice(1, -1)
        expect(text.length).toBeLessThanOrEqual(256)
        expect(text).not.toMatch(/[\p{Cc}\p{Cs}\u200B-\u200F\u202A-\u202E\u2066-\u2069]/u)
        expect(named(text)).toBe(text)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('in a link', () => {
  const link = (name: string, template: string): string =>
    renderText(template, contextOf({ 'caller.name': name }), { encode: 'url' })

  test('what is filled in is percent-encoded, what the author wrote is not', () => {
    expect(link('a&b=c#d/é ?', 'https://x.example/p?q=a&n={{caller.name}}#é')).toBe(
      'https://x.example/p?q=a&n=a%26b%3Dc%23d%2F%C3%A9%20%3F#é',
    )
    expect(link('', 'https://x.example/{{caller.name | default: "a/b"}}')).toBe(
      'https://x.example/a%2Fb',
    )
  })

  test('half a surrogate pair does not throw', () => {
    expect(link('', 'https://x.example/{{caller.name | default: "\uD83D"}}')).toBe(
      'https://x.example/',
    )
  })
})
