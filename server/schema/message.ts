import { z } from 'zod'

/**
 * Length limits of a WhatsApp message, in UTF-16 code units.
 * Source: Meta Cloud API, "text", "interactive cta_url", "interactive button" and "voice_call" pages (2026-07).
 */
export const messageLimits = {
  text: 4096,
  bodyWithButton: 1024,
  label: 20,
  replies: 3,
  callTtlMinutes: { least: 1, most: 43_200, usual: 10_080 },
} as const

const textSchema = z.string().min(1)

/**
 * A follow-up message as an author writes it: texts may hold `{{ variables }}`.
 * `url`, `call` and `replies` exclude each other (WhatsApp allows one kind of button a message).
 * `template` is sent when the free-form message answers 131047 (outside the 24-hour window).
 * `important` passes the courtesy limits, never the opt-out.
 */
export const messageSchema = z.strictObject({
  text: textSchema,
  locales: z
    .record(z.string().regex(/^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$/), textSchema)
    .optional(),
  url: z.strictObject({ label: z.string().min(1), href: z.string().min(1) }).optional(),
  call: z
    .strictObject({
      label: z.string().min(1),
      ttlMinutes: z
        .int()
        .min(messageLimits.callTtlMinutes.least)
        .max(messageLimits.callTtlMinutes.most)
        .optional(),
    })
    .optional(),
  replies: z.array(z.string().min(1)).min(1).optional(),
  template: z
    .strictObject({
      name: z.string().min(1),
      language: z.string().min(2),
      params: z.union([z.array(z.string()), z.record(z.string(), z.string())]).optional(),
    })
    .optional(),
  important: z.boolean().optional(),
})
export type Message = z.infer<typeof messageSchema>

/** A message with its variables filled, in one language: what a channel sends. */
export const renderedMessageSchema = z.object({
  text: z.string(),
  language: z.string().optional(),
  url: z.object({ label: z.string(), href: z.string() }).optional(),
  call: z
    .object({ label: z.string(), ttlMinutes: z.int(), payload: z.string().optional() })
    .optional(),
  replies: z.array(z.object({ id: z.string(), label: z.string() })).optional(),
  template: z
    .object({
      name: z.string(),
      language: z.string(),
      params: z.union([z.array(z.string()), z.record(z.string(), z.string())]).optional(),
    })
    .optional(),
  /** Asks whether we may call; WhatsApp words the question and its buttons. */
  asksToCall: z.boolean().optional(),
  important: z.boolean().optional(),
  /** The instant the text names as when we are there again, where it names one. */
  promises: z.iso.datetime().optional(),
})
export type RenderedMessage = z.infer<typeof renderedMessageSchema>
