import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commands } from '../../server/db/commands/index.ts'
import type { Db } from '../../server/db/open.ts'
import { changeNumber, decide, end, iso, leadBy, openJournal, write } from './journal.ts'

const call = (id: string, phone: string, at: number) => ({ id, from: { phone }, at })
const reject = { outcome: 'reject' } as const

describe('a silent lead', () => {
  let db: Db
  beforeEach(async () => {
    db = await openJournal()
  })
  afterEach(() => db.destroy())

  const leads = async () => {
    const rows = await db.selectFrom('leads').selectAll().orderBy('person_id').execute()
    return rows.map(({ ref, updated_at, ...row }) => ({
      ...row,
      isNamed: ref && updated_at !== '',
    }))
  }

  it('is filled in for a journal that is older than leads are, batch by batch', async () => {
    const trace = [{ node: 'hours', kind: 'hours', exit: 'closed', leaves: [] }]
    await decide(db, call('a', '+4915100000001', 0), { ...reject, at: iso(1), trace })
    await decide(db, call('b', '+4915100000002', 5), { ...reject, at: iso(6), silent: true })
    await decide(db, call('c', '+4915100000003', 5), { ...reject, at: iso(6), blocked: true })
    await decide(db, call('d', '+4915100000004', 5), { ...reject, at: iso(6) })
    await write(db, call('e', '+4915100000004', 9), { at: iso(10) })
    await end(db, call('f', '+4915100000005', 5), { at: iso(10), endedAt: 8 })
    const before = await leads()
    expect(before.map(({ why, state }) => `${why} ${state}`)).toEqual([
      'closed open',
      'rule closed',
      'gave_up open',
    ])
    await db.deleteFrom('leads').execute()
    await db.updateTable('calls').set({ why: null, no_lead: null }).execute()
    let batches = 1
    while (!(await commands.backfillLeads(db, { people: 2, at: iso(20) }))) batches += 1
    expect(batches).toBe(3)
    expect(await leads()).toEqual(before)
    expect(await commands.backfillLeads(db, { people: 2, at: iso(20) })).toBe(true)
  })

  it('is scored anew when its contact changes', async () => {
    const phone = '+4915100000001'
    await decide(db, call('a', phone, 0), { ...reject, at: iso(1) })
    const [stranger] = await leadBy(db, { phone })
    const contact = { phone, priority: 90, tier: 'gold' }
    const batch = { records: [{ contact, hash: 'one' }], at: iso(2), replace: false }
    await commands.seedContacts(db, batch)
    const [gold] = await leadBy(db, { phone })
    expect(gold).toMatchObject({ priority: 90, tier: 'gold', is_contact: 1 })
    expect(gold?.score).toBeGreaterThan(stranger?.score ?? 100)
  })

  it('notes a call that came after a message of ours had gone out', async () => {
    const phone = '+4915100000001'
    const first = await decide(db, call('a', phone, 0), { ...reject, at: iso(1) })
    const ids = first.kind === 'committed' ? first.actionIds : []
    await commands.claimActions(db, { now: iso(2), ids, limit: 2 })
    for (const id of ids)
      await commands.settleAction(db, { id, now: iso(3), result: { outcome: 'done' } })
    expect(await leadBy(db, { phone })).toMatchObject([{ attempts: 1, after_message: 0 }])
    await decide(db, call('b', phone, 60), { ...reject, at: iso(61) })
    expect(await leadBy(db, { phone })).toMatchObject([{ attempts: 2, after_message: 1 }])
  })

  it('closes with a callback, and is new again when it opens again', async () => {
    const phone = '+4915100000001'
    await decide(db, call('a', phone, 0), { ...reject, at: iso(1) })
    await db.updateTable('leads').set({ status: 'contacted' }).execute()
    const back = { at: iso(90), endedAt: 89, duration: 20, direction: 'outbound' as const }
    await end(db, call('b', phone, 60), back)
    expect(await leadBy(db, { phone })).toMatchObject([
      { state: 'closed', closed_by: 'callback', status: 'contacted' },
    ])
    await decide(db, call('c', phone, 100), { ...reject, at: iso(101) })
    expect(await leadBy(db, { phone })).toMatchObject([
      { state: 'open', closed_by: null, status: 'new', attempts: 1 },
    ])
  })

  it('of two people who are one is one, the one somebody has worked on', async () => {
    const [phone, other] = ['+4915100000001', '+4915100000002']
    await decide(db, call('a', phone, 0), { ...reject, at: iso(1) })
    await decide(db, call('b', other, 9), { ...reject, at: iso(10) })
    const [worked] = await leadBy(db, { phone })
    await db
      .updateTable('leads')
      .set({ status: 'assigned' })
      .where('ref', '=', worked?.ref ?? '')
      .execute()
    await changeNumber(db, {
      id: 'change',
      previous: { phone },
      from: { phone: other },
      at: iso(20),
    })
    expect(await leadBy(db, { phone: other })).toMatchObject([
      { ref: worked?.ref, status: 'assigned', attempts: 2 },
    ])
  })
})
