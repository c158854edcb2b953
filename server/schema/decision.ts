import { z } from 'zod'
import { actionStates } from './action.ts'
import { factSeenSchema } from './facts.ts'
import { outcomeKinds } from './policy.ts'

const truthSchema = z.union([z.boolean(), z.literal('unknown')])

/** One leaf of a condition as it was evaluated. `at` is where it stands, e.g. `any.0` or `all.1.not`. */
export const leafTraceSchema = z.object({
  at: z.string(),
  fact: z.string(),
  operator: z.string(),
  /** What the fact was compared with, after a fact reference was followed. */
  operand: z.unknown().optional(),
  value: z.unknown().optional(),
  result: z.union([truthSchema, z.literal('not_evaluated')]),
})
export type LeafTrace = z.infer<typeof leafTraceSchema>

/** One node that the walk passed. */
export const nodeTraceSchema = z.object({
  node: z.string(),
  kind: z.string(),
  exit: z.string().nullable(),
  result: truthSchema.optional(),
  leaves: z.array(leafTraceSchema),
})
export type NodeTrace = z.infer<typeof nodeTraceSchema>

/** Why the policy's fallback answered instead of one of its outcomes. */
export const fallbackReasons = [
  'unknown_exit',
  'budget_exhausted',
  'engine_error',
  'no_policy',
] as const
export type FallbackReason = (typeof fallbackReasons)[number]

export const pathStepSchema = z.object({ node: z.string(), exit: z.string().nullable() })
export type PathStep = z.infer<typeof pathStepSchema>

/** Why an outcome could not be done and the walk went on. */
export const stepReasons = [
  'no_media',
  'not_supported',
  'not_configured',
  'no_answer',
  'busy',
  'error',
] as const
export type StepReason = (typeof stepReasons)[number]

/**
 * An outcome, how it was reached, what was seen and how long it took: enough to be reproduced exactly.
 * `outcome`, `node` and `path` are what the policy chose; `steps` are the outcomes that could not be done,
 * `final` is what was done in the end. The node of a fallback is called `fallback`.
 */
export const decisionSchema = z.object({
  at: z.iso.datetime(),
  policy: z.string().nullable(),
  release: z.string().nullable(),
  outcome: z.enum(outcomeKinds),
  node: z.string(),
  path: z.array(pathStepSchema),
  facts: z.record(z.string(), factSeenSchema),
  unknown: z.array(z.string()),
  ms: z.number(),
  budgetMs: z.number(),
  fallback: z.union([z.literal(false), z.enum(fallbackReasons)]),
  final: z.object({ outcome: z.enum(outcomeKinds), node: z.string() }),
  steps: z.array(
    z.object({
      node: z.string(),
      outcome: z.enum(outcomeKinds),
      why: z.enum(stepReasons),
      at: z.iso.datetime(),
      /** The nodes passed from here to the next outcome. */
      path: z.array(pathStepSchema).optional(),
    }),
  ),
  trace: z.array(nodeTraceSchema),
})
export type Decision = z.infer<typeof decisionSchema>

/** An action as a decision's page shows it. */
export const actionViewSchema = z.object({
  type: z.string(),
  state: z.enum(actionStates),
  attempts: z.int(),
  at: z.string(),
  deadlineAt: z.string().optional(),
  settledAt: z.string().nullable().optional(),
  reason: z.string().optional(),
  error: z.string().optional(),
  /** Furthest status of a message: sent, delivered, read, played, failed. */
  delivery: z.string().optional(),
  /** Text of a message, as rendered; masked by role. */
  text: z.string().optional(),
})
export type ActionView = z.infer<typeof actionViewSchema>

/** `GET /api/calls/:id/decision`. */
export const decisionViewSchema = decisionSchema.extend({
  callId: z.string(),
  ref: z.string(),
  /** Why it went the way it went, in one sentence. */
  sentence: z.string(),
  actions: z.array(actionViewSchema),
})
export type DecisionView = z.infer<typeof decisionViewSchema>
