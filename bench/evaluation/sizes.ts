import type { Gate } from '../policy-documents.ts'
import { eightGates, generatedGates } from '../policy-documents.ts'

export const sizes = [8, 100, 1000] as const
export type Size = (typeof sizes)[number]

export function gatesOf(size: number): readonly Gate[] {
  return size === 8 ? eightGates : generatedGates(size)
}
