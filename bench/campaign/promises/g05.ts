import { writeFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { lines, rejectAll } from '../tools/bodies.ts'
import { Journal } from '../tools/journal.ts'
import type { Disk } from '../tools/mounts.ts'
import { mountDisk } from '../tools/mounts.ts'
import type { Tools } from '../tools/stage.ts'
import { onStage } from '../tools/stage.ts'
import { delay, until } from '../tools/wait.ts'
import type { PromiseFile } from '../verdict.ts'
import { notTried, Trial } from '../verdict.ts'
import { acknowledged } from './books.ts'

const tried =
  'The database is on a disk of its own (ext4 in a file); under load the server is killed and the disk is copied at once as it is, without what the kernel still holds back; the copy is mounted, recovered and read'

/** Whether a file written a moment ago without fsync is gone: if not, nothing was cut. */
function losesWhatWasNotSynced(path: string): boolean {
  const file = join(path, 'canary')
  return !existsSync(file) || readFileSync(file, 'utf8') !== 'chirp'
}

async function cutOnce(
  tools: Tools,
  trial: Trial,
  disk: Disk,
): Promise<{ acked: number; isCut: boolean }> {
  const options = { policies: [rejectAll()], databaseFolder: disk.path }
  return onStage(tools, options, async (stage) => {
    const loading = stage.other.ask('load', { perSecond: 60, seconds: 60, lines })
    const enough = async (): Promise<boolean> =>
      acknowledged(await stage.other.ask('ledger', undefined)).size >= 30
    await until(enough, 30_000)
    await delay(Math.random() * 500)
    writeFileSync(join(disk.path, 'canary'), 'chirp')
    await stage.server.kill()
    const copy = disk.cutPower()
    await stage.other.ask('stopLoad', undefined)
    await loading
    if (!copy) throw new Error('the copy of the disk cannot be mounted')
    const acked = acknowledged(await stage.other.ask('ledger', undefined))
    const journal = Journal.openCopy(join(copy.path, 'callgate.db'))
    const stored = journal.decided()
    trial.same('acknowledged calls lost', [...acked].filter((id) => !stored.has(id)).length, 0)
    trial.same('integrity of the database', journal.integrity(), 'ok')
    journal.close()
    const isCut = losesWhatWasNotSynced(copy.path)
    await copy.remove()
    return { acked: acked.size, isCut }
  })
}

export const g05: PromiseFile<Tools> = {
  id: 'G5',
  promise: 'What was acknowledged is stored, even if the power fails',
  run: async (tools, size) => {
    const trial = new Trial(size, tried)
    const cuts = size === 'full' ? 10 : 2
    let acked = 0
    let real = 0
    for (let times = 0; times < cuts; times += 1) {
      const disk = mountDisk(64)
      if (!disk)
        return notTried(
          tried,
          'no disk of its own may be mounted here (that needs root and loop devices)',
        )
      try {
        const cut = await cutOnce(tools, trial, disk)
        acked += cut.acked
        if (cut.isCut) real += 1
      } finally {
        await disk.remove()
      }
    }
    trial.fault('power cuts that lost what was not synced', real, cuts)
    trial.fault('calls acknowledged before them', acked, cuts * 20)
    return trial.verdict()
  },
}
