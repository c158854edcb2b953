import { toIso } from '../clock.ts'
import type { PlannedAction } from '../db/commands/decision.ts'
import { promisedTime } from '../policy/promised.ts'
import { renderMessage, renderText } from '../policy/render.ts'
import type { RenderContext } from '../policy/render.ts'
import type { Recipient } from '../schema/action.ts'
import type { Message, RenderedMessage } from '../schema/message.ts'
import type { AcceptTarget, EffectNode } from '../schema/policy.ts'
import type { AnyOutcome, Decided } from './decide.ts'

const minute = 60_000

/** Deadlines of actions, counted from the call's offer (contract, section 4). */
const deadlines = {
  reject: minute,
  message: 15 * minute,
  notify: minute,
  block: 15 * minute,
} as const

export interface PlanInput {
  readonly decided: Decided
  readonly callId: string
  readonly ref: string
  readonly to: Recipient
  /** Epoch ms of the offer, by our clock. */
  readonly offeredAt: number
  readonly now: number
  readonly team: string | null
  /** The channel can block a person at the provider too. */
  readonly canBlock: boolean
  readonly render: RenderContext
  /** Gives a link of ours that leads to an address; undefined where there is no PUBLIC_URL. */
  readonly linkTo?: LinkTo | undefined
}

/** A link of ours for an address; undefined for one that is ours already. */
export type LinkTo = (
  target: string,
) => { readonly token: string; readonly href: string } | undefined

export interface Plan {
  readonly actions: PlannedAction[]
  readonly tags: string[]
  readonly blockedUntil?: string
  readonly restriction?: { queue: string; until: string }
}

function targetOf(outcome: AnyOutcome): AcceptTarget | undefined {
  return outcome.kind === 'accept' ? outcome.target : undefined
}

/** What one effect adds to the plan, as actions. */
function effectActions(effect: EffectNode, index: number, input: PlanInput): PlannedAction[] {
  const key = `${input.ref}:${effect.kind}:${index}`
  switch (effect.kind) {
    case 'notify': {
      const target = targetOf(input.decided.outcome)
      return [
        {
          key,
          deadlineAt: toIso(input.offeredAt + deadlines.notify),
          payload: {
            type: 'notify',
            level: effect.level,
            text: renderText(effect.text, input.render),
            ...(target ? { target } : {}),
            ...(input.team === null ? {} : { team: input.team }),
          },
        },
      ]
    }
    case 'block':
      return input.canBlock
        ? [
            {
              key,
              deadlineAt: toIso(input.offeredAt + deadlines.block),
              payload: { type: 'block', to: input.to, minutes: effect.minutes },
            },
          ]
        : []
    case 'tag':
    case 'restrict':
      return []
  }
}

/** A reject and its message: nobody is rejected into silence but on purpose, and then it says so. */
function rejectActions(outcome: AnyOutcome, input: PlanInput): PlannedAction[] {
  if (outcome.kind !== 'reject') return []
  const reject: PlannedAction = {
    key: `${input.ref}:reject`,
    deadlineAt: toIso(input.offeredAt + deadlines.reject),
    payload: { type: 'reject', callId: input.callId, to: input.to },
  }
  const planned = {
    key: `${input.ref}:message`,
    deadlineAt: toIso(input.offeredAt + deadlines.message),
  }
  if (outcome.message === undefined) {
    const payload = { type: 'message' as const, to: input.to, message: { text: '' } }
    return [reject, { ...planned, payload, suppressed: 'silent' }]
  }
  const { message, link } = followUp(outcome.message, input)
  const payload = { type: 'message' as const, to: input.to, message }
  return [reject, { ...planned, payload, ...(link && { link }) }]
}

/** The message of a reject, with a link of ours in place of the address, and the time it names. */
function followUp(
  message: Message,
  input: PlanInput,
): { message: RenderedMessage; link?: PlannedAction['link'] } {
  const rendered = renderMessage(message, input.render)
  const promised = promisedTime(message, input.render, input.now)
  const told = { ...rendered, ...(promised !== undefined && { promises: toIso(promised) }) }
  const link = rendered.url && input.linkTo?.(rendered.url.href)
  if (!rendered.url || !link) return { message: told }
  const { label, href: target } = rendered.url
  return {
    message: { ...told, url: { label, href: link.href } },
    link: { token: link.token, target },
  }
}

/** The actions and effects of a decision, with keys that a second attempt would repeat. */
export function plan(input: PlanInput): Plan {
  const { effects, outcome } = input.decided
  const until = (minutes: number): string => toIso(input.now + minutes * minute)
  const blocks = effects.flatMap((effect) => (effect.kind === 'block' ? [effect.minutes] : []))
  const restriction = effects.findLast((effect) => effect.kind === 'restrict')
  return {
    actions: [
      ...rejectActions(outcome, input),
      ...effects.flatMap((effect, index) => effectActions(effect, index, input)),
    ],
    tags: effects.flatMap((effect) => (effect.kind === 'tag' ? effect.tags : [])),
    ...(blocks.length > 0 ? { blockedUntil: until(Math.max(...blocks)) } : {}),
    ...(restriction
      ? { restriction: { queue: restriction.queue, until: until(restriction.minutes) } }
      : {}),
  }
}
