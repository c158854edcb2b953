import type { FeedEvent } from '../db/commands/feed.ts'
import { explain } from '../policy/explain/explain.ts'
import { english } from '../policy/say/words.ts'
import type { Actor } from '../schema/access.ts'
import type { CallView } from '../schema/call.ts'
import { hideFacts } from '../policy/hidden-facts.ts'
import type { DecisionView } from '../schema/decision.ts'
import { factSpec } from '../schema/facts.ts'
import type { FactValue } from '../schema/facts.ts'
import type { Installation } from '../schema/installation.ts'
import type { LeadDetail, LeadView } from '../schema/lead.ts'
import { hidden, maskPhone, seesFact, seesNumbers } from '../schema/privacy.ts'

const maskedPhone = (phone: string | null): string | null => phone && maskPhone(phone)

/** A call as somebody may see it: without the right to numbers, its provider's id is its reference. */
export function maskCall(call: CallView, actor: Actor): CallView {
  if (seesNumbers(actor)) return call
  const isInbound = call.direction === 'inbound'
  return {
    ...call,
    call_id: call.ref,
    from_number: isInbound ? maskedPhone(call.from_number) : call.from_number,
    to_number: isInbound ? call.to_number : maskedPhone(call.to_number),
    user_id: null,
    contact: call.contact && {
      ...call.contact,
      name: null,
      phone_number: maskedPhone(call.contact.phone_number),
    },
  }
}

/** A lead as somebody may see it. */
export function maskLead(lead: LeadView, actor: Actor): LeadView {
  if (seesNumbers(actor)) return lead
  return {
    ...lead,
    phone: maskedPhone(lead.phone),
    userId: null,
    name: null,
    dismissedFor: lead.dismissedFor && hidden,
    told: lead.told && { ...lead.told, text: hidden },
  }
}

/** A lead with all that happened, as somebody may see it: texts that may name somebody are hidden. */
export function maskLeadDetail(lead: LeadDetail, actor: Actor): LeadDetail {
  if (seesNumbers(actor)) return lead
  const hide = (text: string | null) => text && hidden
  return {
    ...lead,
    ...maskLead(lead, actor),
    calls: lead.calls.map((call) => ({
      ...call,
      told: call.told.map((told) => ({
        ...told,
        text: hidden,
        link: told.link && { ...told.link, label: hidden, target: null },
      })),
    })),
    words: lead.words.map((word) => ({ ...word, text: hide(word.text) })),
    events: lead.events.map((event) => ({ ...event, text: hide(event.text) })),
  }
}

const maskValue = (value: FactValue): string =>
  typeof value === 'string' && /^\+\d{8,15}$/.test(value) ? maskPhone(value) : hidden

/** A decision as somebody may see it. */
export function maskDecision(
  view: DecisionView,
  actor: Actor,
  installation: Installation,
): DecisionView {
  const isHidden = (name: string): boolean =>
    // a fact that does not exist any more may have been about a person
    !seesFact(actor, factSpec(name, installation)?.privacy ?? 'personal')
  const masked = hideFacts(view, { isHidden, mask: maskValue, placeholder: hidden })
  const shown = { ...masked, sentence: explain(masked, { words: english }) }
  if (seesNumbers(actor)) return shown
  // a provider's words of refusal may hold what was sent
  const actions = shown.actions.map(({ error, text, ...action }) => ({
    ...action,
    ...(error === undefined ? {} : { error: hidden }),
    ...(text === undefined ? {} : { text: hidden }),
  }))
  return { ...shown, callId: view.ref, actions }
}

/** Parts of events that hold texts with what a policy wrote of a caller. */
const textsOf: Readonly<Record<string, readonly string[]>> = { notify: ['text'] }

/** The document of a live event as somebody may see it. */
export function maskEvent({ type, doc }: Pick<FeedEvent, 'type' | 'doc'>, actor: Actor): unknown {
  const names = textsOf[type] ?? []
  if (seesNumbers(actor) || names.length === 0 || typeof doc !== 'object' || doc === null)
    return doc
  const shown = Object.entries(doc).map(([name, value]: [string, unknown]) => [
    name,
    names.includes(name) ? hidden : value,
  ])
  return Object.fromEntries(shown)
}
