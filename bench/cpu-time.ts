import { readFileSync, readdirSync } from 'node:fs'

const ticksPerSecond = 100

/** CPU seconds (user and system) of a process so far, in all and of each of its threads; Linux only. */
export function cpuSeconds(pid: number): { all: number; threads: ReadonlyMap<string, number> } {
  const threads = new Map<string, number>()
  try {
    for (const id of readdirSync(`/proc/${pid}/task`))
      threads.set(id, secondsIn(readFileSync(`/proc/${pid}/task/${id}/stat`, 'latin1')))
  } catch {
    return { all: Number.NaN, threads }
  }
  return { all: [...threads.values()].reduce((sum, one) => sum + one, 0), threads }
}

/** Fields 14 and 15 of proc_pid_stat(5), counted behind the name in brackets. */
function secondsIn(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}
