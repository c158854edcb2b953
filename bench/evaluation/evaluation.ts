import { join } from 'node:path'
import type { Places } from '../children.ts'
import { ask } from '../children.ts'
import type { Options } from '../options.ts'
import type { Measured, Section } from '../report.ts'
import { microseconds, times } from '../report.ts'
import { median, shuffled } from '../statistics.ts'
import type { RoundResult } from './round.ts'
import { sizes } from './sizes.ts'
import type { Variant } from './variant.ts'
import { variants } from './variants.ts'

interface Input {
  readonly places: Places
  readonly options: Options
  /** Packages that could not be installed. */
  readonly missing: readonly string[]
}

const reference = 'json-rules-engine'

/** (a) One decision, in all the ways there are, at three sizes; all must decide alike. */
export async function measureEvaluation(input: Input): Promise<Section> {
  const rows: Measured[] = []
  const problems: string[] = []
  for (const size of sizes) {
    const { results, failures } = await measureSize(input, size)
    problems.push(...failures)
    rows.push(...rowsOf(size, results))
    if (new Set([...results.values()].flatMap((all) => all.map((one) => one.outcomes))).size > 1)
      problems.push(`at ${size} gates the variants decide differently`)
  }
  const skipped = variants.filter(({ needs }) => needs && input.missing.includes(needs))
  return {
    id: 'evaluation',
    title: 'Policy evaluation',
    columns: ['gates', 'variant', 'mean', 'CPU', 'p50', 'p99', `× ${reference}`],
    rows,
    notes: [
      ...skipped.map(({ label }) => `${label}: could not be installed, left out.`),
      'Every variant and round runs in a process of its own. Ratios are of CPU time, which other load ' +
        'on the machine disturbs least, and the median over rounds.',
    ],
    problems,
    targets: targetsOf(rows),
  }
}

async function measureSize({ places, options, missing }: Input, size: number) {
  const usable = variants.filter(({ needs }) => !needs || !missing.includes(needs))
  const results = new Map<string, RoundResult[]>()
  const failures: string[] = []
  const argv = (variant: Variant) => [
    variant.name,
    String(size),
    String(options.quick ? 40 : 700),
    places.root,
  ]
  for (let round = 0; round < options.rounds; round += 1)
    for (const variant of shuffled(usable, Math.random)) {
      const file = join(places.built, 'evaluation-round.js')
      try {
        const result = await ask<RoundResult>(file, argv(variant))
        results.set(variant.name, [...(results.get(variant.name) ?? []), result])
      } catch (error) {
        failures.push(`${variant.label} at ${size} gates: ${String(error)}`)
      }
    }
  return { results, failures }
}

function rowsOf(size: number, results: ReadonlyMap<string, readonly RoundResult[]>): Measured[] {
  const base = results.get(reference) ?? []
  return variants.flatMap(({ name, label }) => {
    const rounds = results.get(name)
    if (!rounds) return []
    const of = (key: 'mean' | 'cpu' | 'p50' | 'p99') => median(rounds.map((one) => one[key]))
    const ratio = median(
      rounds.flatMap((one, round) => {
        const same = base[round]
        return same ? [same.cpu / one.cpu] : []
      }),
    )
    const values = { mean: of('mean'), cpu: of('cpu'), p50: of('p50'), p99: of('p99'), ratio }
    const cells = [
      String(size),
      label,
      microseconds(values.mean),
      microseconds(values.cpu),
      microseconds(values.p50),
      microseconds(values.p99),
      times(ratio),
    ]
    return [{ key: `${size}.${name}`, cells, values }]
  })
}

function targetsOf(rows: readonly Measured[]) {
  const cpu = (key: string) => rows.find((row) => row.key === key)?.values['cpu'] ?? Number.NaN
  const compared = (form: string) => [
    {
      text: `${form}: at least 100 × a fresh json-rules-engine at 8 gates`,
      met: cpu('8.json-rules-engine') / cpu(`8.${form}`) >= 100,
      got: times(cpu('8.json-rules-engine') / cpu(`8.${form}`)),
    },
    {
      text: `${form}: at least 0.5 × json-logic-engine built at 8 gates`,
      met: cpu('8.json-logic-engine') / cpu(`8.${form}`) >= 0.5,
      got: times(cpu('8.json-logic-engine') / cpu(`8.${form}`)),
    },
    {
      text: `${form}: at most 4 × the time of hand-written code at 1,000 gates`,
      met: cpu(`1000.${form}`) / cpu('1000.hand-written') <= 4,
      got: times(cpu(`1000.${form}`) / cpu('1000.hand-written')),
    },
  ]
  return ['run', 'unroll', 'walk'].flatMap(compared)
}
