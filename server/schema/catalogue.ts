import { z } from 'zod'
import { calendarsSchema } from './calendar.ts'
import { agentSchema, assistantSchema, attributesSchema, lineSchema } from './seeds.ts'

/** A fact that a policy may test, as pickers show it (`FactSpec` of facts.ts). */
export const factSpecSchema = z.object({
  name: z.string(),
  type: z.enum(['string', 'number', 'boolean', 'list', 'instant']),
  /** The values of an enumeration, where it is one. */
  values: z.array(z.string()).readonly().optional(),
  source: z.enum([
    'signal',
    'caller',
    'hours',
    'velocity',
    'agents',
    'crm',
    'history',
    'assistants',
    'verification',
  ]),
  remote: z.boolean(),
  deadlineMs: z.number(),
  privacy: z.enum(['none', 'personal', 'sensitive']),
  mayBeUnknown: z.boolean(),
  mayBeEmpty: z.boolean(),
  undeclared: z.boolean(),
  unconfigured: z.string().optional(),
  label: z.string(),
})

/** An `Installation` (installation.ts) without secrets: what the engine needs beside a policy. */
export const shownInstallationSchema = z.object({
  calendars: calendarsSchema,
  agents: z.array(agentSchema),
  lines: z.array(lineSchema),
  /** `url` is cut to its origin. */
  assistants: z.array(assistantSchema.omit({ secret: true })),
  declared: attributesSchema,
  connectors: z.array(z.string()),
  reportZone: z.string(),
})
export type ShownInstallation = z.infer<typeof shownInstallationSchema>

/** `GET /api/catalogue`: what policies may name in this installation. */
export const catalogueSchema = z.object({
  /** Velocity windows are examples; every fact of the contract can be named. */
  facts: z.array(factSpecSchema),
  teams: z.array(z.string()),
  installation: shownInstallationSchema,
})
export type Catalogue = z.infer<typeof catalogueSchema>
