import { rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect, envelope, rejectAll } from '../tools/bodies.ts'
import { limitFileSize, mountTmpfs } from '../tools/mounts.ts'
import type { Stage, Tools } from '../tools/stage.ts'
import { onStage } from '../tools/stage.ts'
import { until } from '../tools/wait.ts'
import type { PromiseFile } from '../verdict.ts'
import { notTried, Trial } from '../verdict.ts'

interface Fault {
  readonly what: string
  begin(stage: Stage): boolean
  end(stage: Stage): void
}

/** Fills what is left of the file system the database is on. */
const full = (path: string): Fault => ({
  what: 'full disk',
  begin() {
    const { bavail, bsize } = statfsSync(path)
    try {
      writeFileSync(join(path, 'filler'), Buffer.alloc(bavail * bsize))
    } catch {
      // as full as it gets
    }
    return statfsSync(path).bavail === 0
  },
  end: () => rmSync(join(path, 'filler'), { force: true }),
})

/** Every write fails, as on a disk that has gone read-only under the server. */
const failing: Fault = {
  what: 'disk that refuses writes',
  begin: ({ server }) => limitFileSize(server.pid, 0),
  end: ({ server }) => void limitFileSize(server.pid, 'unlimited'),
}

function stored(stage: Stage): { calls: number; sent: number } {
  const journal = stage.journal()
  const calls = journal.count('select count(*) from calls')
  const sent = journal.count("select count(*) from actions where state = 'done'")
  journal.close()
  return { calls, sent }
}

/** Posts until the disk is truly of no use (freed pages can still be used up), then counts. */
async function tryFault(
  stage: Stage,
  trial: Trial,
  { what, begin, end }: Fault,
  posts: number,
): Promise<void> {
  const { other, server } = stage
  await stage.post(envelope(connect()))
  await stage.settled(20_000)
  trial.check(`${what}: the fault is there`, begin(stage))
  const refuses = async (): Promise<boolean> =>
    (await stage.post(envelope(connect()))).status === 503
  trial.check(`${what}: webhooks are refused`, await until(refuses, 30_000, 0))
  await other.ask('idle', 5_000)
  const before = { ...stored(stage), asked: (await other.ask('ledger', undefined)).messages.length }
  const answers = []
  for (let times = 0; times < posts; times += 1) answers.push(await stage.post(envelope(connect())))
  const wrong = answers.filter(({ status }) => status !== 503)
  trial.check(`${what}: every answer is 503`, wrong.length === 0, wrong.slice(0, 3))
  const during = stored(stage)
  trial.same(`${what}: calls stored meanwhile`, during.calls - before.calls, 0)
  const { messages } = await other.ask('ledger', undefined)
  trial.same(`${what}: messages sent meanwhile`, messages.length - before.asked, 0)
  const pid = server.pid
  end(stage)
  const accepts = async (): Promise<boolean> =>
    (await stage.post(envelope(connect()))).status === 200
  trial.check(
    `${what}: it recovers without a restart`,
    (await until(accepts, 20_000, 100)) && server.pid === pid && server.isRunning,
  )
  trial.check(`${what}: everything is settled in the end`, await stage.settled(60_000))
  const journal = stage.journal()
  trial.same(`${what}: integrity of the database`, journal.integrity(), 'ok')
  journal.close()
  const metrics = await stage.metrics()
  trial.figure(`${what}: alarms`, metrics.sum('callgate_alarms_total'))
  trial.check(`${what}: an alarm is raised`, metrics.sum('callgate_alarms_total') > 0)
  trial.fault(`${what}: webhooks answered 503`, answers.length - wrong.length, posts)
}

export const g17: PromiseFile<Tools> = {
  id: 'G17',
  promise:
    'With a full or read-only disk nothing is decided or sent, nothing is damaged, and it recovers by itself',
  run: async (tools, size) => {
    const tried =
      'The database on a file system of 16 MB that is filled up under the server; every write of the running server refused by the kernel (file size limit 0)'
    const trial = new Trial(size, tried)
    const posts = size === 'full' ? 200 : 20
    const disk = mountTmpfs(16 * 2 ** 20)
    if (!disk) return notTried(tried, 'no file system may be mounted here (that needs root)')
    try {
      const options = { policies: [rejectAll()], databaseFolder: disk.path }
      await onStage(tools, options, (stage) => tryFault(stage, trial, full(disk.path), posts))
    } finally {
      await disk.remove()
    }
    await onStage(tools, { policies: [rejectAll()] }, (stage) =>
      tryFault(stage, trial, failing, posts),
    )
    return trial.verdict()
  },
}
