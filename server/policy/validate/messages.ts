import type { Message } from '../../schema/message.ts'
import { messageLimits } from '../../schema/message.ts'
import type { Policy } from '../../schema/policy.ts'
import type { Problem } from '../../schema/problem.ts'
import type { Path } from './problems.ts'
import { error, listOf, nameOf, nodeAt, someProblems } from './problems.ts'
import type { VariableScope } from './variables.ts'
import { shortestLength, templateOf, variableProblems } from './variables.ts'

export interface PlacedText {
  readonly text: string
  readonly path: Path
  /** The longest the channel takes; without one the text is not limited. */
  readonly limit?: number
  readonly what: string
}

interface PlacedMessage {
  readonly message: Message
  readonly path: Path
}

type Reject = Extract<Policy['fallback'], { kind: 'reject' }>
interface PlacedReject {
  readonly reject: Reject
  readonly name: string
  readonly path: Path
}

function buttonsOf(message: Message): string[] {
  return (['url', 'call', 'replies'] as const).filter((kind) => message[kind] !== undefined)
}

function bodies({ message, path }: PlacedMessage): PlacedText[] {
  const limit = buttonsOf(message).length > 0 ? messageLimits.bodyWithButton : messageLimits.text
  const locales = Object.entries(message.locales ?? {}).map(([language, text]) => ({
    text,
    path: [...path, 'locales', language],
    limit,
    what: `The text for "${language}"`,
  }))
  return [{ text: message.text, path: [...path, 'text'], limit, what: 'The text' }, ...locales]
}

function labels({ message, path }: PlacedMessage): PlacedText[] {
  const limit = messageLimits.label
  const { url, call, replies = [] } = message
  return [
    ...(url ? [{ text: url.label, path: [...path, 'url', 'label'] }] : []),
    ...(call ? [{ text: call.label, path: [...path, 'call', 'label'] }] : []),
    ...replies.map((text, index) => ({ text, path: [...path, 'replies', index] })),
  ].map((label) => ({ ...label, limit, what: 'The label of the button' }))
}

function params({ message, path }: PlacedMessage): PlacedText[] {
  return Object.entries(message.template?.params ?? {}).map(([key, text]) => ({
    text,
    path: [
      ...path,
      'template',
      'params',
      Array.isArray(message.template?.params) ? Number(key) : key,
    ],
    limit: messageLimits.bodyWithButton,
    what: 'This part of the template',
  }))
}

/** Every text of a message that may hold variables. */
export function textsOf(message: Message, path: Path): PlacedText[] {
  const placed = { message, path }
  const href = message.url
    ? [{ text: message.url.href, path: [...path, 'url', 'href'], what: 'The link' }]
    : []
  return [...bodies(placed), ...labels(placed), ...href, ...params(placed)]
}

function lengthProblems({ text, path, limit, what }: PlacedText, scope: VariableScope): Problem[] {
  if (limit === undefined) return []
  const length = shortestLength(text, scope.installation)
  if (length <= limit) return []
  const button = limit === messageLimits.bodyWithButton ? ' next to a button' : ''
  return [
    error({
      code: 'message_too_long',
      ...nodeAt(path),
      path,
      message: `${what} has at least ${length} characters; WhatsApp allows ${limit}${button}.`,
      hint: `Shorten it by ${length - limit} characters or more.`,
    }),
  ]
}

function buttonProblem(path: Path, message: string, hint: string): Problem {
  return error({ code: 'message_buttons', ...nodeAt(path), path, message, hint })
}

/** Judged as the link will be once filled; what fills it is percent-encoded and cannot bring a scheme. */
function linkProblems({ message, path }: PlacedMessage): Problem[] {
  if (!message.url) return []
  const { parts } = templateOf(message.url.href)
  const filled = parts
    .map((part) => (typeof part === 'string' ? part : 'x'))
    .join('')
    .trim()
  if (/^https?:\/\/[^\s/?#\\@]+([/?#]|$)/i.test(filled)) return []
  return [
    buttonProblem(
      [...path, 'url', 'href'],
      'The link of the button does not begin with https:// or http:// and the name of a website.',
      'Write the whole address, e.g. https://example.com/book.',
    ),
  ]
}

function buttonProblems(placed: PlacedMessage): Problem[] {
  const { message, path } = placed
  const kinds = buttonsOf(message)
  const replies = message.replies ?? []
  const excluded =
    kinds.length > 1
      ? [
          buttonProblem(
            path,
            `A message can have one kind of button; this one has ${listOf(kinds)}.`,
            'Keep one of "url", "call" and "replies".',
          ),
        ]
      : []
  const many =
    replies.length > messageLimits.replies
      ? [
          buttonProblem(
            [...path, 'replies'],
            `A message can have ${messageLimits.replies} replies to choose from; this one has ${replies.length}.`,
            `Keep the ${messageLimits.replies} most useful ones.`,
          ),
        ]
      : []
  const twice = replies.find((reply, index) => replies.indexOf(reply) < index)
  const repeated =
    twice === undefined
      ? []
      : [
          buttonProblem(
            [...path, 'replies'],
            `The reply "${twice.slice(0, 40)}" is offered twice.`,
            'Give each reply a label of its own.',
          ),
        ]
  return [...excluded, ...many, ...repeated, ...linkProblems(placed)]
}

/** What is wrong with a message: its length, its buttons, its variables. */
function messageProblems(placed: PlacedMessage, scope: VariableScope): Problem[] {
  const texts = textsOf(placed.message, placed.path)
  return [
    ...texts.flatMap((text) => lengthProblems(text, scope)),
    ...buttonProblems(placed),
    ...someProblems(texts, ({ text, path }) => variableProblems(text, path, scope)),
  ]
}

function rejectProblems({ reject, name, path }: PlacedReject, scope: VariableScope): Problem[] {
  const common = { ...nodeAt(path), path }
  const message = reject.message
    ? messageProblems({ message: reject.message, path: [...path, 'message'] }, scope)
    : []
  if (reject.silent && !reject.reason?.trim())
    return [
      ...message,
      error({
        code: 'silent_without_reason',
        ...common,
        message: `${name} rejects calls without a word and does not say why.`,
        hint: 'Write down the reason, or send the caller a message instead.',
      }),
    ]
  if (reject.silent || reject.message) return message
  return [
    error({
      code: 'reject_without_message',
      ...common,
      message: `${name} rejects calls and leaves the caller without an answer.`,
      hint: 'Write a message to the caller, or make it silent and give the reason.',
    }),
  ]
}

/** What is wrong with everything that callers or colleagues are told. */
export function textProblems(policy: Policy, scope: VariableScope): Problem[] {
  const { fallback } = policy
  const nodes = someProblems(Object.entries(policy.nodes), ([id, node]) => {
    const path = ['nodes', id]
    if (node.kind === 'notify') return variableProblems(node.text, [...path, 'text'], scope)
    if (node.kind !== 'reject') return []
    return rejectProblems({ reject: node, name: nameOf(id, node), path }, scope)
  })
  if (fallback.kind !== 'reject') return nodes
  return [
    ...nodes,
    ...rejectProblems({ reject: fallback, name: 'The fallback', path: ['fallback'] }, scope),
  ]
}
