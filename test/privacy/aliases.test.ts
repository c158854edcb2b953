import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Db } from '../../server/db/open.ts'
import { identify } from '../../server/facts/identity.ts'
import { changeNumber, decide, iso, openJournal, write } from '../reports/journal.ts'

const before = '+4915112345678'
const after = '+4915187654321'
const userId = 'DE.4711000001'

let db: Db
beforeEach(async () => {
  db = await openJournal()
})
afterEach(() => db.destroy())

const people = () => db.selectFrom('people').selectAll().orderBy('id').execute()
const call = (id: string, from: { phone?: string; userId?: string }, at = 0) =>
  decide(db, { id, from, at }, { at: iso(at), outcome: 'reject' })
const change = (id: string, previous: string, phone: string) =>
  changeNumber(db, { id, previous: { phone: previous }, from: { phone }, at: iso(50) })

describe('a person whose number changed', () => {
  beforeEach(async () => {
    await call('first', { phone: before })
    await change('change', before, after)
  })

  test('stays one person when something comes late under the old number', async () => {
    await call('late', { phone: before }, 60)
    await write(db, { id: 'word', from: { phone: before }, at: 70 }, { at: iso(70) })
    expect(await people()).toMatchObject([{ phone: after }])
    const calls = await db.selectFrom('calls').select('person_id').execute()
    expect(new Set(calls.map(({ person_id }) => person_id)).size).toBe(1)
  })

  test('is found under the old number before the call is decided', async () => {
    const [person] = await people()
    expect((await identify(db, { phone: before })).personIds).toEqual([person?.id])
    expect((await identify(db, { phone: before, userId: 'US.1' })).personIds).toEqual([])
  })

  test('is not whoever got the old number since', async () => {
    await call('other', { phone: before, userId: 'DE.9999000009' }, 60)
    expect(await people()).toMatchObject([
      { phone: after, user_id: null },
      { phone: before, user_id: 'DE.9999000009' },
    ])
    await call('again', { phone: before }, 70)
    expect(await people()).toHaveLength(2)
  })

  test('has the old number again after changing back, whatever is delivered twice', async () => {
    await change('back', after, before)
    await change('change', before, after)
    expect(await people()).toMatchObject([{ phone: before }])
    await call('late', { phone: after }, 80)
    expect(await people()).toHaveLength(1)
  })
})

test('a late delivery with the same user id does not bring the old number back', async () => {
  await call('first', { phone: before, userId })
  await changeNumber(db, {
    id: 'change',
    previous: { phone: before, userId },
    from: { phone: after, userId },
    at: iso(50),
  })
  await call('late', { phone: before, userId }, 60)
  expect(await people()).toMatchObject([{ phone: after, user_id: userId }])
})

test('a late delivery under an old user id finds the person', async () => {
  await call('first', { userId })
  await changeNumber(db, {
    id: 'change',
    previous: { userId },
    from: { userId: 'DE.4711000002' },
    at: iso(50),
  })
  await call('late', { userId }, 60)
  expect(await people()).toMatchObject([{ user_id: 'DE.4711000002' }])
})
