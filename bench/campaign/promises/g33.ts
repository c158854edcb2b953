import { lines, rejectAll } from '../tools/bodies.ts'
import type { Ledger } from '../tools/other-side-messages.ts'
import type { Stage, Tools } from '../tools/stage.ts'
import { onStage } from '../tools/stage.ts'
import { quantile } from '../tools/wait.ts'
import type { PromiseFile } from '../verdict.ts'
import { Trial } from '../verdict.ts'

const dayMs = 86_400_000

/** When each person got messages (epoch ms), as Graph delivered them. */
function perPerson({ messages }: Ledger): Map<string, number[]> {
  const all = new Map<string, number[]>()
  for (const { to = '', at, performed } of messages)
    if (performed) all.set(to, [...(all.get(to) ?? []), at])
  return all
}

interface Courtesy {
  readonly gapMs: number
  readonly cap: number
}

/** Messages that came too soon after another to the same person, or were too many in a day. */
function rude(ledger: Ledger, { gapMs, cap }: Courtesy): string[] {
  return [...perPerson(ledger)].flatMap(([, times]) => {
    const sorted = times.sort((a, b) => a - b)
    return sorted.flatMap((at, index) => {
      const before = sorted[index - 1]
      const first = sorted[index - cap]
      // what is reserved early may be sent late, so a little less than the gap can lie between two sends
      if (before !== undefined && at - before < gapMs * 0.5)
        return [`${Math.round(at - before)} ms after another`]
      return first !== undefined && at - first < dayMs ? [`the ${cap + 1}th in a day`] : []
    })
  })
}

function checkNeverSilent(stage: Stage, trial: Trial): void {
  const journal = stage.journal()
  const silent = journal.count(
    `select count(*) from calls where final_outcome = 'reject' and not exists (
       select 1 from actions where actions.call_id = calls.id and type = 'message' and (
         state in ('done', 'pending', 'claimed', 'uncertain')
         or (state = 'suppressed' and reason in ('silent', 'opted_out', 'sent_recently', 'daily_cap'))))`,
  )
  trial.same('rejects without a message or a reason', silent, 0)
  const unlinked = journal.count(
    "select count(*) from actions where reason = 'sent_recently' and parent_id is null",
  )
  trial.same('suppressed as sent recently, without the message meant', unlinked, 0)
  trial.fault(
    'messages held back',
    journal.count("select count(*) from actions where state = 'suppressed'"),
    20,
  )
  journal.close()
}

async function tryUsual(tools: Tools, trial: Trial, isFull: boolean): Promise<void> {
  const people = isFull ? 2_000 : 40
  const optedOut = Array.from(
    { length: people / 10 },
    (_, index) => `1631${String(2_000_000 + index)}`,
  )
  const seeds = {
    'contacts.json': optedOut.map((phone) => ({ phone: `+${phone}`, optedOut: true })),
  }
  await onStage(tools, { policies: [rejectAll()], seeds }, async (stage) => {
    const { other } = stage
    const perSecond = isFull ? 100 : 40
    await other.ask('load', { perSecond, seconds: (people * 5) / perSecond, lines, people })
    trial.check('everything is settled in the end', await stage.settled(120_000))
    const ledger = await other.ask('ledger', undefined)
    trial.check(
      'at most one message in ten minutes',
      rude(ledger, { gapMs: 600_000, cap: 3 }).length === 0,
      rude(ledger, { gapMs: 600_000, cap: 3 }).slice(0, 5),
    )
    const wrong = [...perPerson(ledger).keys()].filter((to) => optedOut.includes(to))
    trial.same('messages to people who had opted out', wrong.length, 0)
    trial.same('people with a message', perPerson(ledger).size, people - optedOut.length)
    checkNeverSilent(stage, trial)
    const journal = stage.journal()
    const created = new Map(
      journal.actions().map(({ key, createdAt }) => [key, Date.parse(createdAt)]),
    )
    journal.close()
    const delays = ledger.messages.flatMap(({ key = '', at, performed }) =>
      performed ? [at - (created.get(key) ?? at)] : [],
    )
    trial.atMost('from decision to delivery p95 ms', quantile(delays, 0.95), 5_000)
    trial.same(
      'refused as outside the 24-hour window',
      ledger.messages.filter(({ status }) => status !== 200).length,
      0,
    )
    trial.fault('calls by people who called before', ledger.connects.length - people, people * 2)
  })
}

/** With a gap of two seconds, so that a day's cap is reached within the run. */
async function tryCap(tools: Tools, trial: Trial, isFull: boolean): Promise<void> {
  const environment = { FOLLOW_UP_GAP_MINUTES: '0.03', FOLLOW_UP_DAILY_CAP: '2' }
  await onStage(tools, { policies: [rejectAll()], environment }, async (stage) => {
    const people = isFull ? 200 : 10
    for (let times = 0; times < 4; times += 1) {
      await stage.other.ask('load', {
        perSecond: people * 2,
        seconds: 0.5,
        lines: lines.slice(0, 1),
        people,
      })
      await new Promise((resolve) => setTimeout(resolve, 2_000))
    }
    trial.check('everything is settled in the end', await stage.settled(60_000))
    const ledger = await stage.other.ask('ledger', undefined)
    const most = Math.max(...[...perPerson(ledger).values()].map((times) => times.length))
    trial.same('most messages to one person, cap 2', most, 2)
    const journal = stage.journal()
    trial.fault(
      'messages held back by the cap',
      journal.count("select count(*) from actions where reason = 'daily_cap'"),
      people,
    )
    journal.close()
  })
}

export const g33: PromiseFile<Tools> = {
  id: 'G33',
  promise:
    'Nobody is rejected into silence, and nobody is pestered: one message in ten minutes, three a day, none after opting out',
  run: async (tools, size) => {
    const trial = new Trial(
      size,
      'People who call five times each over four numbers, a tenth of them opted out; then a shorter gap and a lower cap, so that it is reached; judged by what Graph delivered',
    )
    await tryUsual(tools, trial, size === 'full')
    await tryCap(tools, trial, size === 'full')
    return trial.verdict()
  },
}
