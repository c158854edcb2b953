import { z } from 'zod'

/** What is watched on a canary, as shares of callers: how many percentage points worse than control it may be. */
export const guardNames = ['answerRate', 'errorRate', 'budgetMisses', 'complaints'] as const
export type GuardName = (typeof guardNames)[number]

const points = z.number().min(0).max(50).nullable()

export const guardsSchema = z.strictObject({
  /** Points by which fewer callers may be given to somebody who answers. Null watches it not. */
  answerRate: points.default(5),
  /** Points by which more callers may meet an error of ours. */
  errorRate: points.default(1),
  /** Points by which more decisions may take longer than their budget. */
  budgetMisses: points.default(1),
  /** Points by which more callers may answer with "stop". */
  complaints: points.default(1),
  /** Callers that each side must have before anything is concluded. */
  minCallers: z.int().min(5).max(10_000).default(20),
})
export type Guards = z.infer<typeof guardsSchema>

export const arms = ['canary', 'control'] as const
export type Arm = (typeof arms)[number]

/** What of one side was seen since the canary began. All but `calls` count callers, by their first call. */
export const armFiguresSchema = z.object({
  calls: z.int(),
  callers: z.int(),
  answered: z.int(),
  errors: z.int(),
  budgetMisses: z.int(),
  complaints: z.int(),
})
export type ArmFigures = z.infer<typeof armFiguresSchema>

export const figuresSchema = z.object({ canary: armFiguresSchema, control: armFiguresSchema })
export type CanaryFigures = z.infer<typeof figuresSchema>

/** One guard at one look: the canary is rolled back when the evidence reaches what is needed. */
export const verdictSchema = z.object({
  guard: z.enum(guardNames),
  /** Shares of callers, in percent; null without callers. For `answerRate` those answered, else those harmed. */
  canary: z.number().nullable(),
  control: z.number().nullable(),
  /** How many times better "worse than allowed" explains what was seen than "not worse". */
  evidence: z.number(),
  needed: z.number(),
  isBroken: z.boolean(),
})
export type Verdict = z.infer<typeof verdictSchema>

export const canaryStates = [
  'running',
  'promoted',
  'stopped',
  'rolled_back',
  'superseded',
  'timed_out',
] as const
export type CanaryState = (typeof canaryStates)[number]

/** A release that answers a percentage of callers, beside the live one (control). */
export const canarySchema = z.object({
  id: z.int(),
  policy: z.string(),
  release: z.string(),
  control: z.string(),
  percent: z.number(),
  guards: guardsSchema,
  state: z.enum(canaryStates),
  startedAt: z.string(),
  startedBy: z.string(),
  /** When it ends by itself; null for never. */
  endsAt: z.string().nullable(),
  endedAt: z.string().nullable(),
  endedBy: z.string().nullable(),
  /** In words, once it has ended. */
  why: z.string().nullable(),
  figures: figuresSchema,
  verdicts: z.array(verdictSchema),
})
export type CanaryView = z.infer<typeof canarySchema>

/** What starts a canary. */
export const startCanarySchema = z.strictObject({
  /** Of callers, by a hash of policy, canary and caller. */
  percent: z.number().min(1).max(90),
  guards: guardsSchema.default(guardsSchema.parse({})),
  /** It ends by itself after so long, and live answers everybody again. */
  minutes: z.int().min(1).max(43_200).optional(),
  comment: z.string().trim().min(1).max(1000).optional(),
  /** Also when the draft was begun on a release that is not live now. */
  force: z.boolean().optional(),
})
export type StartCanary = z.infer<typeof startCanarySchema>
