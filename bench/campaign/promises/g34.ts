import { line, rejectAll } from '../tools/bodies.ts'
import type { GraphSeen } from '../tools/other-side-messages.ts'
import type { Stage, Tools } from '../tools/stage.ts'
import { onStage } from '../tools/stage.ts'
import { until } from '../tools/wait.ts'
import type { PromiseFile } from '../verdict.ts'
import { Trial } from '../verdict.ts'
import { compareBooks } from './books.ts'

const courteous = { FOLLOW_UP_GAP_MINUTES: '0', FOLLOW_UP_DAILY_CAP: '100' }

async function messagesOf(stage: Stage, from: string): Promise<GraphSeen[]> {
  const { messages } = await stage.other.ask('ledger', undefined)
  return messages.filter(({ to }) => to === from).sort((a, b) => a.at - b.at)
}

/** Fails a message so often, then lets it through. */
async function tryRetries(stage: Stage, trial: Trial): Promise<void> {
  const from = '16435550101'
  await stage.other.ask('failNext', { path: 'messages', status: 500, code: 131000, times: 2 })
  await stage.other.ask('call', { from, line })
  await until(
    async () => (await messagesOf(stage, from)).some(({ performed }) => performed),
    60_000,
    200,
  )
  const seen = await messagesOf(stage, from)
  trial.same('requests for a message that failed twice', seen.length, 3)
  trial.same('times it was done', seen.filter(({ performed }) => performed).length, 1)
  const gaps = seen.slice(1).map(({ at }, index) => at - (seen[index]?.at ?? at))
  trial.figure('waits between the tries ms', gaps.map(Math.round).join(', '))
  trial.check('each wait is longer than the one before', (gaps[1] ?? 0) > (gaps[0] ?? 0), gaps)
  trial.fault('failures of Graph', seen.filter(({ status }) => status === 500).length, 2)
}

/** Calls as soon as the person's last call is over; the id of the call. */
async function callOnceFree(stage: Stage, from: string): Promise<string> {
  let id = ''
  await until(
    async () => (id = (await stage.other.ask('call', { from, line })).id) !== '',
    20_000,
    100,
  )
  return id
}

/** The first of three messages to a person fails; the others wait behind it. */
async function tryOrder(stage: Stage, trial: Trial, isFull: boolean): Promise<void> {
  const from = '16435550102'
  await stage.other.ask('failNext', { path: 'messages', status: 500, code: 131000, times: 1 })
  const ids: string[] = []
  const count = isFull ? 4 : 2
  for (let times = 0; times < count; times += 1) ids.push(await callOnceFree(stage, from))
  await until(
    async () =>
      (await messagesOf(stage, from)).filter(({ performed }) => performed).length === count,
    90_000,
    200,
  )
  const journal = stage.journal()
  const calls = new Map(journal.actions().map(({ key, callId }) => [key, callId]))
  journal.close()
  const done = (await messagesOf(stage, from)).filter(({ performed }) => performed)
  const order = done.map(({ key = '' }) => ids.indexOf(calls.get(key) ?? ''))
  trial.same('order in which a person got them', order.join(), ids.map((_, index) => index).join())
  const gaps = done.slice(1).map(({ at }, index) => at - (done[index]?.at ?? at))
  trial.check(
    'at least six seconds lie between two',
    gaps.every((gap) => gap >= 5_900),
    gaps,
  )
}

/** What Graph refuses for good is not tried again, and is there to be seen. */
async function tryDeadLetters(stage: Stage, trial: Trial): Promise<void> {
  const from = '16435550103'
  await stage.other.ask('failNext', { path: 'messages', status: 400, code: 131026, times: 1 })
  const { id } = await stage.other.ask('call', { from, line })
  const shows = async (): Promise<boolean> => {
    const { text } = await stage.api(`/api/calls/${encodeURIComponent(id)}/decision`)
    return text.includes('"failed"')
  }
  trial.check('a refused message is shown as failed', await until(shows, 20_000, 200))
  trial.same('requests for a refused message', (await messagesOf(stage, from)).length, 1)
}

/** Graph takes a message and its connection breaks: doubtful, and never sent again. */
async function tryDoubt(stage: Stage, trial: Trial): Promise<void> {
  const from = '16435550104'
  await stage.other.ask('failNext', { path: 'messages', reset: true, times: 1 })
  const { id } = await stage.other.ask('call', { from, line })
  const shows = async (): Promise<boolean> => {
    const { text } = await stage.api(`/api/calls/${encodeURIComponent(id)}/decision`)
    return text.includes('"uncertain"')
  }
  trial.check('a message in doubt is shown as uncertain', await until(shows, 20_000, 200))
  await stage.server.kill()
  await stage.server.start()
  await until(() => false, 2_500)
  trial.same(
    'requests for a message in doubt, after a kill too',
    (await messagesOf(stage, from)).length,
    1,
  )
  trial.fault(
    'connections Graph broke',
    (await messagesOf(stage, from)).filter(({ status }) => status === null).length,
    1,
  )
}

export const g34: PromiseFile<Tools> = {
  id: 'G34',
  promise:
    'Messages are sent again only when that is safe, ever more slowly, in each person’s order; what fails can be seen',
  run: async (tools, size) => {
    const trial = new Trial(
      size,
      'Graph failing messages twice and then not, refusing one for good, breaking a connection; several messages to one person of which the first fails; a kill. Two dispatchers on one database: not before there is a server database',
    )
    const time = { retrySeconds: 0.5, retryMaxSeconds: 2 }
    await onStage(
      tools,
      { policies: [rejectAll()], environment: courteous, world: { time } },
      async (stage) => {
        await tryRetries(stage, trial)
        await tryOrder(stage, trial, size === 'full')
        await tryDeadLetters(stage, trial)
        await tryDoubt(stage, trial)
        trial.check('everything is settled in the end', await stage.settled(60_000))
        const journal = stage.journal()
        compareBooks(trial, journal, await stage.other.ask('ledger', undefined), 5)
        journal.close()
      },
    )
    return trial.verdict()
  },
}
