import { describe, expect, it } from 'vitest'
import { seedCallOf } from '../../server/seeds/history.ts'
import { nextOpen } from '../../server/policy/schedule.ts'
import { teamsOf } from '../../server/schema/installation.ts'
import { seed, shippedPolicy, world } from './world.ts'

const { installation, contacts, lists } = world
const now = Date.parse('2026-11-20T21:00:00Z')
const calls = seed('calls.json')

describe('the shipped week of calls', () => {
  const read = calls.map((call, index) => seedCallOf(call, index, { now, zone: 'UTC' }))

  it('is a week of at least 150 calls that can all be read', () => {
    expect(calls.length).toBeGreaterThanOrEqual(150)
    const ready = read.flatMap((call) => (call && !('expected' in call) ? [call] : []))
    expect(ready.length).toBeGreaterThanOrEqual(150)
    expect(read.filter((call) => call && 'expected' in call)).toEqual([])
    const days = new Set(ready.map(({ at }) => at.slice(0, 10)))
    expect(days.size).toBe(8)
  })

  it('happened on lines and at nodes that exist', () => {
    const { nodes } = shippedPolicy('main-line').policy
    const lines = new Set(installation.lines.map(({ id }) => id))
    for (const { line = '', node = '', outcome, policy } of calls) {
      expect(policy).toBe('main-line')
      expect(lines).toContain(line)
      expect([node, nodes[node]?.kind]).toEqual([node, outcome])
    }
  })

  it('has regulars, missed, rejected and completed calls, and a burst that ends in a block', () => {
    const statuses = new Set(calls.map(({ status }) => status))
    expect(statuses).toEqual(new Set(['completed', 'failed', 'missed', 'rejected']))
    const perCaller = new Map<string | undefined, typeof calls>()
    for (const call of calls) {
      const key = call.from ?? call.userId
      perCaller.set(key, [...(perCaller.get(key) ?? []), call])
    }
    expect([...perCaller.values()].filter((those) => those.length >= 5).length).toBeGreaterThan(3)
    const burst = calls.filter(({ node }) => node === 'tooMany')
    expect(burst).toHaveLength(1)
    const told = perCaller.get(burst[0]?.from)?.filter(({ followUp }) => followUp !== undefined)
    expect(told).toHaveLength(1)
  })

  it('sends nothing to who opted out, and nothing to who is on the blocked list', () => {
    const quiet = contacts.filter(({ optedOut }) => optedOut).map(({ phone }) => phone)
    const silent = [...quiet, ...lists.blocked]
    const told = calls.filter(({ from, followUp }) => silent.includes(from) && followUp)
    expect(told).toEqual([])
  })
})

describe('the shipped installation', () => {
  it('gives each line a team with agents', () => {
    const teams = teamsOf(installation)
    for (const { team } of installation.lines) expect(teams).toContain(team)
  })

  it('names calendars, owners and attributes that exist', () => {
    const agents = new Set(installation.agents.map(({ id }) => id))
    const attributes = new Set(installation.declared.attributes.map(({ name }) => name))
    for (const contact of contacts) {
      if (contact.owner !== undefined) expect(agents).toContain(contact.owner)
      if (contact.slaCalendar !== undefined)
        expect(Object.keys(installation.calendars)).toContain(contact.slaCalendar)
      for (const name of Object.keys(contact.attributes ?? {})) expect(attributes).toContain(name)
    }
  })

  it('has calendars in several zones, each of which opens again', () => {
    const calendars = Object.values(installation.calendars)
    expect(new Set(calendars.map(({ zone }) => zone)).size).toBeGreaterThanOrEqual(6)
    for (const calendar of calendars) expect(nextOpen(calendar, now)).toBeGreaterThanOrEqual(now)
  })
})
