import type { ChildProcess } from 'node:child_process'
import { fork, spawn } from 'node:child_process'
import { createServer } from 'node:net'

/** Where the parts of the bench are. */
export interface Places {
  /** The project's root folder. */
  readonly root: string
  /** The bench as built. */
  readonly built: string
  /** The server as built: what `npm start` runs. */
  readonly server: string
}

/** Runs a built part in a process of its own and gives its first message. */
export function ask<T>(
  file: string,
  argv: readonly string[],
  flags: readonly string[] = [],
): Promise<T> {
  return new Promise((resolve, reject) => {
    const child = fork(file, [...argv], { execArgv: [...flags] })
    let answer: { value: T } | undefined
    // the parts of the bench send what their callers name
    child.once('message', (value) => (answer = { value: value as T }))
    child.once('exit', (code) => {
      if (answer) resolve(answer.value)
      else reject(new Error(`${file} ended with ${code ?? 'a signal'} and no answer`))
    })
  })
}

export interface Service {
  readonly pid: number
  readonly url: string
  /** Ends it and waits until it has ended. */
  stop(): Promise<void>
}

function stopper(child: ChildProcess, end: () => void): () => Promise<void> {
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  return async () => {
    if (child.exitCode === null && child.signalCode === null) end()
    await ended
  }
}

/** A part that listens, tells its port and goes when we do. */
export async function startPart(file: string, argv: readonly string[] = []): Promise<Service> {
  const child = fork(file, [...argv], { execArgv: [] })
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message) => resolve((message as { port: number }).port)) // as `file` sends it
    child.once('exit', () => reject(new Error(`${file} did not start`)))
  })
  return {
    pid: child.pid ?? 0,
    url: `http://127.0.0.1:${port}`,
    stop: stopper(child, () => child.disconnect()),
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

/** The real server as built, with an environment of its own, ready. */
export async function startCallgate(
  places: Places,
  environment: Record<string, string>,
  flags: readonly string[] = [],
): Promise<Service> {
  const port = await freePort()
  const child = spawn(process.execPath, [...flags, places.server, 'serve'], {
    cwd: environment.HOME_FOLDER ?? places.root,
    env: { PATH: process.env.PATH, LOG_LEVEL: 'error', ...environment, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const url = `http://127.0.0.1:${port}`
  for (let attempt = 0; ; attempt += 1) {
    const isReady = await fetch(`${url}/readyz`).then(
      (response) => response.ok,
      () => false,
    )
    if (isReady) break
    if (attempt > 600 || child.exitCode !== null) throw new Error('the server did not start')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return { pid: child.pid ?? 0, url, stop: stopper(child, () => child.kill('SIGTERM')) }
}
