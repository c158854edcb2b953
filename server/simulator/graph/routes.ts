import { verifyCallback } from '../verify.ts'
import type { World } from '../world.ts'
import {
  debugToken,
  getMe,
  getPhoneNumber,
  getPhoneNumbers,
  getSubscribedApps,
  getSubscriptions,
} from './account.ts'
import { deleteBlocks, getBlocks, postBlocks } from './blocks.ts'
import { postCall } from './calls.ts'
import type { GraphAnswer } from './errors.ts'
import { GraphError } from './errors.ts'
import { deleteMedia, getMedia, postMedia } from './media.ts'
import { postMessage } from './messages.ts'
import { getPermissions } from './permissions.ts'
import type { GraphRequest, LineHandler } from './request.ts'
import { ok } from './request.ts'
import { getSettings, postSettings } from './settings.ts'

const lineEdges: Readonly<Record<string, LineHandler>> = {
  'GET ': getPhoneNumber,
  'POST calls': postCall,
  'POST messages': postMessage,
  'POST media': postMedia,
  'GET settings': getSettings,
  'POST settings': postSettings,
  'GET call_permissions': getPermissions,
  'GET block_users': getBlocks,
  'POST block_users': postBlocks,
  'DELETE block_users': deleteBlocks,
}

function unsupported(request: GraphRequest): GraphError {
  const verb = request.method.toLowerCase()
  const details = `Unsupported ${verb} request. Object does not exist, cannot be loaded due to missing permissions, or does not support this operation`
  return new GraphError(100, details)
}

/** Finds the handler by method, node and edge, and does what is asked. Throws GraphError. */
export async function answerRequest(world: World, request: GraphRequest): Promise<GraphAnswer> {
  const { method, node, edge } = request
  const line = world.lines.get(node)
  const answer = line
    ? await lineEdges[`${method} ${edge}`]?.(world, line, request)
    : await answerAccount(world, request)
  if (!answer) throw unsupported(request)
  return answer
}

async function answerAccount(
  world: World,
  request: GraphRequest,
): Promise<GraphAnswer | undefined> {
  const { method, node, edge } = request
  const { wabaId, appId } = world.account
  const name =
    node === wabaId ? `${method} waba/${edge}` : node === appId ? `${method} app/${edge}` : ''
  switch (name || `${method} ${node}`) {
    case 'GET waba/subscribed_apps':
      return getSubscribedApps(world)
    case 'POST waba/subscribed_apps':
      return ok({ success: true })
    case 'GET waba/phone_numbers':
      return getPhoneNumbers(world, request)
    case 'GET app/subscriptions':
      return getSubscriptions(world)
    case 'POST app/subscriptions':
      return subscribe(world, request)
    case 'GET debug_token':
      return debugToken(world, request)
    case 'GET me':
      return getMe(world)
    default:
      if (edge !== '') return undefined
      if (method === 'GET') return getMedia(world, node)
      return method === 'DELETE' ? deleteMedia(world, node) : undefined
  }
}

/** `POST /{app-id}/subscriptions`: saved only if the callback passes the handshake (1.1). */
async function subscribe(world: World, request: GraphRequest): Promise<GraphAnswer> {
  const wanted = new Map(request.query)
  const form = request.body instanceof FormData ? [...request.body.entries()] : []
  const fields = typeof request.body === 'object' ? Object.entries(request.body ?? {}) : []
  for (const [key, value] of [...form, ...fields]) {
    wanted.set(key, Array.isArray(value) ? value.join(',') : String(value))
  }
  const { subscription } = world.account
  const url = wanted.get('callback_url') ?? subscription.url
  const verifyToken = wanted.get('verify_token') ?? subscription.verifyToken
  const result = await verifyCallback(world, { url, verifyToken })
  if (!result.isVerified) {
    throw new GraphError(100, `Callback verification failed: HTTP ${result.status}`)
  }
  const names = wanted
    .get('fields')
    ?.split(',')
    .map((field) => field.trim())
  world.account.subscription = { url, verifyToken, fields: names ?? subscription.fields }
  return ok({ success: true })
}
