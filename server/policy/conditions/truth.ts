import type { FactValue } from '../../schema/facts.ts'

/** What a walk knows of one fact: its value, `null` when it is unknown, `undefined` while it is pending. */
export type SlotValue = FactValue | null | undefined

/** The facts of one walk, by slot (see `FactSlot`). */
export type SlotValues = readonly SlotValue[]

/**
 * The record of a walk, in order: `leaf * 4 + result` for a leaf that was evaluated,
 * `~exit` for an exit that was taken. Both are indices into the compiled policy.
 */
export type Tape = number[]

/**
 * Results of a condition. The numbers matter: among what is left of `all` without false, and of `any`
 * without true, the greatest is the result. Pending beats unknown, since a pending fact may still decide.
 */
export const FALSE = 0
export const TRUE = 1
export const UNKNOWN = 2
export const PENDING = 3

/** Evaluates against the facts, writes what it evaluated onto the tape, gives a result or an exit. */
export type Evaluate = (values: SlotValues, tape: Tape) => number
