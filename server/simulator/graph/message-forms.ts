import { z } from 'zod'

const text = (most: number): z.ZodString => z.string().min(1).max(most)
const body = z.object({ text: text(1024) })
const footer = z.object({ text: text(60) }).optional()
const mediaSource = z
  .object({
    id: z.string().optional(),
    link: z.url().optional(),
    caption: text(1024).optional(),
    filename: z.string().optional(),
    voice: z.boolean().optional(),
  })
  .refine(({ id, link }) => (id === undefined) !== (link === undefined), 'id or link, one of them')

const header = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('text'), text: text(60) }),
    z.object({ type: z.literal('image'), image: mediaSource }),
    z.object({ type: z.literal('video'), video: mediaSource }),
    z.object({ type: z.literal('document'), document: mediaSource }),
  ])
  .optional()

const uniqueTitles = (titles: readonly string[]): boolean => new Set(titles).size === titles.length

const replyButtons = z
  .array(
    z.object({
      type: z.literal('reply'),
      reply: z.object({ id: text(256), title: text(20) }),
    }),
  )
  .min(1)
  .max(3)
  .refine((all) => uniqueTitles(all.map(({ reply }) => reply.title)), 'titles must be unique')
  .refine((all) => uniqueTitles(all.map(({ reply }) => reply.id)), 'ids must be unique')

const listRow = z.object({ id: text(200), title: text(24), description: text(72).optional() })
const listSections = z
  .array(z.object({ title: text(24).optional(), rows: z.array(listRow).min(1).max(10) }))
  .min(1)
  .max(10)

const voiceCall = z.object({
  type: z.literal('voice_call'),
  body,
  action: z.object({
    name: z.literal('voice_call'),
    parameters: z
      .object({
        display_text: text(20).optional(),
        ttl_minutes: z.int().min(1).max(43_200).optional(),
        payload: z.string().max(512).optional(),
      })
      .optional(),
  }),
})

const urlButton = z.object({
  type: z.literal('cta_url'),
  header,
  body,
  footer,
  action: z.object({
    name: z.literal('cta_url'),
    parameters: z.object({
      display_text: text(20),
      url: z.url({ protocol: /^https?$/ }),
    }),
  }),
})

const flow = z.object({
  type: z.literal('flow'),
  header,
  body,
  footer,
  action: z.object({
    name: z.literal('flow'),
    parameters: z
      .object({
        flow_message_version: z.literal('3'),
        flow_token: z.string().optional(),
        flow_id: z.string().optional(),
        flow_name: z.string().optional(),
        flow_cta: text(20).regex(/^[^\p{Extended_Pictographic}]*$/u, 'no emoji'),
        flow_action: z.enum(['navigate', 'data_exchange']).optional(),
        flow_action_payload: z.record(z.string(), z.unknown()).optional(),
        mode: z.enum(['draft', 'published']).optional(),
      })
      .refine(
        (flow) => flow.flow_id !== undefined || flow.flow_name !== undefined,
        'flow_id or flow_name is missing',
      ),
  }),
})

const interactive = z.discriminatedUnion('type', [
  voiceCall,
  urlButton,
  flow,
  z.object({
    type: z.literal('button'),
    header,
    body,
    footer,
    action: z.object({ buttons: replyButtons }),
  }),
  z.object({
    type: z.literal('list'),
    header,
    body: z.object({ text: text(4096) }),
    footer,
    action: z.object({ button: text(20), sections: listSections }),
  }),
  z.strictObject({
    type: z.literal('call_permission_request'),
    body: body.optional(),
    action: z.object({ name: z.literal('call_permission_request') }),
  }),
])
export type Interactive = z.infer<typeof interactive>

const templateComponent = z.object({
  type: z.enum(['header', 'body', 'footer', 'button', 'HEADER', 'BODY', 'FOOTER', 'BUTTON']),
  sub_type: z.string().optional(),
  index: z.union([z.string(), z.number()]).optional(),
  parameters: z.array(z.looseObject({ type: z.string() })).optional(),
})

const template = z.object({
  name: text(512),
  language: z.object({ code: z.string().min(2) }),
  components: z.array(templateComponent).optional(),
})
export type TemplateSend = z.infer<typeof template>

const common = {
  messaging_product: z.literal('whatsapp'),
  recipient_type: z.literal('individual').optional(),
  to: z.string().optional(),
  recipient: z.string().optional(),
  context: z.object({ message_id: z.string() }).optional(),
  biz_opaque_callback_data: z.string().max(512).optional(),
}
const media = <Type extends string>(type: Type) =>
  z.object({ ...common, type: z.literal(type), [type]: mediaSource })

/** What may be posted to the messages edge, with the documented limits (whatsapp-calling.md 6.2 to 6.7). */
export const messageFormSchema = z.discriminatedUnion('type', [
  z.object({
    ...common,
    type: z.literal('text'),
    text: z.object({ body: text(4096), preview_url: z.boolean().optional() }),
  }),
  z.object({ ...common, type: z.literal('interactive'), interactive }),
  z.object({ ...common, type: z.literal('template'), template }),
  z.object({ ...common, type: z.literal('audio'), audio: mediaSource }),
  media('image'),
  media('video'),
  media('document'),
  media('sticker'),
  z.object({
    ...common,
    type: z.literal('reaction'),
    reaction: z.object({ message_id: z.string(), emoji: z.string() }),
  }),
  z.object({
    ...common,
    type: z.literal('location'),
    location: z.looseObject({ latitude: z.coerce.number(), longitude: z.coerce.number() }),
  }),
])
export type MessageForm = z.infer<typeof messageFormSchema>

/** The words a person reads: text, body of an interactive one, name of a template. */
export function visibleText(form: MessageForm): string | undefined {
  if (form.type === 'text') return form.text.body
  if (form.type === 'template') return form.template.name
  return form.type === 'interactive' ? form.interactive.body?.text : undefined
}
