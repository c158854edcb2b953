import type { LeafTrace } from '../../server/schema/decision.ts'

/** A leaf that asked for the caller's tier and held, but for what is given. */
export const leafTrace = (more: Partial<LeafTrace>): LeafTrace => ({
  at: '',
  fact: 'caller.tier',
  operator: 'equal',
  result: true,
  ...more,
})
