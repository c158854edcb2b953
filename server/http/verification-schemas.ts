import { z } from '@hono/zod-openapi'
import { actionStates } from '../schema/action.ts'
import { messageSchema } from '../schema/message.ts'

/** What the verification routes take and give, as OpenAPI shows it. */

const ref = z.string().openapi({ description: 'Opaque reference', example: '7k2m9q4r8t1v5w3x' })

const message = z.union([z.string().min(1).max(4096), messageSchema]).openapi({
  description:
    'Sent to the person at once: a text, or a message as in a policy (with `locales`, a `call` button, a ' +
    '`template` for who has not written within 24 hours). May hold `{{ variables }}` of the person.',
})

export const openBody = z
  .strictObject({
    phone: z
      .string()
      .min(5)
      .max(40)
      .optional()
      .openapi({ description: 'International form; either this or `userId`' }),
    userId: z.string().trim().min(1).max(200).optional(),
    ttlSeconds: z.int().min(10).max(3600),
    message: message.optional(),
    line: z.string().min(1).max(64).optional().openapi({
      description: 'Id of the line that sends the message; the first WhatsApp line when left out',
    }),
    webhook: z.string().min(1).max(2000).optional().openapi({
      description:
        'Address that is told the result, signed after the Standard Webhooks specification',
    }),
  })
  .refine(({ phone, userId }) => (phone === undefined) !== (userId === undefined), {
    message: 'give either phone or userId',
  })
  .refine(({ line, message }) => line === undefined || message !== undefined, {
    path: ['line'],
    message: 'a line is for the message; there is none',
  })
  .openapi('OpenVerification', {
    example: {
      phone: '+447700900641',
      ttlSeconds: 120,
      message: 'To authorise this transfer, please call this number within the next 2 minutes.',
      webhook: 'https://bank.example.com/hooks/callgate',
    },
  })

const delivery = z.object({
  state: z.enum(actionStates),
  attempts: z.int(),
  reason: z.string().optional(),
  error: z.string().optional(),
  delivery: z.string().optional(),
})

export const verificationSchema = z
  .object({
    id: ref,
    state: z.enum(['pending', 'fulfilled', 'expired']),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
    fulfilledAt: z.iso.datetime().optional().openapi({ description: 'When the call arrived' }),
    callRef: ref.optional(),
    message: delivery.optional().openapi({ description: 'How far the message is' }),
    webhook: delivery.optional().openapi({ description: 'How far the news of the result is' }),
  })
  .openapi('Verification')

export const openedSchema = verificationSchema
  .extend({
    webhookSecret: z.string().optional().openapi({
      description: 'Signs what the webhook is told. Shown only now.',
      example: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD',
    }),
  })
  .openapi('OpenedVerification')
