import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chatIdOf, parseJid, partyOfJids } from '../../server/channels/jid.ts'

describe('an address', () => {
  it.each([
    ['16505550123@c.us', 'phone', '16505550123'],
    ['16505550123@s.whatsapp.net', 'phone', '16505550123'],
    ['16505550123:12@s.whatsapp.net', 'phone', '16505550123'],
    ['16505550123@C.US', 'phone', '16505550123'],
    ['16505550123', 'phone', '16505550123'],
    ['+16505550123', 'phone', '16505550123'],
    ['16505550123@lid', 'lid', '16505550123'],
    ['16505550123:4@lid', 'lid', '16505550123'],
    ['120363042222222222@g.us', 'group', '120363042222222222'],
    ['status@broadcast', 'other', 'status'],
    ['120363000000000000@newsletter', 'other', '120363000000000000'],
    ['xxx@c.us', 'other', 'xxx'],
  ])('%s is a %s', (text, kind, user) => {
    expect(parseJid(text)).toEqual({ kind, user })
  })

  it.each(['', '@', '@c.us', 'a b@c.us', '1@c.us@lid', 'x', '12345', '1@', 'a/b@c.us'])(
    '%j is of no known form',
    (text) => {
      expect(parseJid(text)).toBeUndefined()
    },
  )
})

describe('the person of an address', () => {
  it('has no phone number where the address is a lid, whatever its digits', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[1-9]\d{6,17}(:\d{1,2})?$/), (digits) => {
        const party = partyOfJids(`${digits}@lid`)
        expect(party).not.toHaveProperty('phone')
        expect(party.userId).toBe(`${digits.replace(/:.*/, '')}@lid`)
        expect(party.address).toBe(`${digits}@lid`)
      }),
    )
  })

  it('has a phone number in its canonical form and an address as it was spelt', () => {
    const party = partyOfJids('551187654321:7@s.whatsapp.net')
    expect(party).toEqual({ phone: '+5511987654321', address: '551187654321:7@s.whatsapp.net' })
    expect(chatIdOf(party)).toBe('551187654321@c.us')
  })

  it('is joined from a lid and the number that the engine knows', () => {
    expect(partyOfJids('9876@lid', [undefined, 'x', '16505550123@s.whatsapp.net'])).toEqual({
      userId: '9876@lid',
      phone: '+16505550123',
      address: '9876@lid',
    })
  })

  it('is nobody for a group, whoever else is told', () => {
    const group = '120363042222222222@g.us'
    expect(partyOfJids(group, ['16505550123@c.us'])).toEqual({ address: group })
  })
})

describe('where a message goes', () => {
  it.each([
    [{ address: '16505550123:3@s.whatsapp.net', phone: '+1999' }, '16505550123@c.us'],
    [{ address: '9876:3@lid', phone: '+16505550123' }, '9876@lid'],
    [{ phone: '+1 (650) 555-0123' }, '16505550123@c.us'],
    [{ userId: '9876@lid' }, '9876@lid'],
    [{ address: 'xxx@c.us', phone: '+16505550123' }, '16505550123@c.us'],
    [{ userId: 'US.13491208655302741918' }, undefined],
    [{ address: '120363042222222222@g.us' }, undefined],
    [{}, undefined],
  ])('%j: %s', (to, chatId) => {
    expect(chatIdOf(to)).toBe(chatId)
  })
})
