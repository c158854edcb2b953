import { setImmediate as nextTurn } from 'node:timers/promises'
import { compile } from '../../policy/compile.ts'
import type { NamedCall } from '../../policy/replay-pack.ts'
import { createPack } from '../../policy/replay-pack.ts'
import { groupsOf, replayCalls } from '../../policy/replay.ts'
import type { Actor } from '../../schema/access.ts'
import { factSpec } from '../../schema/facts.ts'
import type { Installation } from '../../schema/installation.ts'
import type { Policy } from '../../schema/policy.ts'
import { seesFact } from '../../schema/privacy.ts'
import type { PackedCalls, ReplaySummary } from '../../schema/replay.ts'
import type { Db } from '../open.ts'
import type { PastRange } from './past-calls.ts'
import { pastCalls } from './past-calls.ts'

export interface ReplayInput extends PastRange {
  readonly actor: Pick<Actor, 'role'>
  readonly installation: Installation
}

interface Found {
  readonly calls: NamedCall[]
  readonly isCut: boolean
  readonly hidden: string[]
}

/** Calls taken in one go, before the thread answers somebody else. */
const turn = 200

async function find(db: Db, input: ReplayInput): Promise<Found> {
  const { actor, installation, limit } = input
  const hidden = new Set<string>()
  const seen = new Map<string, boolean>()
  const sees = (name: string): boolean => {
    const known = seen.get(name)
    if (known !== undefined) return known
    // a fact that does not exist any more may have been about a person
    const isSeen = seesFact(actor, factSpec(name, installation)?.privacy ?? 'personal')
    seen.set(name, isSeen)
    if (!isSeen) hidden.add(name)
    return isSeen
  }
  const calls: NamedCall[] = []
  let read = 0
  for await (const { call } of pastCalls(db, { ...input, limit: limit + 1 })) {
    read += 1
    if (read % turn === 0) await nextTurn()
    if (!call || calls.length === limit) continue
    const facts = Object.entries(call.facts).filter(([name]) => sees(name))
    calls.push({ ...call, facts: Object.fromEntries(facts) })
  }
  return { calls, isCut: read > limit, hidden: [...hidden].sort() }
}

/** Journalled calls with the facts they were decided by, packed. */
export async function replayable(
  db: Db,
  input: ReplayInput,
): Promise<PackedCalls & { isCut: boolean; hidden: string[] }> {
  const { calls, isCut, hidden } = await find(db, input)
  const pack = createPack()
  for (const call of calls) pack.add(call)
  return { ...pack.packed(), isCut, hidden }
}

/** Changed calls of a group that are named. */
const mostNamed = 100

/** What a document would decide otherwise. @throws Error on a document that `validate` has not passed */
export async function replayDocument(
  db: Db,
  input: ReplayInput & { readonly document: Policy },
): Promise<Omit<ReplaySummary, 'since'>> {
  const { calls, isCut } = await find(db, input)
  const found = replayCalls(compile(input.document, input.installation), calls)
  return {
    isCut,
    calls: found.calls,
    same: found.same,
    changed: found.changed.length,
    undecidable: found.undecidable.length,
    missing: found.missing,
    groups: groupsOf(found.changed).map(({ from, to, calls: changed }) => ({
      from,
      to,
      count: changed.length,
      calls: changed.slice(0, mostNamed).map(({ call, after }) => ({
        ref: call.ref,
        at: new Date(call.at).toISOString(),
        before: { outcome: call.way.outcome, node: call.way.node },
        after,
      })),
    })),
    flow: [...found.flow],
  }
}
