import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LeadView } from '../../server/schema/lead.ts'
import type { PlayedWeek } from '../week/play.ts'
import { playWeek } from '../week/play.ts'
import type { CountedLead } from '../week/recount.ts'
import { recount, whyOf } from '../week/recount.ts'
import type { Week } from '../week/week.ts'
import { makeWeek, shuffleWeek } from '../week/week.ts'

const seconds = (iso: string | null): number | null =>
  iso === null ? null : Date.parse(iso) / 1000

/** A lead as the API shows it, in the words of the recount. */
const asCounted = (lead: LeadView): Omit<CountedLead, 'ids'> => ({
  state: lead.state,
  attempts: lead.attempts,
  opened: seconds(lead.openedAt) ?? 0,
  last: seconds(lead.lastCallAt) ?? 0,
  closed: seconds(lead.closedAt),
  closedBy: lead.closedBy,
  why: lead.why.code,
  whyText: lead.why.text,
  node: lead.why.node,
  // the week has no other lines
  line: lead.line as CountedLead['line'],
  score: lead.score,
  reasons: lead.reasons,
})

async function allLeads(played: PlayedWeek): Promise<LeadView[]> {
  const leads: LeadView[] = []
  for (let page = 1; ; page += 1) {
    const query = `state=all&sort_by=last_call_at&per_page=100&page=${page}`
    const response = await played.api(`/api/reports/silent-leads?${query}`)
    expect(response.status).toBe(200)
    // the route answers what its schema says
    const { data, pagination } = (await response.json()) as {
      data: LeadView[]
      pagination: { total: number; last_page: number }
    }
    leads.push(...data)
    if (page >= pagination.last_page) {
      expect(leads).toHaveLength(pagination.total)
      return leads
    }
  }
}

const week = makeWeek({ seed: 20300107, calls: 5_000 })

describe.each<[string, () => Week]>([
  ['as it happened', () => week],
  ['shuffled', () => shuffleWeek(week, 7)],
])('a week of 5,000 calls, %s', (_how, weekOf) => {
  let played: PlayedWeek
  const told = weekOf()
  const counted = recount(told)
  beforeAll(async () => {
    played = await playWeek(told)
  }, 600_000)
  afterAll(() => played.close())

  test('holds every kind of miss, close and reason', () => {
    expect(told.calls).toBeGreaterThanOrEqual(5_000)
    const of = <T>(values: readonly T[]) => [...new Set(values)].toSorted()
    const { leads } = counted
    expect(of(leads.map(({ why }) => why))).toEqual(
      ['closed', 'failure', 'gave_up', 'nobody_free', 'not_possible', 'rule', 'stale'],
    ) // prettier-ignore
    expect(of(leads.map(({ closedBy }) => String(closedBy)))).toEqual(
      ['callback', 'connected', 'message', 'null', 'voicemail'],
    ) // prettier-ignore
    const reasons = leads.flatMap((lead) => lead.reasons).join()
    for (const reason of ['our link', 'after our message', 'VIP', 'gold', 'times in 2 hours'])
      expect(reasons).toContain(reason)
  })

  test('gives exactly the leads, reasons and scores of the recount', async () => {
    const leads = await allLeads(played)
    const byId = new Map(leads.flatMap((lead) => [lead.phone, lead.userId].map((id) => [id, lead])))
    const wrong = counted.leads.flatMap(({ ids, ...wanted }) => {
      const lead = ids.map((id) => byId.get(id)).find((one) => one !== undefined)
      const got = lead && asCounted(lead)
      return JSON.stringify(got) === JSON.stringify(wanted) ? [] : [{ ids, wanted, got }]
    })
    expect(wrong.slice(0, 3)).toEqual([])
    expect(leads).toHaveLength(counted.leads.length)
    expect(new Set(leads.map(({ personId }) => personId)).size).toBe(leads.length)
  })

  test('gives the figures of the recount', async () => {
    const days = 'from_date=2029-12-01&to_date=2030-02-28'
    // the routes answer what their schemas say
    const ask = async <T>(name: string): Promise<T> => {
      for (;;) {
        const response = await played.api(`/api/reports/${name}?${days}`)
        expect(response.status).toBe(200)
        const { pending, now } = (await response.json()) as { pending: number; now: T }
        if (pending === 0) return now
      }
    }
    const inbound = counted.calls.filter(({ direction }) => direction === 'inbound')
    const misses = inbound.filter(({ isMiss }) => isMiss)
    const talks = inbound.filter(({ duration }) => duration !== null)
    expect(await ask('overview')).toMatchObject({
      calls: inbound.length,
      missed: misses.length,
      connected: talks.length,
    })
    const byReason = new Map<string, number>()
    for (const call of misses) {
      const { why } = whyOf(call)
      byReason.set(why, (byReason.get(why) ?? 0) + 1)
    }
    const { reasons } = await ask<{ reasons: { reason: string; calls: number }[] }>('missed')
    const told = new Map(
      reasons.flatMap(({ reason, calls }) => (calls > 0 ? [[reason, calls]] : [])),
    )
    expect(told).toEqual(byReason)
  }, 120_000)
})
