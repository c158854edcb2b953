import { OpenAPIHono, createRoute, z } from '@hono/zod-openapi'
import { streamSSE } from 'hono/streaming'
import type { SSEMessage } from 'hono/streaming'
import { mayDo } from '../access/matrix.ts'
import { seesTeam } from '../access/scope.ts'
import type { LiveFeed, LiveNotice } from '../live.ts'
import type { Actor } from '../schema/access.ts'
import type { AppEnv } from './env.ts'
import { errorResponses } from './errors.ts'
import { maskEvent } from './masking.ts'

/** A line of nothing this often, so that proxies keep the connection and a dead one is noticed. */
const pingMs = 15_000
/** Events that wait for a slow reader before it is cut off; it comes back with Last-Event-ID. */
const mostWaiting = 1000

/** Who follows is looked up this often: signing out and lost roles count within a second. */
const lookEveryMs = 500

export interface LiveDeps {
  readonly live: LiveFeed
}

const route = createRoute({
  method: 'get',
  path: '/api/live',
  operationId: 'followLive',
  tags: ['Live'],
  summary: 'Events as they happen',
  description:
    'Server-sent events. The first is `hello`. Each event has an id; who comes back with `Last-Event-ID` ' +
    'gets what was missed. When too much was missed to be kept, `reset` says so: read everything anew.',
  request: {
    headers: z.object({
      'last-event-id': z
        .string()
        .regex(/^\d{1,15}$/, 'an id this server gave')
        .optional()
        .openapi({ example: '4711' }),
    }),
  },
  responses: {
    200: {
      description: 'A stream that does not end',
      content: {
        'text/event-stream': {
          schema: z.string().openapi({
            example:
              'id: 4711\nevent: policy.released\ndata: {"at":"2026-11-20T09:00:00.000Z","team":null,' +
              '"doc":{"policy":"main-line","release":"4-9f8e7d6c5b4a"}}\n\n',
          }),
        },
      },
    },
    ...errorResponses(400),
  },
})

function toMessage(notice: LiveNotice, actor: Actor): SSEMessage {
  if (notice.kind === 'reset') return { id: String(notice.id), event: 'reset', data: '{}' }
  const { id, type, at, team } = notice.event
  const doc = maskEvent(notice.event, actor)
  return { id: String(id), event: type, data: JSON.stringify({ at, team, doc }) }
}

/** Messages for one reader, in order, until it is gone or too slow. */
function createQueue() {
  const waiting: SSEMessage[] = []
  let isOpen = true
  let wake: () => void = () => undefined
  return {
    push: (message: SSEMessage) => {
      if (waiting.push(message) > mostWaiting) isOpen = false
      wake()
    },
    end: () => {
      isOpen = false
      wake()
    },
    /** The next message, nothing after a while without one, false at the end. */
    next: async (): Promise<SSEMessage | undefined | false> => {
      if (isOpen && waiting.length === 0)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, pingMs)
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      return isOpen && waiting.shift()
    },
  }
}

export function liveRoutes({ live }: LiveDeps) {
  return new OpenAPIHono<AppEnv>().openapi(route, (context) => {
    const last = context.req.valid('header')['last-event-id']
    const after = last === undefined ? undefined : Number(last)
    return streamSSE(context, async (stream) => {
      const queue = createQueue()
      stream.onAbort(queue.end)
      const from = after ?? live.lastId
      let actor = context.get('actor')
      const look = async () => {
        const now = await context.get('lookAgain')()
        if (now && mayDo(now, 'followLive')) actor = now
        else queue.end()
      }
      const looking = setInterval(() => void look().catch(queue.end), lookEveryMs)
      const unsubscribe = live.subscribe({ after: from }, (notice) => {
        if (notice.kind === 'event' && !seesTeam(actor, notice.event.team)) return
        queue.push(toMessage(notice, actor))
      })
      try {
        await stream.writeSSE({ id: String(from), event: 'hello', data: '{}', retry: 1000 })
        for (let next = await queue.next(); next !== false; next = await queue.next())
          await (next ? stream.writeSSE(next) : stream.write(': still here\n\n'))
      } finally {
        clearInterval(looking)
        unsubscribe()
      }
    })
  })
}
