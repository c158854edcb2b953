import { z } from 'zod'
import { outcomeKinds } from './policy.ts'

/** Filters of the call log by what reports count. */
export const reportedFilters = {
  /** What came of the call: nobody talked and it counts, somebody talked, it counts as neither. */
  standing: z.enum(['connected', 'missed', 'not_counted']).optional(),
  reason: z.string().min(1).max(64).optional(),
  final_outcome: z.enum([...outcomeKinds, 'none']).optional(),
  node: z.string().min(1).max(64).optional(),
  weekday: z.coerce.number().int().min(0).max(6).optional(),
  hour: z.coerce.number().int().min(0).max(23).optional(),
  team: z.string().min(1).max(64).optional(),
  country: z
    .string()
    .regex(/^([A-Z]{2})?$/)
    .optional(),
  tier: z.string().max(64).optional(),
  /** The caller was gone before we had acted. */
  ghost: z.enum(['true', 'false']).optional(),
  /** The call opened a silent lead, which … */
  lead: z
    .enum([
      'opened',
      'open',
      'message',
      'voicemail',
      'connected',
      'callback',
      'reached',
      'again',
      'called_back',
      'converted',
    ])
    .optional(),
  /** Our message after the call got at least so far. */
  told: z
    .enum([
      'any',
      'held',
      'waiting',
      'failed',
      'sent',
      'delivered',
      'read',
      'answered',
      'converted',
    ])
    .optional(),
  /** Days of `from_date` and `to_date`: when we heard of the call, or the call's own, as in reports. */
  dates: z.enum(['arrival', 'call']).default('arrival'),
} as const
