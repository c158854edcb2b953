import { sendPermissionReply } from './after-call.ts'
import type { Delivery } from './deliver.ts'
import type { PersonOptions } from './people.ts'
import { accountChange } from './webhooks.ts'
import type { Line, Restriction, World } from './world.ts'
import { lineFor, standing } from './world.ts'

/** A person's answer to a permission request, or a change in the business profile. */
export interface PermissionAnswer extends PersonOptions {
  line: string
  response: 'accept' | 'reject'
  permanent?: boolean
  /** Id of the request; absent: the newest request, `null`: from the business profile. */
  requestId?: string | null
}

/** Restricts a line and tells so by account_update (2.7). */
export function restrict(world: World, line: Line, restriction: Restriction): Delivery {
  line.restrictions.push(restriction)
  const { type, expiration } = restriction
  const info = { restriction_type: type, ...(expiration === undefined ? {} : { expiration }) }
  const value = { event: 'ACCOUNT_RESTRICTION', restriction_info: [info] }
  return world.emitter.emit(accountChange(line, value, world.clock.now()))
}

/** Sets the permission and sends the reply webhook (2.6). */
export function answerPermission(world: World, answer: PermissionAnswer): Delivery {
  const line = lineFor(world, answer.line)
  const person = world.people.meet(answer)
  const own = standing(world, line, person)
  const isAccepted = answer.response === 'accept'
  const expiresAt = Math.floor(world.clock.now() / 1000) + 7 * 86_400
  const isTemporary = isAccepted && answer.permanent !== true
  if (!isAccepted) own.permission = { status: 'no_permission' }
  else if (isTemporary) own.permission = { status: 'temporary', expiresAt }
  else own.permission = { status: 'permanent' }
  return sendPermissionReply(world, {
    line,
    person,
    contextId: answer.requestId === null ? undefined : (answer.requestId ?? own.requestId),
    reply: {
      response: answer.response,
      ...(isAccepted ? { is_permanent: !isTemporary } : {}),
      ...(isTemporary ? { expiration_timestamp: String(expiresAt) } : {}),
      response_source: 'user_action',
    },
  })
}
