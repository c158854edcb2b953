import Database from 'better-sqlite3'
import { DateTime } from 'luxon'
import { connect, envelope, lines, newCallId, policy, rejectAll } from '../tools/bodies.ts'
import type { Stage, Tools } from '../tools/stage.ts'
import { onStage } from '../tools/stage.ts'
import { delay } from '../tools/wait.ts'
import type { PromiseFile, Size } from '../verdict.ts'
import { Trial } from '../verdict.ts'

const zones = [
  'Europe/Paris',
  'America/New_York',
  'Australia/Lord_Howe',
  'America/St_Johns',
  'Asia/Kolkata',
  'Pacific/Apia',
  'Africa/Casablanca',
  'America/Sao_Paulo',
]
const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
const weekly = Object.fromEntries(
  days.map((day) => [
    day,
    [
      ['01:30', '02:30'],
      ['09:00', '17:00'],
    ],
  ]),
)

const name = (zone: string): string => zone.toLowerCase().replaceAll(/[^a-z]/g, '_')
const seeds = {
  'calendars.json': Object.fromEntries(zones.map((zone) => [name(zone), { zone, weekly }])),
}
const hoursPolicies = zones.map((zone) =>
  policy(
    {
      hours: {
        kind: 'hours',
        calendar: name(zone),
        exits: { open: 'open', closed: 'closed', holiday: 'closed' },
      },
      open: { kind: 'reject', message: { text: 'open' } },
      closed: { kind: 'reject', message: { text: 'closed' } },
    },
    { id: name(zone).replaceAll('_', '-'), numbers: [] },
  ),
)

/** The slow truth: what the clock on the wall says at that instant. */
function isOpen(at: DateTime, zone: string): boolean {
  const wall = at.setZone(zone).toFormat('HH:mm')
  return (wall >= '01:30' && wall < '02:30') || (wall >= '09:00' && wall < '17:00')
}

/** Instants around changes of the clock, leap days, year ends, and the edges of opening hours. */
function instants(zone: string, count: number): DateTime[] {
  const found: DateTime[] = []
  const from = DateTime.utc(2024, 1, 1)
  for (let hour = 0; hour < 4 * 8766 && found.length < count / 2; hour += 1) {
    const at = from.plus({ hours: hour })
    if (at.setZone(zone).offset === at.plus({ hours: 1 }).setZone(zone).offset) continue
    for (const minutes of [-61, -31, -1, 0, 29, 30, 31, 59, 60, 61, 89, 90, 91])
      found.push(at.plus({ minutes }))
  }
  const leap = DateTime.fromISO('2028-02-29T00:00', { zone })
  for (const clock of [
    '01:29',
    '01:30',
    '02:29',
    '02:30',
    '08:59',
    '09:00',
    '16:59',
    '17:00',
    '23:59',
  ])
    for (const day of [leap, leap.plus({ days: 1 }), leap.set({ month: 12, day: 31 })])
      found.push(DateTime.fromISO(`${day.toISODate()}T${clock}`, { zone }))
  while (found.length < count) found.push(from.plus({ seconds: Math.floor(Math.random() * 1.5e8) }))
  return found.slice(0, count)
}

async function tryHours(tools: Tools, trial: Trial, size: Size): Promise<void> {
  await onStage(tools, { policies: hoursPolicies, seeds }, async (stage) => {
    const wrong: string[] = []
    let tried = 0
    for (const zone of zones)
      for (const at of instants(zone, size === 'full' ? 500 : 60)) {
        const id = name(zone).replaceAll('_', '-')
        const { text } = await stage.api(`/api/policies/${id}/simulate`, {
          method: 'POST',
          body: { case: { at: at.toUTC().toISO() } },
        })
        // the route answers what its schema says
        const { node } = JSON.parse(text) as { node?: string }
        tried += 1
        if (node !== (isOpen(at, zone) ? 'open' : 'closed'))
          wrong.push(`${zone} ${at.toUTC().toISO() ?? ''} ${node ?? text}`)
      }
    trial.check('opening hours are right', wrong.length === 0, wrong)
    trial.fault(
      'instants around changes of the clock, leap days and edges',
      tried,
      zones.length * 60,
    )
  })
}

/** What the server had learnt about Meta's clock before it was last stopped. */
async function knowSkew(stage: Stage, skewMs: number): Promise<void> {
  await stage.server.stop()
  const database = new Database(stage.database)
  database
    .prepare("insert or replace into settings (key, value, updated_at) values ('skew_ms', ?, ?)")
    .run(String(skewMs), new Date().toISOString())
  database.close()
  await stage.server.start()
}

/** @param skewSeconds Meta's clock minus ours */
async function callsDecided(stage: Stage, skewSeconds: number, count: number): Promise<number> {
  const { other } = stage
  const before = (await stage.metrics()).sum('callgate_decisions_total')
  await other.ask('switches', { clockSkewSeconds: skewSeconds })
  await other.ask('load', { perSecond: 20, seconds: count / 20, lines })
  await other.ask('idle', 10_000)
  return (await stage.metrics()).sum('callgate_decisions_total') - before
}

async function trySkew(tools: Tools, trial: Trial): Promise<void> {
  await onStage(tools, { policies: [rejectAll()] }, async (stage) => {
    for (const skewSeconds of [600, -600]) {
      await knowSkew(stage, -skewSeconds * 1_000)
      const name = `Meta ${skewSeconds > 0 ? 'ahead' : 'behind'} by 10 minutes`
      trial.same(`${name}: of 20 calls decided`, await callsDecided(stage, skewSeconds, 20), 20)
      const shown = (await stage.metrics()).sum('callgate_clock_skew_seconds')
      trial.same(`${name}: skew shown, seconds`, Math.round(shown), -skewSeconds)
      const id = newCallId()
      await stage.post(envelope(connect({ id, age: 90 - skewSeconds })))
      const journal = stage.journal()
      const isStale = journal.count(
        "select count(*) from calls where provider_id = ? and undecided = 'stale'",
        id,
      )
      trial.check(`${name}: a call of 90 s ago is still stale`, isStale === 1)
      journal.close()
    }
    await knowSkew(stage, 0)
    trial.same(
      'Meta ahead, not known yet: of 20 calls decided',
      await callsDecided(stage, 600, 20),
      20,
    )
    trial.fault('calls told by a wrong clock', 60, 60)
  })
}

/** Learns it anew, which takes ten minutes by contract. */
async function tryLearning(tools: Tools, trial: Trial): Promise<void> {
  await onStage(tools, { policies: [rejectAll()] }, async (stage) => {
    await stage.other.ask('switches', { clockSkewSeconds: 600 })
    // 50 calls over ten minutes: with more in a minute the last 50 say nothing yet, by contract
    await stage.other.ask('load', { perSecond: 0.08, seconds: 650, lines })
    await delay(500)
    const shown = (await stage.metrics()).sum('callgate_clock_skew_seconds')
    trial.check('the skew is learnt within eleven minutes', Math.abs(shown + 600) < 2, shown)
    trial.figure('skew learnt, seconds', shown)
  })
}

export const g12: PromiseFile<Tools> = {
  id: 'G12',
  promise: 'Wrong clocks, changes of the clock and leap days change no decision',
  run: async (tools, size) => {
    const trial = new Trial(
      size,
      `Opening hours of ${zones.length} zones asked at edges and changes of the clock, against a slow oracle; Meta’s clock 10 minutes ahead and behind, known from before${size === 'full' ? ' and learnt anew' : ''}`,
    )
    await tryHours(tools, trial, size)
    await trySkew(tools, trial)
    if (size === 'full') await tryLearning(tools, trial)
    return trial.verdict()
  },
}
