import type { Installation } from '../../schema/installation.ts'
import type { GateNode, Policy } from '../../schema/policy.ts'
import { isGate } from '../../schema/policy.ts'
import type { Assembly } from '../conditions/leaf.ts'
import type { SlotValue } from '../conditions/truth.ts'
import { PENDING } from '../conditions/truth.ts'
import type { CompiledGate } from '../gates/gate.ts'
import { compileGate } from '../gates/gate.ts'
import { factSlots } from '../slots.ts'
import { boundaryValues } from './boundary-values.ts'
import { leavesOf } from './conditions.ts'

/** A gate as the search for calls sees it. */
export interface GateModel {
  readonly gate: CompiledGate
  /** Slots of the facts it asks for. */
  readonly slots: readonly number[]
  /** Exits that some call can leave by, for all this gate knows, with facts that make it so. */
  readonly possible: ReadonlyMap<string, SlotValue[]>
  /** What one evaluation costs, roughly: its size. */
  readonly weight: number
  /** False when there were too many combinations to try them all; every exit must then be taken as possible. */
  readonly complete: boolean
}

export interface Models {
  readonly gates: ReadonlyMap<string, GateModel>
  /** Values to try for each slot, unknown (`null`) last. */
  readonly values: readonly (readonly SlotValue[])[]
  readonly names: readonly string[]
}

/** Counts evaluations, so that every search ends. */
export interface Effort {
  left: number
}

/** Evaluations spent on one gate. */
const mostPerGate = 10_000

export interface Settled {
  readonly exit: string
  readonly values: SlotValue[]
}

/**
 * Every way a gate can decide, over the boundary values of the facts that are still open: it tries a fact only
 * when the gate waits for it. Gives up, with `false`, when the effort is used up.
 */
export function tryAll(
  { gate, weight }: Pick<GateModel, 'gate' | 'weight'>,
  start: { values: SlotValue[]; choices: (slot: number) => readonly SlotValue[] },
  effort: Effort,
  settled: (result: Settled) => void,
): boolean {
  const open = [start.values]
  for (let values = open.pop(); values; values = open.pop()) {
    effort.left -= weight
    if (effort.left < 0) return false
    const choice = gate.choose(values, [])
    const exit = gate.exits[choice]
    if (choice !== PENDING && exit !== undefined) settled({ exit, values })
    else {
      const [slot] = gate.waitsFor(values)
      if (slot === undefined) return false
      for (const value of start.choices(slot).toReversed()) {
        const next = values.slice()
        next[slot] = value
        open.push(next)
      }
    }
  }
  return true
}

function splitExits(percent: number): Map<string, SlotValue[]> {
  const exits = new Map<string, SlotValue[]>()
  if (percent > 0) exits.set('in', [])
  if (percent < 100) exits.set('out', [])
  return exits
}

interface Draft {
  readonly node: GateNode
  readonly gate: CompiledGate
  readonly slots: readonly number[]
  /** Its operands and facts; in a model, what that makes one evaluation cost. */
  readonly weight: number
}

/** Operands and facts that cost as much as the evaluation around them. */
const sizePerEffort = 50

function weightOf(node: GateNode, leaves: number): number {
  if (node.kind !== 'condition') return leaves
  const sizes = leavesOf(node.when, []).map(({ leaf }) =>
    Array.isArray(leaf.value) ? leaf.value.length : 1,
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}

function compileAll(policy: Policy, assembly: Assembly): Map<string, Draft> {
  const drafts = new Map<string, Draft>()
  for (const [id, node] of Object.entries(policy.nodes)) {
    if (!isGate(node)) continue
    const before = assembly.leaves.length
    try {
      const gate = compileGate(assembly, node, { policy: policy.id, node: id })
      const slots = new Set(assembly.leaves.slice(before).flatMap((leaf) => leaf.slots))
      const weight = weightOf(node, assembly.leaves.length - before)
      drafts.set(id, { node, gate, slots: [...slots], weight })
    } catch {
      // A gate with an error of its own has been reported; nothing can be said about its exits.
    }
  }
  return drafts
}

/** Unknown is left out: where it leads to an exit other than `unknown`, any known value leads there too. */
function modelOf(
  draft: Draft,
  values: Models['values'],
  isComplete: boolean,
  effort: Effort,
): GateModel {
  const { node, gate, slots, weight } = draft
  if (node.kind === 'split')
    return { gate, slots: [], possible: splitExits(node.percent), weight, complete: true }
  const possible = new Map<string, SlotValue[]>()
  if (!isComplete) return { gate, slots, possible, weight, complete: false }
  const share = { left: Math.min(mostPerGate, effort.left) }
  const before = share.left
  const choices = (slot: number) => (values[slot] ?? []).filter((value) => value !== null)
  const complete = tryAll(draft, { values: [], choices }, share, (result) => {
    if (!possible.has(result.exit)) possible.set(result.exit, result.values)
  })
  effort.left -= before - Math.max(0, share.left)
  return { gate, slots, possible, weight, complete }
}

/** Compiles every gate by itself, and finds out which of its exits can be taken for all it knows. */
export function gateModels(policy: Policy, installation: Installation, effort: Effort): Models {
  const assembly: Assembly = { slots: factSlots(installation), leaves: [] }
  const drafts = compileAll(policy, assembly)
  const found = effort.left > 0 ? boundaryValues(policy, installation) : new Map<string, never>()
  const names = assembly.slots.all.map(({ name }) => name)
  const values = names.map((name) => [...(found.get(name)?.values ?? []), null])
  const isComplete = (slot: number): boolean => found.get(names[slot] ?? '')?.complete ?? false
  const weigh = (size: number): number => 1 + Math.floor((size + names.length) / sizePerEffort)
  const gates = new Map(
    [...drafts].map(([id, one]) => {
      const draft = { ...one, weight: weigh(one.weight) }
      return [id, modelOf(draft, values, one.slots.every(isComplete), effort)] as const
    }),
  )
  return { gates, values, names }
}
