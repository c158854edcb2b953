import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { renderMessage } from '../../server/policy/render.ts'
import type { Message } from '../../server/schema/message.ts'
import { renderedMessageSchema } from '../../server/schema/message.ts'
import { contextOf } from './render-context.ts'

const nextOpen = { 'hours.support.nextOpen': Date.parse('2026-11-23T14:00:00Z') }

describe('the language of a message', () => {
  const message: Message = {
    text: 'Open {{hours.support.nextOpen | date: "cccc"}}',
    locales: {
      fr: 'Ouvert {{hours.support.nextOpen | date: "cccc"}}',
      'pt-BR': 'Aberto {{hours.support.nextOpen | date: "cccc"}}',
      de: 'Offen {{hours.support.nextOpen | date: "cccc"}}',
    },
  }

  test.each([
    ['fr', 'Ouvert lundi', 'fr'],
    ['fr-CA', 'Ouvert lundi', 'fr'],
    ['FR_ca', 'Ouvert lundi', 'fr'],
    ['pt-BR', 'Aberto segunda-feira', 'pt-BR'],
    ['pt_br', 'Aberto segunda-feira', 'pt-BR'],
    ['pt', 'Open Monday', undefined],
    ['de-Latn-AT', 'Offen Montag', 'de'],
    ['es', 'Open Monday', undefined],
    ['', 'Open Monday', undefined],
    ['constructor', 'Open Monday', undefined],
    ['__proto__', 'Open Monday', undefined],
  ])('for a caller who speaks "%s" is right', (language, text, chosen) => {
    const rendered = renderMessage(message, contextOf(nextOpen, { language }))
    expect([rendered.text, rendered.language]).toEqual([text, chosen])
  })

  test('comes from the facts when nothing else tells it', () => {
    const context = contextOf({ ...nextOpen, 'caller.language': 'fr' })
    expect(renderMessage(message, context).text).toBe('Ouvert lundi')
  })

  test('holds for labels and links too', () => {
    const label = '{{hours.support.nextOpen | date: "cccc"}}'
    const href = `https://x.example/${label}`
    const rendered = renderMessage(
      { ...message, url: { label, href } },
      contextOf(nextOpen, { language: 'fr' }),
    )
    expect(rendered.url).toEqual({ label: 'lundi', href: 'https://x.example/lundi' })
  })
})

describe('buttons', () => {
  test('a link carries the encoded values', () => {
    const url = { label: 'Book', href: 'https://example.com/book?c={{call.id}}&n={{caller.name}}' }
    const rendered = renderMessage({ text: 'Hi', url }, contextOf({ 'caller.name': 'a&admin=1' }))
    expect(rendered.url?.href).toBe('https://example.com/book?c=ref-7&n=a%26admin%3D1')
  })

  test.each([
    'javascript:alert(1)',
    '{{caller.name}}',
    '{{caller.name}}://example.com',
    'ftp://example.com',
    '//example.com',
    'https://',
    'https:///path',
    'https://{{crm.host}}/path',
    'https://shop.example@{{caller.name}}/',
    'https://shop.example/\u0000',
  ])('the link %j is left out rather than sent', (href) => {
    const context = contextOf({ 'caller.name': 'javascript:alert(1)' })
    expect(renderMessage({ text: 'Hi', url: { label: 'Go', href } }, context)).toEqual({
      text: 'Hi',
    })
  })

  test('a call button lives a week unless told otherwise and carries the reference', () => {
    const call = { label: 'Call us' }
    expect(renderMessage({ text: 'Hi', call }, contextOf({})).call).toEqual({
      label: 'Call us',
      ttlMinutes: 10_080,
      payload: 'ref-7',
    })
    const short = renderMessage({ text: 'Hi', call: { ...call, ttlMinutes: 5 } }, contextOf({}))
    expect(short.call?.ttlMinutes).toBe(5)
  })

  test.each([
    'http://example.com',
    'HTTPS://example.com',
    'https://example.com:8443?a=1',
    'https://example.com#part',
    'https://example.com/a@b',
    '  https://example.com/a ',
  ])('the link %j is kept', (href) => {
    const { url } = renderMessage({ text: 'Hi', url: { label: 'Go', href } }, contextOf({}))
    expect(url).toEqual({ label: 'Go', href: href.trim() })
  })

  test.each(['https://exa mple.com/', 'https://a\\b.example/', 'see https://example.com/'])(
    'the link %j is no link',
    (href) => {
      const message = { text: 'Hi', url: { label: 'Go', href } }
      expect(renderMessage(message, contextOf({}))).toEqual({ text: 'Hi' })
    },
  )

  test('one whose label came out empty is left out', () => {
    const label = ' {{caller.name}} '
    const href = 'https://example.com/'
    const context = contextOf({})
    expect(renderMessage({ text: 'Hi', url: { label, href } }, context)).toEqual({ text: 'Hi' })
    expect(renderMessage({ text: 'Hi', call: { label } }, context)).toEqual({ text: 'Hi' })
    expect(renderMessage({ text: 'Hi', replies: [label] }, context)).toEqual({ text: 'Hi' })
    const named = contextOf({ 'caller.name': 'Ann' })
    expect(renderMessage({ text: 'Hi', call: { label } }, named).call?.label).toBe('Ann')
  })

  test('replies have ids of their own; empty ones and repetitions are left out', () => {
    const replies = ['Yes', '{{crm.tier}}', 'Yes', '{{caller.name}}', 'C', 'D']
    const rendered = renderMessage({ text: 'Hi', replies }, contextOf({ 'caller.name': 'No' }))
    expect(rendered.replies).toEqual([
      { id: 'ref-7:1', label: 'Yes' },
      { id: 'ref-7:2', label: 'No' },
      { id: 'ref-7:3', label: 'C' },
    ])
  })
})

test('a template is filled, its dates in its own language', () => {
  const date = '{{hours.support.nextOpen | date: "cccc"}}'
  const render = (params: string[] | Record<string, string>) =>
    renderMessage(
      { text: 'Hi', template: { name: 'missed', language: 'es_MX', params }, important: true },
      contextOf({ ...nextOpen, 'caller.name': 'Ann' }),
    )
  expect(render(['{{caller.name}}', date])).toEqual({
    text: 'Hi',
    template: { name: 'missed', language: 'es_MX', params: ['Ann', 'lunes'] },
    important: true,
  })
  expect(render({ day: date }).template?.params).toEqual({ day: 'lunes' })
})

test('a template without parameters has none', () => {
  const template = { name: 'missed', language: 'en' }
  expect(renderMessage({ text: 'Hi', template }, contextOf({}))).toEqual({ text: 'Hi', template })
})

describe("the channel's limits", () => {
  test('hold for every kind of button, and for the parameters of a template', () => {
    const text = 'x'.repeat(2000)
    const cut = `${'x'.repeat(1023)}…`
    const body = (button: Partial<Message>) =>
      renderMessage({ text, ...button }, contextOf({})).text
    expect(body({})).toBe(text)
    expect(body({ url: { label: 'Go', href: 'https://example.com' } })).toBe(cut)
    expect(body({ call: { label: 'Call' } })).toBe(cut)
    expect(body({ replies: ['Yes'] })).toBe(cut)
    const template = { name: 'missed', language: 'en', params: [text] }
    const rendered = renderMessage({ text: 'Hi', template }, contextOf({}))
    expect(rendered.template?.params).toEqual([cut])
  })

  test('hold for texts with and without a button, and for labels', () => {
    const text = '😀'.repeat(5000)
    const plain = renderMessage({ text }, contextOf({}))
    const button = renderMessage({ text, replies: [text] }, contextOf({}))
    expect(plain.text).toMatch(/^(😀)+…$/u)
    expect(plain.text.length).toBeGreaterThan(4093)
    expect(plain.text.length).toBeLessThanOrEqual(4096)
    expect(button.text.length).toBeLessThanOrEqual(1024)
    expect(button.replies?.[0]?.label).toMatch(/^(😀){9}…$/u)
  })

  test('a text of exactly the limit is not cut', () => {
    const text = 'x'.repeat(4096)
    expect(renderMessage({ text }, contextOf({})).text).toBe(text)
  })

  test('hold whatever an author and a caller wrote', () => {
    const written = fc.string({ unit: 'binary', minLength: 1, maxLength: 3000 })
    const variable = fc.constantFrom(
      '{{caller.name}}',
      '{{caller.name | truncate: 5}}',
      '{{call.at | time: "ffff"}}',
      '{{caller.name | upper}}',
    )
    const text = fc.array(fc.oneof(written, variable), { minLength: 1 }).map((all) => all.join(''))
    const message = fc.record({ text, label: text, href: text, language: written, name: written })
    fc.assert(
      fc.property(message, ({ text, label, href, language, name }) => {
        const context = contextOf({ 'caller.name': name, 'call.at': 1.79e12 }, { language })
        const url = { label, href: `https://x.example/${href}` }
        const rendered = renderMessage({ text, url, replies: [label, text] }, context)
        expect(renderedMessageSchema.parse(rendered)).toEqual(rendered)
        expect(rendered.text.length).toBeLessThanOrEqual(4096)
        const labels = [rendered.url, ...(rendered.replies ?? [])].map((one) => one?.label ?? '')
        expect(Math.max(...labels.map((one) => one.length))).toBeLessThanOrEqual(20)
      }),
      { numRuns: 300 },
    )
  })
})
