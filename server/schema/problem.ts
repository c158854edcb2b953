import { z } from 'zod'

/** Everything that can be wrong with a policy document. */
export const problemCodes = [
  // errors
  'invalid_json',
  'invalid_shape',
  'id_mismatch',
  'dangling_exit',
  'missing_exit',
  'cycle',
  'unknown_start',
  'unknown_fact',
  'unknown_operator',
  'unknown_calendar',
  'wrong_operand',
  'bad_target',
  'bad_variable',
  'variable_needs_default',
  'message_too_long',
  'message_buttons',
  'silent_without_reason',
  'reject_without_message',
  'ring_too_long',
  'number_claimed',
  'too_large',
  // warnings
  'unreachable_node',
  'exit_never_taken',
  'shadowed_condition',
  'not_configured',
  'over_budget',
  'file_deleted',
  'file_not_written',
] as const
export type ProblemCode = (typeof problemCodes)[number]

/**
 * One thing wrong with a policy, in plain words, with what to do about it.
 * `proof` is a concrete set of facts that shows it, where there is one.
 */
export const problemSchema = z.object({
  severity: z.enum(['error', 'warning']),
  code: z.enum(problemCodes),
  node: z.string().optional(),
  /** Where in the document, e.g. `["nodes", "hours", "exits", "open"]`. */
  path: z.array(z.union([z.string(), z.number()])),
  message: z.string(),
  hint: z.string(),
  file: z.string().optional(),
  line: z.int().optional(),
  column: z.int().optional(),
  proof: z.record(z.string(), z.unknown()).optional(),
})
export type Problem = z.infer<typeof problemSchema>
