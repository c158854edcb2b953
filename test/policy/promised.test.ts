import { describe, expect, it } from 'vitest'
import { promisedTime } from '../../server/policy/promised.ts'
import type { FactValue } from '../../server/schema/facts.ts'
import { contextOf } from './render-context.ts'

const now = Date.parse('2026-11-20T09:00:00Z')
const hour = 3_600_000
const next = '{{hours.support.nextOpen | time}}'
const tokyo = '{{hours.tokyo.nextOpen}}'

describe('the time that a message promises', () => {
  it.each<[string, string, Record<string, FactValue>, number | undefined]>([
    ['an opening to come', `Open at ${next}.`, { 'hours.support.nextOpen': now + hour }, hour],
    [
      'an opening that was',
      `Open at ${next}.`,
      { 'hours.support.nextOpen': now - hour },
      undefined,
    ],
    ['an opening right now', `Open at ${next}.`, { 'hours.support.nextOpen': now }, undefined],
    ['an opening in a moment', next, { 'hours.support.nextOpen': now + 1 }, 1],
    ['nobody knows when', `Open at ${next}.`, {}, undefined],
    [
      'the earlier of two',
      `${next} or ${tokyo}`,
      { 'hours.support.nextOpen': now + 2 * hour, 'hours.tokyo.nextOpen': now + hour },
      hour,
    ],
    [
      'the one of two that is still to come',
      `${next} or ${tokyo}`,
      { 'hours.support.nextOpen': now - hour, 'hours.tokyo.nextOpen': now + hour },
      hour,
    ],
    ['a field of the CRM', '{{crm.renewal | date}}', { 'crm.renewal': now + hour }, hour],
    ['a text for an instant', '{{crm.renewal}}', { 'crm.renewal': 'soon' }, undefined],
    [
      'a number that is no time',
      '{{caller.priority}}',
      { 'caller.priority': now + hour },
      undefined,
    ],
    ['no fact at all', '{{no.such.fact}}', { 'no.such.fact': now + hour }, undefined],
    ['no variable', 'hours.support.nextOpen', { 'hours.support.nextOpen': now + hour }, undefined],
  ])('%s', (_, text, facts, ahead) => {
    const expected = ahead === undefined ? undefined : now + ahead
    expect(promisedTime({ text }, contextOf(facts), now)).toBe(expected)
  })

  it('is that of the text the caller gets', () => {
    const message = { text: 'Open soon.', locales: { fr: `Ouvert : ${next}` } }
    const facts = { 'hours.support.nextOpen': now + hour }
    expect(promisedTime(message, contextOf(facts), now)).toBeUndefined()
    expect(promisedTime(message, contextOf(facts, { language: 'fr' }), now)).toBe(now + hour)
  })

  it('is none where a fact is not there yet', () => {
    const context = contextOf({}, { fact: () => undefined })
    expect(promisedTime({ text: next }, context, now)).toBeUndefined()
  })
})
