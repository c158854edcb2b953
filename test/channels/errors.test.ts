import { describe, expect, it } from 'vitest'
import { scrub } from '../../server/channels/scrub.ts'
import { classify } from '../../server/channels/whatsapp/errors.ts'
import type { ActionResult } from '../../server/schema/action.ts'

type Outcome = ActionResult['outcome'] | 'alarm'
const none = undefined

/** Code, HTTP status, what it means for a call action, what for a message. */
const table: [number | undefined, number, Outcome, Outcome][] = [
  [100, 400, 'gone', 'failed'],
  [138004, 400, 'gone', 'failed'],
  [138004, 500, 'retry', 'retry'],
  [138007, 500, 'gone', 'retry'],
  [138000, 401, 'alarm', 'alarm'],
  [131055, 400, 'alarm', 'alarm'],
  [190, 401, 'alarm', 'alarm'],
  [0, 401, 'alarm', 'alarm'],
  [3, 400, 'alarm', 'alarm'],
  [10, 403, 'alarm', 'alarm'],
  [200, 403, 'alarm', 'alarm'],
  [299, 403, 'alarm', 'alarm'],
  [131005, 403, 'alarm', 'alarm'],
  [4, 400, 'retry', 'retry'],
  [80007, 429, 'retry', 'retry'],
  [613, 429, 'retry', 'retry'],
  [130429, 429, 'retry', 'retry'],
  [131056, 400, 'retry', 'retry'],
  [138002, 429, 'retry', 'retry'],
  [138005, 429, 'retry', 'retry'],
  [138001, 400, 'gone', 'failed'],
  [138003, 400, 'gone', 'failed'],
  [138006, 401, 'gone', 'alarm'],
  [1, 500, 'retry', 'retry'],
  [2, 503, 'retry', 'retry'],
  [131000, 500, 'retry', 'retry'],
  [131016, 503, 'retry', 'retry'],
  [131057, 500, 'retry', 'retry'],
  [131047, 400, 'gone', 'use_template'],
  [131026, 400, 'gone', 'failed'],
  [130403, 400, 'gone', 'failed'],
  [131030, 400, 'gone', 'failed'],
  [131049, 400, 'gone', 'failed'],
  [131050, 400, 'gone', 'failed'],
  [130472, 400, 'gone', 'failed'],
  [131048, 400, 'gone', 'alarm'],
  [131064, 400, 'gone', 'alarm'],
  [131042, 400, 'gone', 'alarm'],
  [131044, 400, 'gone', 'alarm'],
  [131031, 403, 'gone', 'alarm'],
  [368, 403, 'gone', 'alarm'],
  [130497, 403, 'gone', 'alarm'],
  [33, 400, 'gone', 'alarm'],
  [133010, 400, 'gone', 'alarm'],
  [131045, 500, 'retry', 'alarm'],
  [131008, 400, 'gone', 'failed'],
  [131009, 400, 'gone', 'failed'],
  [131021, 400, 'gone', 'failed'],
  [131051, 400, 'gone', 'failed'],
  [131053, 400, 'gone', 'failed'],
  [131062, 400, 'gone', 'failed'],
  [132001, 404, 'gone', 'alarm'],
  [132015, 400, 'gone', 'alarm'],
  [999_999, 400, 'gone', 'failed'],
  [999_999, 500, 'retry', 'retry'],
  [none, 400, 'gone', 'failed'],
  [none, 401, 'alarm', 'alarm'],
  [none, 403, 'alarm', 'alarm'],
  [none, 404, 'gone', 'failed'],
  [none, 408, 'retry', 'retry'],
  [none, 429, 'retry', 'retry'],
  [none, 302, 'alarm', 'alarm'],
  [none, 500, 'retry', 'uncertain'],
  [none, 502, 'retry', 'uncertain'],
  [none, 504, 'retry', 'uncertain'],
]

const outcomeOf = (result: ActionResult): Outcome =>
  result.outcome === 'failed' && result.alarm !== undefined ? 'alarm' : result.outcome

describe('classify', () => {
  it.each(table)('code %s with HTTP %s: call %s, message %s', (code, status, call, message) => {
    expect(outcomeOf(classify('call', status, code, 'Refused'))).toBe(call)
    expect(outcomeOf(classify('message', status, code, 'Refused'))).toBe(message)
  })

  it.each([
    [139100, 400, 'failed'],
    [131047, 400, 'failed'],
    [190, 401, 'alarm'],
    [4, 400, 'retry'],
    [none, 502, 'retry'],
  ])('code %s with HTTP %s: block %s', (code, status, outcome) => {
    expect(outcomeOf(classify('other', status, code, 'Refused'))).toBe(outcome)
  })

  it('lets a pair rest for the six seconds that Meta asks for', () => {
    expect(classify('message', 400, 131056, '')).toMatchObject({ afterMs: 6_000 })
  })

  it('never lets a call action wait for minutes', () => {
    expect(classify('call', 400, 80007, '')).toMatchObject({ afterMs: 1_000 })
  })
})

describe('scrub', () => {
  it.each([
    ['Unsupported parameter sdp_type', 'Unsupported parameter sdp_type'],
    ['to 16505550123', 'to [digits]'],
    ['to +49 (151) 123-456', 'to [digits]'],
    ['call wacid.HBgL+/=-_A is over', 'call [id] is over'],
    ['WAMID.HBgL', '[id]'],
    ['user US.ENT.11815799212886844830 left', 'user [id] left'],
    ['12345 is short', '12345 is short'],
  ])('%j is told as %j', (text, told) => {
    expect(scrub(text)).toBe(told)
  })

  it('stays short and quick with a long text', () => {
    const startedAt = performance.now()
    expect(scrub('1 '.repeat(500_000)).length).toBeLessThanOrEqual(300)
    expect(performance.now() - startedAt).toBeLessThan(200)
  })
})
