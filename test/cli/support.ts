import { execFile, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))
const launcher = join(root, 'server', 'cli', 'callgate.mjs')

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** A folder with policies and seeds of its own, in which commands run. */
export interface Place {
  readonly dir: string
  path(...parts: string[]): string
  write(file: string, content: unknown): void
  run(args: readonly string[], env?: Record<string, string>): Promise<Ran>
  start(args: readonly string[], env?: Record<string, string>): ChildProcess
  remove(): void
}

/** Nothing of the developer's own configuration may decide a test. */
function environment(env: Record<string, string>): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: process.env['HOME'] ?? '',
    LOG_LEVEL: 'info',
    ...env,
  }
}

export function place(): Place {
  const dir = mkdtempSync(join(tmpdir(), 'callgate-cli-'))
  const path = (...parts: string[]): string => join(dir, ...parts)
  const fixtures = join(root, 'test', 'cli', 'fixtures')
  cpSync(join(fixtures, 'policies'), path('policies'), { recursive: true })
  cpSync(join(fixtures, 'seeds'), path('seeds'), { recursive: true })
  return {
    dir,
    path,
    write: (file, content) =>
      writeFileSync(
        path(file),
        typeof content === 'string' ? content : JSON.stringify(content, null, 2),
      ),
    run: (args, env = {}) =>
      new Promise((resolve) => {
        execFile(
          process.execPath,
          [launcher, ...args],
          { cwd: dir, env: environment(env), maxBuffer: 64 * 1024 * 1024 },
          (error, stdout, stderr) => {
            const code = error && typeof error.code === 'number' ? error.code : error ? -1 : 0
            resolve({ code, stdout, stderr })
          },
        )
      }),
    start: (args, env = {}) =>
      spawn(process.execPath, [launcher, ...args], { cwd: dir, env: environment(env) }),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  }
}

/** Waits until a text has come from a process, on either stream. */
export function said(child: ChildProcess, wanted: RegExp, ms = 15_000): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const timer = setTimeout(() => reject(new Error(`not said: ${wanted}\n${text}`)), ms)
    const hear = (chunk: Buffer): void => {
      text += chunk.toString()
      if (!wanted.test(text)) return
      clearTimeout(timer)
      child.stdout?.off('data', hear)
      child.stderr?.off('data', hear)
      resolve(text)
    }
    child.stdout?.on('data', hear)
    child.stderr?.on('data', hear)
  })
}

export function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    if (child.exitCode !== null) resolve(child.exitCode)
    else child.once('exit', (code) => resolve(code))
  })
}
