import { describe, expect, it } from 'vitest'
import { counted, duration } from '../../server/policy/say/duration.ts'
import { calendarWords, subjectOf } from '../../server/policy/say/subject.ts'
import {
  operandWords,
  quoted,
  shortened,
  stateWord,
  valueWords,
  word,
} from '../../server/policy/say/values.ts'
import {
  capital,
  english,
  fill,
  joined,
  listed,
  plain,
  text,
} from '../../server/policy/say/words.ts'
import type { Words } from '../../server/policy/say/words.ts'

describe('a duration', () => {
  it.each<[number, string]>([
    [0, '0 minutes'],
    [1, '1 minute'],
    [59, '59 minutes'],
    [60, '1 hour'],
    [61, '61 minutes'],
    [120, '2 hours'],
    [1439, '1439 minutes'],
    [1440, '1 day'],
    [1441, '1441 minutes'],
    [1500, '25 hours'],
    [2160, '36 hours'],
    [2880, '2 days'],
    [525_600, '365 days'],
  ])('of %i minutes is %s', (minutes, words) => {
    expect(duration(minutes, english)).toBe(words)
  })

  it('has the plural of its number', () => {
    expect(counted('times', 1, english)).toBe('1 time')
    expect(counted('times', 0, english)).toBe('0 times')
    expect(counted('seconds', 1, english)).toBe('1 s')
  })
})

describe('a fact as a subject', () => {
  it.each<[string, string]>([
    ['call.number', 'the number called'],
    ['call.media', 'the call'],
    ['call.at', 'the time of the call'],
    ['caller.key', 'the caller'],
    ['caller.phone', 'the caller’s number'],
    ['caller.country', 'the caller’s country'],
    ['caller.language', 'the caller’s language'],
    ['history.calls', 'the number of earlier calls'],
    ['history.lastOutcome', 'the outcome of the last call'],
    ['history.lastCallAt', 'the last call'],
    ['agents.owner.status', 'the owner'],
    ['hours.support', 'support'],
    ['hours.support.nextOpen', 'the next opening of support'],
    ['hours.support.today', 'today’s hours of support'],
    ['hours.sla', 'the caller’s own calendar'],
    ['hours.sla.nextOpen', 'the next opening of the caller’s own calendar'],
    ['hours.sla.today', 'today’s hours of the caller’s own calendar'],
    ['agents.support.available', 'the number of free agents of support'],
    ['agents.support.status', 'support'],
    ['agent.ana.status', 'ana'],
    ['ai.reception.ready', 'the assistant reception'],
    ['crm.found', 'the CRM'],
    ['crm.tier', 'tier in the CRM'],
    ['caller.attributes.plan', 'the caller’s plan'],
    ['velocity.caller.10m', 'the number of calls by this caller in 10 minutes'],
    ['velocity.number.60m', 'the number of calls on this line in 1 hour'],
    ['velocity.prefix4.1440m', 'the number of calls from numbers that begin alike in 1 day'],
    // without words of their own
    ['call.id', 'call reference'],
    ['call.ctaPayload', 'payload of the call button'],
    ['caller.userId', "caller's user id"],
    ['Weather.now', 'weather.now'],
    ['toString', 'toString'],
  ])('%s is %s', (fact, words) => {
    expect(subjectOf(fact, english)).toBe(words)
  })

  it('calls the caller’s own calendar by what it is', () => {
    expect(calendarWords('sla', english)).toBe('the caller’s own calendar')
    expect(calendarWords('support', english)).toBe('support')
  })
})

describe('a value in words', () => {
  it.each<[string, string]>([
    ['open', 'open'],
    ['closed', 'closed'],
    ['holiday', 'on holiday'],
    ['available', 'free'],
    ['busy', 'busy'],
    ['dnd', 'on do not disturb'],
    ['offline', 'offline'],
    ['lunch', 'lunch'],
    ['toString', 'toString'],
  ])('of the state %s is %s', (state, words) => {
    expect(stateWord(state, english)).toBe(words)
  })

  it.each<[string, string, string]>([
    ['hours.support', 'holiday', 'on holiday'],
    ['agents.support.status', 'available', 'free'],
    ['agents.owner.status', 'dnd', 'on do not disturb'],
    ['agent.ana.status', 'available', 'free'],
    ['hours.support.today', 'holiday', 'holiday'],
    ['crm.hours.support', 'holiday', 'holiday'],
    ['crm.agents.support.status', 'available', 'available'],
    ['agents.support.status.note', 'available', 'available'],
    ['caller.tier', 'available', 'available'],
  ])('is a state only of hours and agents: %s, %s', (fact, value, words) => {
    expect(valueWords(value, fact, english)).toBe(words)
  })

  it.each<[unknown, string]>([
    [true, 'yes'],
    [false, 'no'],
    ['gold', 'gold'],
    ['', '(none)'],
    [[], '(none)'],
    [['gold'], 'gold'],
    [['gold', 'silver', 7], 'gold, silver or 7'],
    [[true, ''], 'yes or (none)'],
    [0, '0'],
    [-2.5, '-2.5'],
    [99_999_999_999, '99999999999'],
    [100_000_000_000, '1973-03-03 09:46 UTC'],
    [Date.parse('2026-11-20T13:32:59.999Z'), '2026-11-20 13:32 UTC'],
    [undefined, ''],
    [null, ''],
    [{ tier: 'gold' }, ''],
  ])('is told: %j', (value, words) => {
    expect(valueWords(value, 'caller.tier', english)).toBe(words)
  })

  it('is cut where it is a long list', () => {
    const many = Array.from({ length: 13 }, (_, index) => index)
    expect(valueWords(many, 'caller.tier', english)).toBe(
      '0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 or 1 more',
    )
  })

  it('is another fact where it is compared with one', () => {
    expect(operandWords({ fact: 'caller.owner' }, 'caller.name', english)).toBe(
      'the caller’s owner',
    )
    expect(operandWords(['a', 'b'], 'caller.name', english)).toBe('a or b')
    expect(operandWords('holiday', 'hours.support', english)).toBe('on holiday')
  })

  it('is a text with an ellipsis for what is filled in', () => {
    expect(
      shortened('Hi {{caller.name | default: "you"}}, we open {{hours.support.nextOpen}}.'),
    ).toBe('Hi …, we open ….')
    expect(quoted('Hi', english)).toBe('“Hi”')
  })

  it('is a word with its field', () => {
    expect(word('gold', 'when', 0)).toEqual({ type: 'word', text: 'gold', field: ['when', 0] })
  })
})

describe('the texts in English', () => {
  it('have a form for one and a form for others', () => {
    expect(english('days', 1)).toBe('{{count}} day')
    expect(english('days', 2)).toBe('{{count}} days')
    expect(english('seconds', 1)).toBe('{{count}} s')
    expect(english('accept')).toBe('{{ring}} {{who}} {{order}}')
  })

  it('give the name of a text that is not there', () => {
    expect(english('days')).toBe('days')
  })
})

describe('the pieces of a sentence', () => {
  it('are filled in by name, and a place without a value stays empty', () => {
    const parts = fill('{{a}} and {{b}}{{c}}, {{toString}}.', { a: 1, b: word('two', 'b') })
    expect(parts).toEqual([text('1 and '), word('two', 'b'), text(', .')])
    expect(fill('{{a}}', { a: [text('x'), word('', 'a'), text('')] })).toEqual([
      text('x'),
      word('', 'a'),
    ])
    expect(fill('as it is')).toEqual([text('as it is')])
  })

  it('are one where texts stand side by side', () => {
    expect(joined([text('a'), text('b'), word('c', 'x'), word('d', 'x'), text('e')])).toEqual([
      text('ab'),
      word('c', 'x'),
      word('d', 'x'),
      text('e'),
    ])
    expect(joined([text(''), word('c', 'x')])).toEqual([word('c', 'x')])
    expect(joined([word('c', 'x'), text('')])).toEqual([word('c', 'x')])
  })

  it('are a list with a word before the last', () => {
    const list = (count: number, most?: number) =>
      plain(
        listed(
          Array.from({ length: count }, (_, index) => [text(String(index + 1))]),
          'or',
          most === undefined ? { words: english } : { words: english, most },
        ),
      )
    expect(list(0)).toBe('')
    expect(list(1)).toBe('1')
    expect(list(2)).toBe('1 or 2')
    expect(list(3, 3)).toBe('1, 2 or 3')
    expect(list(4, 3)).toBe('1, 2, 3 or 1 more')
    expect(list(12)).toBe('1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 or 12')
    expect(list(14)).toBe('1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 or 2 more')
  })

  it('have the plural of what is left out', () => {
    const counts: (number | undefined)[] = []
    const words: Words = (key, count) => {
      counts.push(count)
      return english(key, count)
    }
    listed([[text('a')], [text('b')], [text('c')]], 'or', { words, most: 2 })
    expect(counts).toEqual([1])
  })

  it('begin with a capital', () => {
    expect(capital([text('the caller'), word('is', 'x')])).toEqual([
      text('The caller'),
      word('is', 'x'),
    ])
    expect(capital([word('über', 'x')])).toEqual([word('Über', 'x')])
    expect(capital([])).toEqual([])
  })
})
