import type { LucideIcon } from 'lucide-react'
import {
  AlarmClock,
  CheckCheck,
  CircleSlash2,
  MessageCircle,
  MessageSquareReply,
  MousePointerClick,
  PhoneForwarded,
  PhoneMissed,
  PhoneOutgoing,
  RotateCcw,
  StickyNote,
  TriangleAlert,
  UserRound,
  Voicemail,
} from 'lucide-react'
import { Link } from '@tanstack/react-router'
import type { TFunction } from 'i18next'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { actionStates } from '../../../server/schema/action.ts'
import type { LeadCallView, LeadDetail, LeadEvent, LeadTold } from '../../../server/schema/lead.ts'
import { Time } from '../../parts/time.tsx'
import { wholeTime } from './due.tsx'
import styles from './leads.module.css'

interface Entry {
  readonly at: string
  readonly icon: LucideIcon
  readonly title: ReactNode
  readonly text?: ReactNode
}

const talked = (seconds: number | null): string => {
  const whole = seconds ?? 0
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
}

function titleOfCall(call: LeadCallView, t: TFunction): { icon: LucideIcon; title: string } {
  const duration = talked(call.durationSeconds)
  if (call.direction === 'outbound')
    return call.durationSeconds === null
      ? { icon: PhoneOutgoing, title: t('leads.event.callbackUnanswered') }
      : { icon: PhoneOutgoing, title: t('leads.event.callback', { duration }) }
  if (call.missed)
    return { icon: PhoneMissed, title: t('leads.event.missed', { why: call.why?.text ?? '' }) }
  if (call.durationSeconds !== null)
    return { icon: PhoneForwarded, title: t('leads.event.connected', { duration }) }
  return call.status === 'ringing' || call.status === 'in_progress'
    ? { icon: PhoneForwarded, title: t('leads.event.ongoing') }
    : { icon: CircleSlash2, title: t('leads.event.ignored') }
}

function callEntry(call: LeadCallView, t: TFunction): Entry {
  const rang =
    call.missed && call.rangSeconds !== null && t('leads.event.rang', { count: call.rangSeconds })
  return {
    at: call.at,
    ...titleOfCall(call, t),
    text: (
      <>
        {rang && `${rang} · `}
        {call.release !== null && `${call.policy ?? ''} ${call.release} · `}
        <Link to="/calls/$ref" params={{ ref: call.ref }}>
          {t('leads.seeCall')}
        </Link>
      </>
    ),
  }
}

const suppressions = ['silent', 'opted_out', 'sent_recently', 'daily_cap'] as const

function whyNotTold(told: LeadTold, t: TFunction): string {
  const reason = suppressions.find((one) => one === told.reason)
  if (reason) return t(`leads.event.suppressed.${reason}`)
  const state = actionStates.find((one) => one === told.state)
  return t('leads.event.suppressed.other', { state: state ? t(`calls.state.${state}`) : '' })
}

/** What we told somebody after a call, and what became of that. */
function toldEntries(told: LeadTold, t: TFunction): Entry[] {
  const isOut = ['done', 'claimed', 'pending', 'uncertain'].includes(told.state)
  if (!isOut && told.failedAt === null)
    return [{ at: told.at, icon: CircleSlash2, title: t('leads.event.toldNot'), text: whyNotTold(told, t) }] // prettier-ignore
  const { promise, link } = told
  const promised =
    promise && t(`leads.event.promise.${promise.state}`, { time: wholeTime(promise.dueAt) })
  const entries: Entry[] = [
    {
      at: told.at,
      icon: MessageSquareReply,
      title: t('leads.event.told'),
      text: (
        <>
          “{told.text}”{promised && <strong> {promised}</strong>}
        </>
      ),
    },
  ]
  if (told.failedAt !== null)
    entries.push({ at: told.failedAt, icon: TriangleAlert, title: t('leads.event.refused') })
  if (told.readAt !== null)
    entries.push({ at: told.readAt, icon: CheckCheck, title: t('leads.event.read') })
  else if (told.deliveredAt !== null)
    entries.push({ at: told.deliveredAt, icon: CheckCheck, title: t('leads.event.delivered') })
  if (link?.openedAt)
    entries.push({
      at: link.openedAt,
      icon: MousePointerClick,
      title: t('leads.event.opened', { label: link.label }),
      text: t('leads.event.openedTimes', { count: link.opens }),
    })
  return entries
}

function statusTitle(event: LeadEvent, t: TFunction): string {
  const { actor, status, via } = event
  if (status === 'converted' || status === 'dismissed') return t(`leads.event.${status}`, { actor })
  if (status !== 'contacted') return t('leads.event.back', { actor })
  const how = via === null ? '' : ` ${t(`leads.event.via.${via}`)}`
  return `${t('leads.event.contacted', { actor })}${how}`
}

function eventEntry(event: LeadEvent, t: TFunction): Entry {
  const { at, actor, text } = event
  switch (event.kind) {
    case 'note':
      return { at, icon: StickyNote, title: t('leads.event.note', { actor }), text }
    case 'assigned':
      return {
        at,
        icon: UserRound,
        title:
          event.assignee === null
            ? t('leads.event.unassigned', { actor })
            : t('leads.event.assigned', { actor, who: event.assignee }),
      }
    case 'due':
      return {
        at,
        icon: AlarmClock,
        title:
          event.dueAt === null
            ? t('leads.event.noDue', { actor })
            : t('leads.event.due', { actor, time: wholeTime(event.dueAt) }),
      }
    case 'reopened':
      return { at, icon: RotateCcw, title: t('leads.event.reopened') }
    case 'asked':
      return { at, icon: MessageSquareReply, title: t('leads.event.asked', { actor }) }
    case 'status': {
      const { value, currency } = event
      const worth = value === null || currency === null ? text : money(value, currency)
      return { at, icon: UserRound, title: statusTitle(event, t), text: worth }
    }
  }
}

/** An amount as people write it; a currency nobody knows stands beside the number. */
export function money(value: number, currency: string): string {
  try {
    return new Intl.NumberFormat(undefined, { style: 'currency', currency }).format(value)
  } catch {
    return `${value} ${currency}`
  }
}

function entriesOf(lead: LeadDetail, t: TFunction): Entry[] {
  const words = lead.words.map(({ at, kind, text }) => ({
    at,
    icon: kind === 'voicemail' ? Voicemail : MessageCircle,
    title: t(`leads.event.${kind}`),
    text: text === null ? undefined : `“${text}”`,
  }))
  return [
    ...lead.calls.map((call) => callEntry(call, t)),
    ...lead.calls.flatMap(({ told }) => told.flatMap((one) => toldEntries(one, t))),
    ...words,
    ...lead.events.map((event) => eventEntry(event, t)),
  ].toSorted((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0))
}

/** All that happened between somebody and us, the newest first. */
export function LeadTimeline({ lead }: { lead: LeadDetail }) {
  const { t } = useTranslation()
  const entries = entriesOf(lead, t)
  if (entries.length === 0) return <p className="muted">{t('leads.happenedNothing')}</p>
  return (
    <ol className={styles.timeline}>
      {entries.map(({ at, icon: Icon, title, text }, index) => (
        <li key={`${at}-${index}`}>
          <span className={`${styles.when} muted`}>
            <Time at={at} />
          </span>
          <span className={styles.dot} aria-hidden>
            <Icon size={14} />
          </span>
          <span className={styles.what}>
            <strong className="given">{title}</strong>
            {text && <span className="given">{text}</span>}
          </span>
        </li>
      ))}
    </ol>
  )
}
