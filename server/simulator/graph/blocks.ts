import { z } from 'zod'
import type { Person } from '../people.ts'
import { digitsOf } from '../people.ts'
import type { Line, World } from '../world.ts'
import { standing } from '../world.ts'
import type { GraphAnswer } from './errors.ts'
import { errorAnswer, GraphError } from './errors.ts'
import type { LineHandler } from './request.ts'
import { ok, parseBody } from './request.ts'

const bodySchema = z.object({
  messaging_product: z.literal('whatsapp'),
  block_users: z
    .array(z.object({ user: z.string().min(1) }))
    .min(1)
    .max(1000),
})
const mostBlocked = 64_000
const dayMs = 24 * 3_600_000

interface Named {
  input: string
  wa_id?: string
  user_id?: string
}

function personOf(world: World, user: string): { person: Person; named: Named } {
  if (/^[A-Z]{2}\./.test(user)) {
    const person = world.people.find({ userId: user }) ?? world.people.meet({ userId: user })
    return { person, named: { input: user, user_id: person.userId } }
  }
  const person = world.people.find({ phone: user }) ?? world.people.meet({ from: user })
  return { person, named: { input: user, wa_id: person.phone ?? digitsOf(user) } }
}

/** Who did not write within 24 hours cannot be blocked (whatsapp-calling.md 6.9). */
function failureOf(world: World, line: Line, person: Person): Record<string, unknown> | undefined {
  const isRecent = standing(world, line, person).messagedAt > world.clock.now() - dayMs
  if (!isRecent) {
    const details = 'User has not messaged in the last 24 hours'
    return { message: 'Re-engagement required', code: 131047, error_data: { details } }
  }
  if (line.blocked.size < mostBlocked || line.blocked.has(person.userId)) return undefined
  const details = 'The blocklist is full'
  return { message: 'Blocklist limit reached', code: 139102, error_data: { details } }
}

/** `POST /{phone-number-id}/block_users`; partly failed: 139100 beside what was added. */
export const postBlocks: LineHandler = (world, line, request) => {
  const { block_users: users } = parseBody(bodySchema, request.body)
  const added: Named[] = []
  const failed: (Named & { errors: unknown[] })[] = []
  for (const { user } of users) {
    const { person, named } = personOf(world, user)
    const failure = failureOf(world, line, person)
    if (failure) {
      failed.push({ ...named, errors: [failure] })
    } else {
      line.blocked.set(person.userId, person)
      added.push(named)
    }
  }
  const body = { messaging_product: 'whatsapp', block_users: { added_users: added } }
  return failed.length === 0 ? ok(body) : partFailure(world, added, failed)
}

function partFailure(world: World, added: Named[], failed: Named[]): GraphAnswer {
  const details = 'Failed to block some users'
  const error = new GraphError(139100, details, world.switches.blockFailureStatus)
  const { status, body } = errorAnswer(error, world.random)
  return {
    status,
    body: {
      messaging_product: 'whatsapp',
      block_users: { added_users: added, failed_users: failed },
      ...(typeof body === 'object' ? body : {}),
    },
  }
}

/** `DELETE /{phone-number-id}/block_users`, same body. */
export const deleteBlocks: LineHandler = (world, line, request) => {
  const { block_users: users } = parseBody(bodySchema, request.body)
  const removed = users.map(({ user }) => {
    const { person, named } = personOf(world, user)
    line.blocked.delete(person.userId)
    return named
  })
  return ok({ messaging_product: 'whatsapp', block_users: { removed_users: removed } })
}

/** `GET /{phone-number-id}/block_users?limit=&after=&before=`; cursors are positions. */
export const getBlocks: LineHandler = (_world, line, request) => {
  const limit = Math.min(Number(request.query.get('limit') ?? 100) || 100, 1000)
  const before = request.query.get('before')
  const from =
    before === null ? Number(request.query.get('after') ?? 0) || 0 : Number(before) - limit
  const start = Math.max(0, from)
  const all = [...line.blocked.values()]
  const page = all.slice(start, start + limit)
  return ok({
    data: page.map((person) => ({
      messaging_product: 'whatsapp',
      ...(person.phone === undefined ? { user_id: person.userId } : { wa_id: person.phone }),
    })),
    paging: { cursors: { before: String(start), after: String(start + page.length) } },
  })
}
