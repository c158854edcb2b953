import { z } from 'zod'

const lineSchema = z.object({
  id: z.string(),
  display: z.string(),
  verifiedName: z.string().optional(),
})

/** What the demo tells its simulator process. It ends when nobody is there to tell it more. */
export const orderSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('start'),
    lines: z.array(lineSchema),
    appSecret: z.string(),
    accessToken: z.string(),
    verifyToken: z.string(),
    crm: z.object({ token: z.string(), known: z.array(z.string()) }),
    /** Deleted if the demo is killed and cannot do it. */
    folder: z.string(),
  }),
  z.object({ type: z.literal('connect'), url: z.string(), token: z.string() }),
  z.object({
    type: z.literal('call'),
    call: z.object({
      line: z.string(),
      from: z.string().optional(),
      userId: z.string().optional(),
      username: z.string().optional(),
      name: z.string().optional(),
      hangUpAfterMs: z.number().optional(),
      talkMs: z.number().optional(),
      ctaPayload: z.string().optional(),
      deeplinkPayload: z.string().optional(),
    }),
  }),
])
export type Order = z.infer<typeof orderSchema>

/** What the simulator process tells the demo. */
export const reportSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('listening'), url: z.string() }),
  z.object({ type: z.literal('failed'), message: z.string() }),
])
export type Report = z.infer<typeof reportSchema>
