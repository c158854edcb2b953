import { join } from 'node:path'
import type { Places } from '../children.ts'
import { ask } from '../children.ts'
import type { Options } from '../options.ts'
import type { Section } from '../report.ts'
import { milliseconds } from '../report.ts'
import { median } from '../statistics.ts'
import type { BurstResult } from './round.ts'

const calls = 500
const mostMs = 5

/** (c) 500 calls that arrive in one tick, facts at hand: how long until the last is decided. */
export async function measureBurst(places: Places, options: Options): Promise<Section> {
  const file = join(places.built, 'burst-round.js')
  const rounds: BurstResult[] = []
  for (let round = 0; round < options.rounds; round += 1)
    rounds.push(await ask<BurstResult>(file, [String(calls)]))
  const values = {
    median: median(rounds.map((one) => one.walk)),
    worst: Math.max(...rounds.map((one) => one.walk)),
  }
  return {
    id: 'burst',
    title: 'A burst of calls in one tick',
    columns: ['calls', 'median', 'worst round'],
    rows: [
      {
        key: 'burst',
        cells: [String(calls), milliseconds(values.median), milliseconds(values.worst)],
        values,
      },
    ],
    targets: [
      {
        text: `${calls} calls decided with full trace in under ${mostMs} ms`,
        met: values.median < mostMs,
        got: milliseconds(values.median),
      },
    ],
    notes: ['8 gates, `walk` with full trace, each round in a process of its own.'],
    problems: rounds.every((one) => one.decided === calls) ? [] : ['a call was not decided'],
  }
}
