import { compile } from '../../../server/policy/compile.ts'
import type { NamedCall } from '../../../server/policy/replay-pack.ts'
import { unpack } from '../../../server/policy/replay-pack.ts'
import type { Replay } from '../../../server/policy/replay.ts'
import { replayCalls } from '../../../server/policy/replay.ts'
import type { Installation } from '../../../server/schema/installation.ts'
import type { Policy } from '../../../server/schema/policy.ts'
import { policySchema } from '../../../server/schema/policy.ts'
import type { PackedCalls } from '../../../server/schema/replay.ts'

export type ReplayRequest =
  /** The calls that all that follows is about. */
  | { readonly kind: 'calls'; readonly packed: PackedCalls }
  | {
      readonly kind: 'replay'
      readonly id: number
      readonly document: Policy
      readonly installation: Installation
    }
export interface ReplayAnswer {
  readonly id: number
  /** Undefined for a document with errors. */
  readonly found: Replay | undefined
  /** Milliseconds it took to decide them all. */
  readonly ms: number
}

let calls: readonly NamedCall[] = []

function replay(document: Policy, installation: Installation): Replay | undefined {
  try {
    return replayCalls(compile(policySchema.parse(document), installation), calls)
  } catch {
    return undefined
  }
}

self.onmessage = ({ data }: MessageEvent<ReplayRequest>) => {
  if (data.kind === 'calls') {
    calls = unpack(data.packed)
    return
  }
  const start = performance.now()
  const found = replay(data.document, data.installation)
  const answer: ReplayAnswer = { id: data.id, found, ms: performance.now() - start }
  self.postMessage(answer)
}
