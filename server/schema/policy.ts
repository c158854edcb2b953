import { z } from 'zod'
import { messageSchema } from './message.ts'
import { nameSchema, policyIdSchema } from './primitives.ts'

/** json-rules-engine's default operators: the only ones a condition may use. */
export const operatorNames = [
  'equal',
  'notEqual',
  'in',
  'notIn',
  'contains',
  'doesNotContain',
  'lessThan',
  'lessThanInclusive',
  'greaterThan',
  'greaterThanInclusive',
] as const
export type OperatorName = (typeof operatorNames)[number]

/** Bounds of a policy document (guarantee G23: evaluation stays under 20 ms). */
export const policyLimits = {
  nodes: 2000,
  conditionDepth: 12,
  conditionLeaves: 500,
  list: 1000,
  ringSeconds: 26,
  windowMinutes: 1440,
} as const

const scalarSchema = z.union([z.string(), z.number(), z.boolean()])

/** What a condition compares a fact with: a value, a list of values, or another fact. */
export const operandSchema = z.union([
  scalarSchema,
  z.array(scalarSchema).max(policyLimits.list),
  z.strictObject({ fact: z.string().min(1) }),
])
export type Operand = z.infer<typeof operandSchema>

export interface Leaf {
  fact: string
  operator: string
  value: Operand
}
export type Condition = Leaf | { all: Condition[] } | { any: Condition[] } | { not: Condition }

/**
 * json-rules-engine's condition language, closed: no `path`, `params` or named conditions, no empty group.
 * Whether the fact and the operator exist and their types fit is for `validate`, which can say it better.
 */
export const conditionSchema: z.ZodType<Condition> = z.lazy(() =>
  z.union([
    z.strictObject({ all: z.array(conditionSchema).min(1) }),
    z.strictObject({ any: z.array(conditionSchema).min(1) }),
    z.strictObject({ not: conditionSchema }),
    z.strictObject({ fact: z.string().min(1), operator: z.string().min(1), value: operandSchema }),
  ]),
)

const target = nameSchema
const label = z.string().max(120).optional()
const common = { label, note: z.string().max(2000).optional() }

const conditionNode = z.strictObject({
  kind: z.literal('condition'),
  ...common,
  when: conditionSchema,
  exits: z.strictObject({
    yes: target.optional(),
    no: target.optional(),
    unknown: target.optional(),
  }),
})

const hoursNode = z.strictObject({
  kind: z.literal('hours'),
  ...common,
  /** Name of a calendar, or `sla` for the caller's own. */
  calendar: nameSchema,
  exits: z.strictObject({
    open: target.optional(),
    closed: target.optional(),
    holiday: target.optional(),
    unknown: target.optional(),
  }),
})

const vipNode = z.strictObject({
  kind: z.literal('vip'),
  ...common,
  minPriority: z.number().optional(),
  /** Any one of these makes the caller a VIP. */
  tags: z.array(z.string().min(1)).min(1).max(policyLimits.list).optional(),
  exits: z.strictObject({
    yes: target.optional(),
    no: target.optional(),
    unknown: target.optional(),
  }),
})

const velocityNode = z.strictObject({
  kind: z.literal('velocity'),
  ...common,
  scope: z.enum(['caller', 'number', 'prefix']),
  /** Leading digits of the phone number that make a prefix. */
  digits: z.int().min(1).max(15).optional(),
  /** `exceeded` when attempts are more than this. */
  limit: z.int().min(0),
  windowMinutes: z.int().min(1).max(policyLimits.windowMinutes),
  exits: z.strictObject({
    exceeded: target.optional(),
    within: target.optional(),
    unknown: target.optional(),
  }),
})

const agentsNode = z.strictObject({
  kind: z.literal('agents'),
  ...common,
  team: nameSchema.optional(),
  agent: nameSchema.optional(),
  owner: z.literal(true).optional(),
  exits: z.strictObject({
    available: target.optional(),
    busy: target.optional(),
    dnd: target.optional(),
    offline: target.optional(),
    unknown: target.optional(),
  }),
})

const crmNode = z.strictObject({
  kind: z.literal('crm'),
  ...common,
  /** Milliseconds after arrival at which the decision stops waiting. */
  deadlineMs: z.int().min(1).max(10_000).optional(),
  connector: nameSchema.optional(),
  exits: z.strictObject({
    found: target.optional(),
    missing: target.optional(),
    unknown: target.optional(),
  }),
})

const switchNode = z.strictObject({
  kind: z.literal('switch'),
  ...common,
  fact: z.string().min(1),
  /** One exit a value, `default` for every other value, `unknown`. */
  exits: z.record(z.string().min(1).max(200), target),
})

const splitNode = z.strictObject({
  kind: z.literal('split'),
  ...common,
  /** Share of callers that leave by `in`, 0 to 100; the same caller always leaves by the same exit. */
  percent: z.number().min(0).max(100),
  exits: z.strictObject({
    in: target.optional(),
    out: target.optional(),
    unknown: target.optional(),
  }),
})

const notifyNode = z.strictObject({
  kind: z.literal('notify'),
  ...common,
  level: z.enum(['info', 'high']),
  text: z.string().min(1).max(1000),
  next: target,
})
const tagNode = z.strictObject({
  kind: z.literal('tag'),
  ...common,
  tags: z.array(z.string().min(1).max(64)).min(1).max(20),
  next: target,
})
const blockNode = z.strictObject({
  kind: z.literal('block'),
  ...common,
  minutes: z.number().min(1).max(525_600),
  next: target,
})
const restrictNode = z.strictObject({
  kind: z.literal('restrict'),
  ...common,
  queue: nameSchema,
  minutes: z.number().min(1).max(525_600),
  next: target,
})

/** Who is to answer: exactly one of these. */
export const acceptTargetSchema = z.union([
  z.strictObject({ team: nameSchema }),
  z.strictObject({ agent: nameSchema }),
  z.strictObject({ owner: z.literal(true) }),
  z.strictObject({ queue: nameSchema }),
])
export type AcceptTarget = z.infer<typeof acceptTargetSchema>

const acceptNode = z.strictObject({
  kind: z.literal('accept'),
  ...common,
  target: acceptTargetSchema,
  strategy: z.enum(['round_robin', 'ring_all', 'least_recent', 'priority']).optional(),
  ringSeconds: z.number().min(1).max(60).optional(),
  otherwise: target.optional(),
})
const aiPickupNode = z.strictObject({
  kind: z.literal('ai_pickup'),
  ...common,
  assistant: nameSchema,
  otherwise: target.optional(),
})
const voicemailNode = z.strictObject({
  kind: z.literal('voicemail'),
  ...common,
  mode: z.enum(['record', 'greeting_only', 'voice_note']).optional(),
  greeting: nameSchema.optional(),
  maxSeconds: z.int().min(5).max(600).optional(),
  otherwise: target.optional(),
})
const rejectNode = z.strictObject({
  kind: z.literal('reject'),
  ...common,
  message: messageSchema.optional(),
  silent: z.literal(true).optional(),
  /** Why nobody is told; needed when `silent`. */
  reason: z.string().min(1).max(500).optional(),
})

export const nodeSchema = z.discriminatedUnion('kind', [
  conditionNode,
  hoursNode,
  vipNode,
  velocityNode,
  agentsNode,
  crmNode,
  switchNode,
  splitNode,
  notifyNode,
  tagNode,
  blockNode,
  restrictNode,
  acceptNode,
  aiPickupNode,
  voicemailNode,
  rejectNode,
])
export type PolicyNode = z.infer<typeof nodeSchema>
export type NodeKind = PolicyNode['kind']
export type NodeOf<K extends NodeKind> = Extract<PolicyNode, { kind: K }>

export const gateKinds = [
  'condition',
  'hours',
  'vip',
  'velocity',
  'agents',
  'crm',
  'switch',
  'split',
] as const
export const effectKinds = ['notify', 'tag', 'block', 'restrict'] as const
export const outcomeKinds = ['accept', 'ai_pickup', 'reject', 'voicemail'] as const
export type GateKind = (typeof gateKinds)[number]
export type EffectKind = (typeof effectKinds)[number]
export type OutcomeKind = (typeof outcomeKinds)[number]
export type GateNode = NodeOf<GateKind>
export type EffectNode = NodeOf<EffectKind>
export type OutcomeNode = NodeOf<OutcomeKind>

/** What happens when the walk cannot go on. It has no `otherwise`: it must always be possible. */
export const fallbackSchema = z.discriminatedUnion('kind', [
  acceptNode.omit({ otherwise: true }),
  aiPickupNode.omit({ otherwise: true }),
  voicemailNode.omit({ otherwise: true }),
  rejectNode,
])

/**
 * A policy document (contract, section 1): a graph of gates, effects and outcomes with one start.
 * @example { "schema": 1, "id": "main-line", "name": "Main line", "numbers": ["*"], "start": "bye",
 *            "fallback": { "kind": "reject", "message": { "text": "Sorry." } },
 *            "nodes": { "bye": { "kind": "reject", "message": { "text": "Please write to us." } } } }
 */
export const policySchema = z.strictObject({
  schema: z.literal(1),
  id: policyIdSchema,
  name: z.string().min(1).max(120),
  description: z.string().max(4000).optional(),
  /** Phone-number ids, or session names of WAHA and Wawp; `*` is every number no other policy names; [] is not live. */
  numbers: z.array(z.string().min(1).max(64)).max(1000),
  budgetMs: z.int().min(10).max(5000).default(150),
  start: nameSchema,
  fallback: fallbackSchema,
  nodes: z.record(nameSchema, nodeSchema),
  /** Where nodes stand on the canvas; ignored by the engine and by the release's hash. */
  layout: z.record(z.string(), z.looseObject({ x: z.number(), y: z.number() })).optional(),
})
export type Policy = z.infer<typeof policySchema>

const asSet = <T extends string>(values: readonly T[]): ReadonlySet<string> => new Set(values)
const gates = asSet(gateKinds)
const effects = asSet(effectKinds)
const outcomes = asSet(outcomeKinds)

export function isGate(node: PolicyNode): node is GateNode {
  return gates.has(node.kind)
}
export function isEffect(node: PolicyNode): node is EffectNode {
  return effects.has(node.kind)
}
export function isOutcome(node: PolicyNode): node is OutcomeNode {
  return outcomes.has(node.kind)
}

/** Every edge that leaves a node, in drawn order: exits of a gate, `next` of an effect, `otherwise` of an outcome. */
export function edgesOf(node: PolicyNode): { exit: string; to: string }[] {
  if (isGate(node))
    return Object.entries(node.exits).flatMap(([exit, to]) => (to ? [{ exit, to }] : []))
  if (isEffect(node)) return [{ exit: 'next', to: node.next }]
  return 'otherwise' in node && node.otherwise ? [{ exit: 'otherwise', to: node.otherwise }] : []
}
