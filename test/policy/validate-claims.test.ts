import { describe, expect, it } from 'vitest'
import type { FactValue } from '../../server/schema/facts.ts'
import type { Policy } from '../../server/schema/policy.ts'
import { policySchema } from '../../server/schema/policy.ts'
import { compile } from '../../server/policy/compile.ts'
import { walk } from '../../server/policy/evaluate.ts'
import { validate } from '../../server/policy/validate/validate.ts'
import { seededRandom } from '../../server/simulator/random.ts'
import { times } from '../chance.ts'
import { installation } from './engine-support.ts'
import { at } from './validate-example.ts'
import type { Facts } from './why-not-support.ts'
import { domains, picker, randomPolicy, readerOf } from './why-not-support.ts'

const policies = times(500)
/** So many calls of one policy are all there are, as far as it can tell. */
const mostCalls = 2_500
const seed = 20_261_121

/** Two or three facts whose values are few enough to try every combination. */
function someFacts(random: () => number): string[] {
  const names = Object.keys(domains).toSorted(() => random() - 0.5)
  const chosen: string[] = []
  let calls = 1
  for (const name of names) {
    // the wide ones by themselves would be most of it
    const size = domains[name]?.length ?? 1
    if (chosen.length >= 3 || calls * size > mostCalls) continue
    chosen.push(name)
    calls *= size
  }
  return chosen
}

/** Every call there can be, as far as these facts go. */
function* allCalls(names: readonly string[]): Generator<Facts> {
  const [name, ...rest] = names
  if (name === undefined) {
    yield {}
    return
  }
  for (const value of domains[name] ?? [])
    for (const others of allCalls(rest)) yield { ...others, [name]: value }
}

interface Done {
  /** Nodes that calls came to. */
  readonly nodes: ReadonlySet<string>
  /** `node exit` that calls left by. */
  readonly exits: ReadonlySet<string>
}

/** Everything that calls do, by trying them all. */
function everything(policy: Policy, names: readonly string[]): Done {
  const compiled = compile(policy, installation)
  const nodes = new Set<string>()
  const exits = new Set<string>()
  for (const facts of allCalls(names)) {
    const walked = walk(compiled, readerOf(facts))
    if (walked.kind !== 'walked') throw new Error('a fact was not given')
    for (const { node, exit } of walked.path) {
      nodes.add(node)
      if (exit !== null) exits.add(`${node} ${exit}`)
    }
  }
  return { nodes, exits }
}

/** Whether the call that is to prove a problem leaves the node by the exit. */
function goes(policy: Policy, proof: Readonly<Record<string, unknown>>, way: string): boolean {
  const facts = Object.fromEntries(
    Object.entries(proof).map(([name, value]) => [
      name,
      // a proof holds values of its facts' own types
      value === 'unknown' ? null : (value as FactValue),
    ]),
  )
  const walked = walk(compile(policy, installation), (name) =>
    readerOf({ [name]: facts[name] ?? null })(name),
  )
  return walked.kind === 'walked' && walked.path.some(({ node, exit }) => `${node} ${exit}` === way)
}

describe(`what is claimed of ${policies} generated policies`, () => {
  it('holds for every call there can be', () => {
    const { next: random } = seededRandom(seed)
    const found = { never: 0, unreachable: 0, missed: 0 }
    const wrong: string[] = []
    for (let round = 0; round < policies; round += 1) {
      const names = someFacts(random)
      const policy = randomPolicy(names, 2 + Math.floor(random() * 8), random)
      const done = everything(policy, names)
      const never = new Set<string>()
      for (const { code, node, path } of validate(policy, { installation, at })) {
        const way = `${node} ${path.at(-1)}`
        if (code === 'unreachable_node') {
          found.unreachable += 1
          if (done.nodes.has(node ?? '')) wrong.push(`${round}: ${node} is reached`)
        }
        if (code !== 'exit_never_taken' && code !== 'shadowed_condition') continue
        found.never += 1
        never.add(way)
        if (done.exits.has(way)) wrong.push(`${round}: ${way} is taken`)
      }
      // and the other way round: what no call does at a gate that calls come to is claimed
      for (const [id, node] of Object.entries(policy.nodes))
        if ('exits' in node && done.nodes.has(id))
          for (const exit of Object.keys(node.exits))
            if (
              exit !== 'unknown' &&
              !done.exits.has(`${id} ${exit}`) &&
              !never.has(`${id} ${exit}`)
            )
              found.missed += 1
    }
    expect(wrong).toEqual([])
    expect(found.never).toBeGreaterThan(times(100))
    expect(found.unreachable).toBeGreaterThan(times(100))
    // a fact of more values than a policy tells apart may leave some unsaid, never the reverse
    expect(found.missed).toBeLessThan(found.never / 10)
  }, 120_000)

  it('that an exit is missing, is shown by a call where there is one', () => {
    const { next: random } = seededRandom(seed + 1)
    const pick = picker(random)
    const found = { proven: 0, needed: 0 }
    const wrong: string[] = []
    for (let round = 0; round < policies; round += 1) {
      const names = someFacts(random)
      const policy = randomPolicy(names, 2 + Math.floor(random() * 8), random)
      const gates = Object.entries(policy.nodes).filter(([, { kind }]) => kind === 'condition')
      if (gates.length === 0) continue
      const [id, gate] = pick(gates)
      if (!('exits' in gate)) continue
      const exit = pick(['yes', 'no'])
      const exits = Object.fromEntries(Object.entries(gate.exits).filter(([name]) => name !== exit))
      // the document is wrong on purpose
      const broken = { ...policy, nodes: { ...policy.nodes, [id]: { ...gate, exits } } } as Policy
      const problem = validate(broken, { installation, at }).find(
        ({ code, node }) => code === 'missing_exit' && node === id,
      )
      if (!problem) {
        wrong.push(`${round}: ${id} ${exit} is not said to be missing`)
        continue
      }
      const isNeeded = everything(policySchema.parse(policy), names).exits.has(`${id} ${exit}`)
      found.needed += isNeeded ? 1 : 0
      if (!problem.proof) continue
      found.proven += 1
      if (!isNeeded) wrong.push(`${round}: no call leaves ${id} by ${exit}`)
      if (!goes(policy, problem.proof, `${id} ${exit}`))
        wrong.push(`${round}: the call shown does not leave ${id} by ${exit}`)
    }
    expect(wrong).toEqual([])
    expect(found.proven).toBeGreaterThan(found.needed * 0.8)
  }, 120_000)
})
