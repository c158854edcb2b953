import { createHash } from 'node:crypto'
import { randomFacts } from '../policy-documents.ts'
import { quantile } from '../statistics.ts'
import { gatesOf } from './sizes.ts'
import { variants } from './variants.ts'

/** What one process measured of one variant. */
export interface RoundResult {
  /** Microseconds a decision, over all of them. */
  readonly mean: number
  /** Microseconds of CPU a decision, all threads and garbage collection included. */
  readonly cpu: number
  /** Microseconds of decisions timed one by one; the clock itself takes about 0.05. */
  readonly p50: number
  readonly p99: number
  /** Of the outcomes of all calls, in order; equal for all variants or something is wrong. */
  readonly outcomes: string
}

const calls = 2000
const [, , name = '', size = '', measureMs = '', root = ''] = process.argv
const variant = variants.find((one) => one.name === name)
if (!variant) throw new Error(`there is no variant ${name}`)
const decide = await variant.make(gatesOf(Number(size)), root)
const facts = randomFacts(calls, Number(size)).map((one) => variant.rename?.(one) ?? one)

const outcomes: string[] = []
const checked = Math.min(calls, Number(size) === 1000 ? 200 : calls)
for (const one of facts.slice(0, checked)) outcomes.push(await decide(one))

/** Runs for about so long, in turns of at least one decision. */
async function decideFor(ms: number, each: (us: number) => void): Promise<number> {
  let count = 0
  const end = performance.now() + ms
  for (let at = performance.now(); at < end; count += 1) {
    const one = facts[count % calls]
    if (!one) break
    const before = performance.now()
    const outcome = decide(one)
    if (typeof outcome !== 'string') await outcome
    at = performance.now()
    each((at - before) * 1000)
  }
  return count
}

/** Without a clock between the decisions. */
async function decideMany(ms: number): Promise<{ mean: number; count: number }> {
  let count = 0
  const start = performance.now()
  do {
    for (let index = 0; index < 64; index += 1) {
      const outcome = decide(facts[count % calls] ?? {})
      if (typeof outcome !== 'string') await outcome
      count += 1
    }
  } while (performance.now() - start < ms)
  return { mean: ((performance.now() - start) * 1000) / count, count }
}

const ms = Number(measureMs)
await decideMany(ms)
const before = process.cpuUsage()
const { mean, count } = await decideMany(ms)
const used = process.cpuUsage(before)
const single: number[] = []
await decideFor(ms / 2, (us) => {
  if (single.length < 50_000) single.push(us)
})
const result: RoundResult = {
  mean,
  cpu: (used.user + used.system) / count,
  p50: quantile(single, 0.5),
  p99: quantile(single, 0.99),
  outcomes: createHash('sha256').update(outcomes.join()).digest('hex'),
}
process.send?.(result)
process.disconnect?.()
