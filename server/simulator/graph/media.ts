import type { World } from '../world.ts'
import type { GraphAnswer } from './errors.ts'
import { GraphError } from './errors.ts'
import type { LineHandler } from './request.ts'
import { ok } from './request.ts'

const sixteenMb = 16 * 1024 * 1024

/** `POST /{phone-number-id}/media`: a form with `messaging_product`, `file`, `type` or `use_case` (6.7, 4.4). */
export const postMedia: LineHandler = async (world, _line, request) => {
  const form = request.body
  if (!(form instanceof FormData)) throw new GraphError(100, 'multipart/form-data expected')
  if (form.get('messaging_product') !== 'whatsapp') {
    throw new GraphError(131008, 'messaging_product is missing')
  }
  const file = form.get('file')
  if (!(file instanceof File)) throw new GraphError(131008, 'file is missing')
  if (file.size > sixteenMb) throw new GraphError(100, 'The file is too big')
  const type = form.get('type')
  const mimeType = file.type || (typeof type === 'string' ? type : '')
  const isAnnouncement = form.get('use_case') === 'call_voicemail_announcement'
  if (mimeType === '') throw new GraphError(100, 'The type of the file is missing')
  if (isAnnouncement && !mimeType.startsWith('audio/ogg')) {
    throw new GraphError(100, 'An announcement must be audio/ogg')
  }
  const bytes = Buffer.from(await file.arrayBuffer())
  return ok({ id: world.media.add(bytes, mimeType, isAnnouncement).id })
}

/** `GET /{media-id}`: where the file may be downloaded with the same token. */
export function getMedia(world: World, id: string): GraphAnswer | undefined {
  const file = world.media.get(id)
  if (!file) return undefined
  return ok({
    messaging_product: 'whatsapp',
    url: `${world.url}/media-download/${id}`,
    mime_type: file.mimeType,
    sha256: file.sha256,
    file_size: file.size,
    id,
  })
}

/** `DELETE /{media-id}`. */
export function deleteMedia(world: World, id: string): GraphAnswer | undefined {
  return world.media.delete(id) ? ok({ success: true }) : undefined
}
