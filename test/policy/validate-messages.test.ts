import { describe, expect, it } from 'vitest'
import { textProblems, textsOf } from '../../server/policy/validate/messages.ts'
import {
  shortestLength,
  templateOf,
  variableProblems,
  variablesIn,
} from '../../server/policy/validate/variables.ts'
import { messageSchema } from '../../server/schema/message.ts'
import { at, installation, policyOf } from './validate-example.ts'

type Nodes = Record<string, object>
const scope = { installation, at }
const variable = (text: string) =>
  variableProblems(text, ['nodes', 'a', 'text'], scope).map((problem) => {
    const { severity, node, path } = problem
    expect([severity, node, path]).toEqual(['error', 'a', ['nodes', 'a', 'text']])
    return [problem.code, problem.message, problem.hint]
  })
const said = (nodes: Nodes, more: object = {}) =>
  textProblems(policyOf(nodes, more), scope).map(({ severity, code, path, message, hint }) => {
    expect(severity).toBe('error')
    return [code, path.join('.'), message, hint]
  })
const reject = (message: object) => ({ kind: 'reject', message: { text: 'Hello.', ...message } })
const x = (count: number) => 'x'.repeat(count)

describe('the least length of a text', () => {
  // prettier-ignore
  const texts: [text: string, length: number][] = [
    ['', 0],
    ['Hello.', 6],
    ['a {{caller.tier}} b', 5],
    ['{{call.media}}', 5],
    ['{{hours.support}}', 4],
    ['{{history.lastOutcome}}', 6],
    ['{{history.lastOutcome | default: "none"}}', 4],
    ['{{history.lastOutcome | default: "not at all"}}', 6],
    ['{{caller.name | default: ""}}', 0],
    ['{{caller.name | default: "friend"}}', 1],
    ['{{call.media | truncate: 2}}', 2],
    ['{{call.media | truncate: 20}}', 5],
    ['{{call.media | truncate: 3 | default: "ab"}}', 2],
    ['{{call.media | upper}}', 5],
    ['{{gone.fact}}', 1],
    ['{{caller.name', 13],
    ['{{caller.tier}}{{call.media}}.', 7],
    [`{{caller.tier}}${x(16_369)}`, 16_370],
    [`{{caller.tier}}${x(16_370)}`, 16_385],
  ]
  it.each(texts)('%s is %i', (text, length) => {
    expect(shortestLength(text, installation)).toBe(length)
  })
})

describe('the variables of a text', () => {
  it('are the facts it names', () => {
    expect(variablesIn('a {{caller.name | upper}} b {{call.id}}{{call.id}} {{x')).toEqual([
      'caller.name',
      'call.id',
      'call.id',
    ])
    expect(variablesIn('none')).toEqual([])
  })

  it('are not looked for in a text that is far too long', () => {
    const long = `{{call.id}}${x(16_374)}`
    expect(templateOf(long)).toEqual({ parts: [long], problems: [] })
    expect(variablesIn(long)).toEqual([])
    expect(variablesIn(`{{call.id}}${x(16_373)}`)).toEqual(['call.id'])
  })

  const gap = (fact: string, lack: string) =>
    `${fact} can be ${lack}, and this text would then have a gap.`
  const instead = (raw: string) => `Say what to write instead: {{${raw} | default: "…" }}.`
  const noTime = 'Remove the filter, or use a fact that is an instant.'
  // prettier-ignore
  const wrong: [text: string, code: string, message: string, hint: string][] = [
    ['{{caller.nmae}}', 'bad_variable', 'There is no variable "caller.nmae".', 'Did you mean "caller.name"? Use one of the facts, e.g. {{caller.name}}.'],
    ['{{weather.today}}', 'bad_variable', 'There is no variable "weather.today".', 'Use one of the facts, e.g. {{caller.name}}.'],
    ['{{hours.gone.nextOpen | time}}', 'bad_variable', 'There is no variable "hours.gone.nextOpen".', 'Did you mean "hours.sla.nextOpen"? Use one of the facts, e.g. {{caller.name}}.'],
    ['{{caller.tier | time}}', 'bad_variable', 'Tier (caller.tier) is not a time, so "time" cannot be applied to it.', noTime],
    ['{{caller.name | upper | date: "dd"}}', 'bad_variable', 'Caller\'s name (caller.name) is not a time, so "date" cannot be applied to it.', noTime],
    ['{{caller.name}}', 'variable_needs_default', gap("Caller's name (caller.name)", 'empty'), instead('caller.name')],
    ['{{caller.name | upper }}', 'variable_needs_default', gap("Caller's name (caller.name)", 'empty'), instead('caller.name | upper')],
    ['{{crm.found}}', 'variable_needs_default', gap('Found in the CRM (crm.found)', 'unknown'), instead('crm.found')],
    ['{{crm.tier}}', 'variable_needs_default', gap('CRM: tier (crm.tier)', 'unknown or empty'), instead('crm.tier')],
    ['{{history.lastCallAt | time}}', 'variable_needs_default', gap('Time of the last call (history.lastCallAt)', 'unknown'), instead('history.lastCallAt | time')],
    ['{{hours.never.nextOpen | time}}', 'variable_needs_default', gap('Next opening, hours of "never" (hours.never.nextOpen)', 'unknown'), instead('hours.never.nextOpen | time')],
    ['{{hours.sla.nextOpen | time}}', 'variable_needs_default', gap("Next opening, caller's own hours (hours.sla.nextOpen)", 'unknown'), instead('hours.sla.nextOpen | time')],
    ['{{hours.support.today}}', 'variable_needs_default', gap('Today\'s hours of "support" (hours.support.today)', 'empty'), instead('hours.support.today')],
    ['{{caller.name', 'bad_variable', 'This text has a variable that cannot be read: "{{caller.name" is never closed.', 'Close the variable with }}.'],
  ]
  it.each(wrong)('%s: %s', (text, code, message, hint) => {
    expect(variable(text)).toEqual([[code, message, hint]])
  })

  // prettier-ignore
  it.each([
    'Hello.', '{{caller.tier}}', '{{call.at | time}}', '{{call.at | date: "dd"}}', '{{caller.name | default: "friend"}}',
    '{{caller.name | upper | default: "x"}}', '{{crm.tier | default: "x"}}', '{{hours.support.nextOpen | time}}',
    '{{crm.colour | time | default: "x"}}', '{{caller.attributes.plan}}', '{{caller.attributes.renewal | date | default: "x"}}',
    `{{caller.nmae}}${x(16_384)}`,
  ])('%s: none', (text) => {
    expect(variable(text)).toEqual([])
  })

  it('are said twenty times at most, those that cannot be read and the others', () => {
    expect(variable('{{caller.name}} '.repeat(30))).toHaveLength(20)
    expect(variable('{{caller.name | shout}} '.repeat(30))).toHaveLength(20)
    expect(variable('{{caller.name}} {{caller.name | shout}} '.repeat(20))).toHaveLength(40)
    expect(variable('{{caller.name}} '.repeat(19))).toHaveLength(19)
  })
})

describe('the texts of a message', () => {
  const all = messageSchema.parse({
    text: 'T',
    locales: { fr: 'F', de: 'D' },
    url: { label: 'L', href: 'https://x.example' },
    call: { label: 'C' },
    replies: ['R', 'S'],
    template: { name: 't', language: 'en', params: ['P', 'Q'] },
  })
  const labelled = { limit: 20, what: 'The label of the button' }
  const part = { limit: 1024, what: 'This part of the template' }

  it('are placed, named and limited', () => {
    expect(textsOf(all, ['m'])).toEqual([
      { text: 'T', path: ['m', 'text'], limit: 1024, what: 'The text' },
      { text: 'F', path: ['m', 'locales', 'fr'], limit: 1024, what: 'The text for "fr"' },
      { text: 'D', path: ['m', 'locales', 'de'], limit: 1024, what: 'The text for "de"' },
      { text: 'L', path: ['m', 'url', 'label'], ...labelled },
      { text: 'C', path: ['m', 'call', 'label'], ...labelled },
      { text: 'R', path: ['m', 'replies', 0], ...labelled },
      { text: 'S', path: ['m', 'replies', 1], ...labelled },
      { text: 'https://x.example', path: ['m', 'url', 'href'], what: 'The link' },
      { text: 'P', path: ['m', 'template', 'params', 0], ...part },
      { text: 'Q', path: ['m', 'template', 'params', 1], ...part },
    ])
  })

  it('are its text alone where there is nothing else', () => {
    expect(textsOf({ text: 'T' }, [])).toEqual([
      { text: 'T', path: ['text'], limit: 4096, what: 'The text' },
    ])
    const named = { name: 't', language: 'en', params: { who: 'P' } }
    expect(textsOf({ text: 'T', template: named }, []).slice(1)).toEqual([
      { text: 'P', path: ['template', 'params', 'who'], ...part },
    ])
  })

  const short = (count: number) => `Shorten it by ${count} characters or more.`
  // prettier-ignore
  const long: [what: string, message: object, path: string, message: string, hint: string][] = [
    ['a text', { text: x(4098) }, 'text', 'The text has at least 4098 characters; WhatsApp allows 4096.', short(2)],
    ['a text beside a link', { text: x(1025), url: { label: 'Go', href: 'https://x.example' } }, 'text', 'The text has at least 1025 characters; WhatsApp allows 1024 next to a button.', short(1)],
    ['a text beside a call', { text: x(1025), call: { label: 'Go' } }, 'text', 'The text has at least 1025 characters; WhatsApp allows 1024 next to a button.', short(1)],
    ['a text in French', { locales: { fr: x(4097) } }, 'locales.fr', 'The text for "fr" has at least 4097 characters; WhatsApp allows 4096.', short(1)],
    ['a label', { replies: [x(23)] }, 'replies.0', 'The label of the button has at least 23 characters; WhatsApp allows 20.', short(3)],
    ['a part of a template', { template: { name: 't', language: 'en', params: [x(1025)] } }, 'template.params.0', 'This part of the template has at least 1025 characters; WhatsApp allows 1024 next to a button.', short(1)],
  ]
  it.each(long)('can be too long: %s', (_, message, path, words, hint) => {
    expect(said({ a: reject(message) })).toEqual([
      ['message_too_long', `nodes.a.message.${path}`, words, hint],
    ])
  })
})

describe('the buttons of a message', () => {
  const link =
    'The link of the button does not begin with https:// or http:// and the name of a website.'
  const whole = 'Write the whole address, e.g. https://example.com/book.'
  const url = { label: 'Go', href: 'https://x.example' }
  const keep = 'Keep one of "url", "call" and "replies".'
  // prettier-ignore
  const wrong: [message: object, path: string, message: string, hint: string][] = [
    [{ url, call: { label: 'Call' } }, '', 'A message can have one kind of button; this one has url and call.', keep],
    [{ call: { label: 'Call' }, replies: ['Yes'] }, '', 'A message can have one kind of button; this one has call and replies.', keep],
    [{ url, call: { label: 'Call' }, replies: ['Yes'] }, '', 'A message can have one kind of button; this one has url, call and replies.', keep],
    [{ replies: ['1', '2', '3', '4', '5'] }, '.replies', 'A message can have 3 replies to choose from; this one has 5.', 'Keep the 3 most useful ones.'],
    [{ replies: ['Yes', 'No', 'Yes'] }, '.replies', 'The reply "Yes" is offered twice.', 'Give each reply a label of its own.'],
    [{ url: { ...url, href: 'x.example' } }, '.url.href', link, whole],
  ]
  it.each(wrong)('%j: %s', (message, path, words, hint) => {
    expect(said({ a: reject(message) })).toEqual([
      ['message_buttons', `nodes.a.message${path}`, words, hint],
    ])
  })

  it('are said together', () => {
    const long = x(50)
    const replies = [long, long, '1', '2']
    const found = said({ a: reject({ replies, call: { label: 'Call' } }) })
    expect(found.map(([, path, message]) => [path, message])).toEqual([
      ['nodes.a.message.replies.0', 'The label of the button has at least 50 characters; WhatsApp allows 20.'],
      ['nodes.a.message.replies.1', 'The label of the button has at least 50 characters; WhatsApp allows 20.'],
      ['nodes.a.message', 'A message can have one kind of button; this one has call and replies.'],
      ['nodes.a.message.replies', 'A message can have 3 replies to choose from; this one has 4.'],
      ['nodes.a.message.replies', `The reply "${x(40)}" is offered twice.`],
    ]) // prettier-ignore
  })

  // prettier-ignore
  it.each([
    'https://x.example', 'http://x.example/', 'HTTPS://X.example/book?c=1#top', 'https://x.example?q=1', 'https://x.example#a',
    '  https://x.example  ', 'https://{{call.id}}.example/', 'https://x.example/{{caller.name | default: "a b"}}', 'https://x.example:8080/a b',
  ])('lead to %s', (href) => {
    expect(said({ a: reject({ url: { ...url, href } }) })).toEqual([])
  })

  // prettier-ignore
  it.each([
    'https://', 'https:///x', 'https:x.example', 'ftp://x.example', 'javascript:alert(1)', '//x.example', 'xhttps://x.example', 'mailto:https://x.example',
    'https://?q', 'https://#a', 'https://user@x.example', 'https://x example', 'https://x\\example', 'see https://x.example', '{{call.id}}://x.example', '{{call.id}}',
  ])('do not lead to %s', (href) => {
    const found = said({ a: reject({ url: { ...url, href } }) })
    expect(found).toEqual([['message_buttons', 'nodes.a.message.url.href', link, whole]])
  })
})

describe('a reject', () => {
  const silent = (name: string) => `${name} rejects calls without a word and does not say why.`
  const mute = (name: string) => `${name} rejects calls and leaves the caller without an answer.`
  const reason = 'Write down the reason, or send the caller a message instead.'
  const answer = 'Write a message to the caller, or make it silent and give the reason.'

  it.each<[node: object, found: string[][]]>([
    [{ silent: true, reason: 'blocked' }, []],
    [{ message: { text: 'Hello.' } }, []],
    [{ silent: true }, [['silent_without_reason', 'nodes.a', silent('"a"'), reason]]],
    [{ silent: true, reason: '  ' }, [['silent_without_reason', 'nodes.a', silent('"a"'), reason]]],
    [{ reason: 'blocked' }, [['reject_without_message', 'nodes.a', mute('"a"'), answer]]],
    [{ label: 'Bye' }, [['reject_without_message', 'nodes.a', mute('"Bye"'), answer]]],
  ])('%j: %j', (node, found) => {
    expect(said({ a: { kind: 'reject', ...node } })).toEqual(found)
  })

  it('that is silent may have a message that is wrong, too', () => {
    const node = { kind: 'reject', silent: true, message: { text: '{{caller.name}}' } }
    expect(said({ a: node }).map(([code, path]) => [code, path])).toEqual([
      ['variable_needs_default', 'nodes.a.message.text'],
      ['silent_without_reason', 'nodes.a'],
    ])
  })

  it('that is the fallback is called so, after all others', () => {
    const nodes = { a: { kind: 'notify', level: 'info', text: '{{caller.name}}', next: 'end' } }
    const found = said(nodes, { fallback: { kind: 'reject' } })
    expect(found[0]?.slice(0, 2)).toEqual(['variable_needs_default', 'nodes.a.text'])
    expect(found.slice(1)).toEqual([
      ['reject_without_message', 'fallback', mute('The fallback'), answer],
    ])
    expect(said({}, { fallback: { kind: 'reject', message: { text: x(5000) } } })[0]?.[1]).toBe(
      'fallback.message.text',
    )
    expect(said({}, { fallback: { kind: 'voicemail' } })).toEqual([])
  })

  it('and a message have a hundred problems of their variables at most', () => {
    const locales = Object.fromEntries(
      Array.from({ length: 26 }, (_, index) => [
        `a${String.fromCharCode(97 + index)}`,
        '{{caller.name}}'.repeat(20),
      ]),
    )
    expect(said({ a: reject({ locales }) })).toHaveLength(100)
  })
})
