import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { Failure } from '../cli/failure.ts'
import type { Order, Report } from './child-messages.ts'
import { reportSchema } from './child-messages.ts'

/** The simulator's process as the demo sees it. */
export interface Stage {
  /** Base of Graph. */
  readonly url: string
  send(order: Order): void
  /** Resolves when the process is gone, whoever ended it. */
  readonly ended: Promise<void>
  close(): Promise<void>
}

const startMs = 60_000
const patienceMs = 700

/** The command line itself: beside the other parts of a build, or its source (which runs through tsx). */
function entry(): string {
  const isSource = import.meta.url.endsWith('.ts')
  return fileURLToPath(new URL(isSource ? '../cli/main.ts' : './callgate.js', import.meta.url))
}

/** Starts the simulator in a process of the same group. @throws Failure when it does not come up */
export async function openStage(start: Extract<Order, { type: 'start' }>): Promise<Stage> {
  const child = fork(entry(), ['demo-simulator'], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.on('error', () => undefined)
  const close = async (): Promise<void> => {
    if (child.connected) child.disconnect()
    const killing = setTimeout(() => child.kill('SIGKILL'), patienceMs)
    await ended
    clearTimeout(killing)
  }
  const send = (order: Order): void => {
    if (child.connected) child.send(order)
  }
  const first = new Promise<Report>((resolve) => {
    child.on('message', (message) => {
      const parsed = reportSchema.safeParse(message)
      if (parsed.success) resolve(parsed.data)
    })
    void ended.then(() => resolve({ type: 'failed', message: 'it ended' }))
    setTimeout(() => resolve({ type: 'failed', message: 'it took too long' }), startMs).unref()
  })
  send(start)
  const report = await first
  if (report.type === 'listening') return { url: report.url, send, ended, close }
  await close()
  throw new Failure(1, `The simulator did not start: ${report.message}`)
}
