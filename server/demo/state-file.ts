import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { renameSync, rmdirSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'

/** Where a simulator of this user listens, and what may be asked of it. Readable by this user only. */
export const simulatorStateSchema = z.object({
  pid: z.int(),
  /** Base of Graph and of `/simulator`. */
  url: z.url(),
  /** Of `/simulator`. */
  token: z.string(),
  /** The server it posts to, where that is known to run. */
  server: z.object({ url: z.url(), token: z.string() }).optional(),
})
export type SimulatorState = z.infer<typeof simulatorStateSchema>

function folder(): string {
  const { uid, username } = userInfo()
  return join(tmpdir(), `callgate-${uid < 0 ? username : uid}`)
}

/** Nobody else may have made the folder, or may write into it. */
function isOurs(path: string): boolean {
  try {
    const found = lstatSync(path)
    if (!found.isDirectory()) return false
    return process.getuid === undefined || (found.uid === process.getuid() && !(found.mode & 0o022))
  } catch {
    return false
  }
}

const fileOf = (pid: number): string => join(folder(), `simulator-${pid}.json`)

/** Tells other commands of this user where the simulator is. @returns whether it could be told */
export function writeState(state: SimulatorState): boolean {
  const path = fileOf(state.pid)
  try {
    mkdirSync(folder(), { recursive: true, mode: 0o700 })
    if (!isOurs(folder())) return false
    chmodSync(folder(), 0o700)
    writeFileSync(`${path}.new`, JSON.stringify(state), { mode: 0o600 })
    renameSync(`${path}.new`, path)
    return true
  } catch {
    return false
  }
}

/** Forgets a simulator; nothing if it is forgotten already. */
export function removeState(pid: number): void {
  if (!isOurs(folder())) return
  rmSync(fileOf(pid), { force: true })
  try {
    rmdirSync(folder())
  } catch {
    // another simulator is told of in it
  }
}

function readState(path: string): { state: SimulatorState; writtenAt: number } | undefined {
  try {
    const parsed = simulatorStateSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')))
    return parsed.success ? { state: parsed.data, writtenAt: statSync(path).mtimeMs } : undefined
  } catch {
    return undefined
  }
}

/** Simulators that were told of, the newest first; some may have been killed since. */
export function readStates(): SimulatorState[] {
  if (!isOurs(folder())) return []
  return readdirSync(folder())
    .filter((name) => /^simulator-\d+\.json$/.test(name))
    .flatMap((name) => readState(join(folder(), name)) ?? [])
    .sort((a, b) => b.writtenAt - a.writtenAt)
    .map(({ state }) => state)
}
