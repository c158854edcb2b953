import type { ChildProcess } from 'node:child_process'
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const command = join(root, 'server/cli/callgate.mjs')

export interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A command that runs, in a process group of its own. */
export interface Running {
  readonly child: ChildProcess
  readonly stdout: string
  readonly stderr: string
  /** Waits until stdout has it. @throws when the command ends or 60 s pass before */
  says(pattern: RegExp): Promise<RegExpExecArray>
  readonly ended: Promise<Ran>
  /** Whether a process of the group is left. */
  isAlive(): boolean
}

export interface Place {
  /** The temporary folder of every command that is started here. */
  readonly folder: string
  left(): string[]
  start(args: readonly string[], environment?: Record<string, string>): Running
  run(args: readonly string[], environment?: Record<string, string>): Promise<Ran>
  /** Kills what is left and deletes the folder. */
  close(): void
}

/** Whether a process of the group runs; one that has ended and waits to be noticed does not. */
function groupIsAlive(pid: number): boolean {
  return execFileSync('ps', ['-A', '-o', 'pgid=,stat='], { encoding: 'utf8' })
    .split('\n')
    .some((row) => new RegExp(`^ *${pid} +[^Z ]`).test(row))
}

export async function eventually(isSo: () => boolean, what: string, ms = 60_000): Promise<void> {
  const until = performance.now() + ms
  while (!isSo()) {
    if (performance.now() > until) throw new Error(`still waiting: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

function startIn(folder: string, args: readonly string[], more: Record<string, string>): Running {
  const { PATH, HOME } = process.env
  const child = spawn(process.execPath, [command, ...args], {
    cwd: root,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH, HOME, TMPDIR: folder, PORT: '0', ...more },
  })
  const said = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text))
  let isOver = false
  const ended = new Promise<Ran>((resolve) =>
    child.once('close', (code) => {
      isOver = true
      resolve({ code, ...said })
    }),
  )
  return {
    child,
    get stdout() {
      return said.stdout
    },
    get stderr() {
      return said.stderr
    },
    async says(pattern) {
      await eventually(
        () => isOver || pattern.test(said.stdout),
        `${String(pattern)} in:\n${said.stdout}\n${said.stderr}`,
      )
      const found = pattern.exec(said.stdout)
      if (!found) throw new Error(`ended without ${String(pattern)}:\n${said.stderr}`)
      return found
    },
    ended,
    isAlive: () => groupIsAlive(child.pid ?? 0),
  }
}

/** Somewhere for commands to run, apart from every other test and demo of this machine. */
export function openPlace(): Place {
  const folder = mkdtempSync(join(tmpdir(), 'callgate-test-demo-'))
  const all: Running[] = []
  const start: Place['start'] = (args, environment = {}) => {
    const running = startIn(folder, args, environment)
    all.push(running)
    return running
  }
  return {
    folder,
    left: () => readdirSync(folder),
    start,
    run: (args, environment) => start(args, environment).ended,
    close() {
      for (const { child, isAlive } of all)
        if (child.pid !== undefined && isAlive()) process.kill(-child.pid, 'SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
