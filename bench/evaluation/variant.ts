import type { Facts, Gate, OutcomeName } from '../policy-documents.ts'

/** Decides one call. Asynchronous only where the rival is. */
export type Decide = (facts: Facts) => OutcomeName | Promise<OutcomeName>

/** One way to decide, made ready for a list of gates as well as it can be. */
export interface Variant {
  readonly name: string
  readonly label: string
  /** The package that must be installed. */
  readonly needs?: string
  make(gates: readonly Gate[], root: string): Decide | Promise<Decide>
  /** The facts under the names the rival can read; made before the clock starts. */
  rename?(facts: Facts): Facts
}
