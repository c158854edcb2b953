import { compile } from '../../server/policy/compile.ts'
import { walk } from '../../server/policy/evaluate.ts'
import { asPolicy, eightGates, installation, randomFacts } from '../policy-documents.ts'

/** Milliseconds from the tick in which all calls arrive to the last decision, on a warm engine. */
export interface BurstResult {
  readonly walk: number
  readonly decided: number
}

const calls = Number(process.argv[2])
const compiled = compile(asPolicy('bench', eightGates), installation)
const facts = randomFacts(calls, 3)

/** As the gatekeeper decides: each call in a promise of its own. */
async function decide(index: number): Promise<string> {
  const known = facts[index] ?? {}
  const walked = walk(compiled, (name) => {
    const value = known[name]
    return value === undefined ? undefined : { value, source: 'caller', ms: 0 }
  })
  if (walked.kind !== 'walked') throw new Error('the walk waits')
  return walked.outcome.kind
}

const burst = () => Promise.all(facts.map((_, index) => decide(index)))
for (let round = 0; round < 40; round += 1) await burst()
await new Promise((resolve) => setTimeout(resolve, 20))
const start = performance.now()
const outcomes = await burst()
const result: BurstResult = { walk: performance.now() - start, decided: outcomes.length }
process.send?.(result)
process.disconnect?.()
