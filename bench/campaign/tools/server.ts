import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { cpSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { onCleanUp } from './cleanup.ts'
import { delay } from './wait.ts'

/** The project's root folder. */
export const root = join(import.meta.dirname, '..', '..', '..')

let build: Promise<string> | undefined

/** The server as `npm start` builds it, kept aside so that it stays the same for the whole run. */
async function makeBuild(): Promise<string> {
  const builder: unknown = await import(
    pathToFileURL(join(root, 'server', 'cli', 'build.mjs')).href
  )
  // the module exports exactly this; it has no types because it runs without a build
  const { ensureBuilt } = builder as { ensureBuilt(): Promise<string> }
  const folder = join(root, 'dist', `campaign-${process.pid}`)
  cpSync(await ensureBuilt(), folder, { recursive: true })
  onCleanUp(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'callgate.js')
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

/** How a server process ended. */
export interface Ended {
  readonly code: number | null
  readonly signal: string | null
}

/** The built server in a process of its own, started and stopped as often as wanted, on one port. */
export class ServerProcess {
  readonly port: number
  readonly url: string
  readonly #environment: Readonly<Record<string, string>>
  readonly #undo: () => Promise<void>
  #child: ChildProcess | undefined
  #ended: Promise<Ended> = Promise.resolve({ code: 0, signal: null })
  #lastLines: string[] = []
  /** Signals delivered to a process that was alive, as the kernel confirms by its end. */
  kills = 0

  constructor(port: number, environment: Readonly<Record<string, string>>) {
    this.port = port
    this.url = `http://127.0.0.1:${port}`
    this.#environment = environment
    this.#undo = onCleanUp(() => this.kill())
  }

  get pid(): number {
    return this.#child?.pid ?? 0
  }

  get isRunning(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && !this.#child.signalCode
  }

  /** Resolves when the process that runs now has ended. */
  get ended(): Promise<Ended> {
    return this.#ended
  }

  /** The last lines that it wrote. */
  get output(): string {
    return this.#lastLines.join('')
  }

  /** Starts it and waits until it is ready, or has ended by itself. */
  async start(extra: Readonly<Record<string, string>> = {}): Promise<{ isReady: boolean }> {
    const file = await (build ??= makeBuild())
    // as `npm start` does
    const child = spawn(process.execPath, ['--max-semi-space-size=4', file, 'serve'], {
      cwd: root,
      env: {
        PATH: process.env['PATH'] ?? '',
        LOG_LEVEL: 'warn',
        ...this.#environment,
        ...extra,
        PORT: String(this.port),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child = child
    this.#lastLines = []
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        this.#lastLines.push(chunk.toString())
        if (this.#lastLines.length > 200) this.#lastLines.shift()
      })
    this.#ended = new Promise((resolve) =>
      child.once('exit', (code, signal) => resolve({ code, signal })),
    )
    return { isReady: await this.#becomesReady() }
  }

  async #becomesReady(): Promise<boolean> {
    for (const begun = performance.now(); performance.now() - begun < 60_000;) {
      if (!this.isRunning) return false
      const answer = await fetch(`${this.url}/readyz`).catch(() => undefined)
      await answer?.arrayBuffer().catch(() => undefined)
      if (answer?.status === 200) return true
      await delay(20)
    }
    return false
  }

  /** Ends it without a word and waits for the kernel to say so. */
  async kill(): Promise<void> {
    if (!this.isRunning) return
    this.#child?.kill('SIGKILL')
    const { signal } = await this.#ended
    if (signal === 'SIGKILL') this.kills += 1
  }

  /** Asks it to end. @returns milliseconds it took, and how it ended */
  async stop(): Promise<Ended & { ms: number }> {
    const begun = performance.now()
    if (this.isRunning) this.#child?.kill('SIGTERM')
    const ended = await this.#ended
    return { ...ended, ms: performance.now() - begun }
  }

  async close(): Promise<void> {
    await this.#undo()
  }
}
