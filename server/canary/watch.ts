import type { Alarm } from '../alarms.ts'
import type { Clock } from '../clock.ts'
import type { Auditor } from '../db/commands/audit.ts'
import type { Reader } from '../db/reader.ts'
import type { Logger } from '../logger.ts'
import type { Releases } from '../releases/releases.ts'
import type { RunningCanary } from '../releases/state.ts'
import { judge, whyBroken } from './judge.ts'

/** How often canaries are looked at, unless the start says otherwise. */
const lookEveryMs = 5_000

const system: Auditor = { kind: 'system', id: null, name: 'canary guards', address: null }

export interface CanaryWatch {
  /** Looks at all that run, now. */
  check(): Promise<void>
  /** Looks no more, after what is under way. */
  close(): Promise<void>
}

/** Looks at running canaries every few seconds, and ends those that harm callers or whose time is up. */
export function watchCanaries(deps: {
  readonly releases: Pick<Releases, 'canaries' | 'endCanary'>
  readonly reader: Reader
  readonly clock: Clock
  readonly alarm: Alarm
  readonly log: Logger
  readonly everyMs?: number | undefined
}): CanaryWatch {
  const { releases, reader, clock, alarm, log } = deps
  let running: Promise<void> | undefined

  async function look(policy: string, canary: RunningCanary): Promise<void> {
    const { id: canaryId, guards, endsAt } = canary
    const figures = await reader.ask('canaryFigures', { canaryId })
    const broken = judge(guards, figures).find(({ isBroken }) => isBroken)
    if (broken) {
      const why = whyBroken(broken, guards, figures)
      const end = { state: 'rolled_back', why, by: system, canaryId, figures } as const
      if (await releases.endCanary(policy, end))
        alarm('canary_rolled_back', `the canary ${canary.info.release} of ${policy} ended: ${why}`)
    } else if (endsAt !== null && Date.parse(endsAt) <= clock.now()) {
      const why = 'Its time was up and nobody promoted it.'
      await releases.endCanary(policy, { state: 'timed_out', why, by: system, canaryId, figures })
    }
  }

  async function lookAtAll(): Promise<void> {
    for (const [policy, canary] of releases.canaries)
      await look(policy, canary).catch((err: unknown) =>
        log.warn({ err, policy }, 'canary could not be looked at'),
      )
  }

  function check(): Promise<void> {
    running ??= lookAtAll().finally(() => (running = undefined))
    return running
  }

  const timer = setInterval(() => void check(), deps.everyMs ?? lookEveryMs)
  timer.unref()
  return {
    check,
    async close() {
      clearInterval(timer)
      await running
    },
  }
}
