import { calendarsSchema } from '../../server/schema/calendar.ts'
import type { Installation } from '../../server/schema/installation.ts'
import { emptyInstallation } from '../../server/schema/installation.ts'
import type { Policy } from '../../server/schema/policy.ts'
import { policySchema } from '../../server/schema/policy.ts'
import type { Problem } from '../../server/schema/problem.ts'
import { validate } from '../../server/policy/validate/validate.ts'

/** A Friday morning. */
export const at = Date.parse('2026-11-20T09:00:00Z')

const calendars = calendarsSchema.parse({
  support: {
    zone: 'Europe/Paris',
    weekly: { mon: [['09:00', '17:00']], fri: [['09:00', '17:00']] },
  },
  never: { zone: 'UTC' },
})

/** What the example of the contract needs: a calendar, a team, an assistant, a CRM. */
export const installation: Installation = {
  ...emptyInstallation,
  calendars,
  agents: [{ id: 'ana', teams: ['support'], status: 'available', callEnabled: true }],
  assistants: [{ id: 'reception', adapter: 'json', url: 'https://assistant.example' }],
  connectors: ['default'],
  declared: {
    attributes: [
      { name: 'plan', type: 'string', default: 'free', privacy: 'none' },
      { name: 'city', type: 'string', privacy: 'none' },
      { name: 'renewal', type: 'instant', privacy: 'none' },
    ],
    crm: [{ name: 'tier', type: 'string', privacy: 'none' }],
    mapping: {},
  },
}

/** The example of the contract, section 1. */
export const mainLine: object = {
  schema: 1,
  id: 'main-line',
  name: 'Main line',
  description: '…',
  numbers: ['*'],
  budgetMs: 150,
  start: 'blocked',
  fallback: {
    kind: 'reject',
    message: { text: 'Sorry, we could not take your call. We will get back to you.' },
  },
  nodes: {
    blocked: {
      kind: 'condition',
      label: 'Blocked?',
      when: { any: [{ fact: 'caller.blocked', operator: 'equal', value: true }] },
      exits: { yes: 'bye', no: 'spam', unknown: 'spam' },
    },
    bye: { kind: 'reject', silent: true, reason: 'blocked by an operator' },
    spam: {
      kind: 'velocity',
      scope: 'caller',
      limit: 5,
      windowMinutes: 10,
      exits: { exceeded: 'hold', within: 'vip', unknown: 'vip' },
    },
    hold: { kind: 'block', minutes: 60, next: 'tooMany' },
    tooMany: {
      kind: 'reject',
      message: {
        text: 'You have called several times. Please write to us here and we will answer.',
      },
    },
    vip: {
      kind: 'vip',
      minPriority: 80,
      exits: { yes: 'alert', no: 'hours', unknown: 'hours' },
    },
    alert: {
      kind: 'notify',
      level: 'high',
      text: 'VIP {{caller.name | default: "caller"}} is ringing',
      next: 'toOwner',
    },
    toOwner: {
      kind: 'accept',
      target: { owner: true },
      strategy: 'ring_all',
      ringSeconds: 15,
      otherwise: 'vm',
    },
    hours: {
      kind: 'hours',
      calendar: 'support',
      exits: { open: 'crm', closed: 'sorry', holiday: 'sorry', unknown: 'crm' },
    },
    sorry: {
      kind: 'reject',
      message: {
        text: 'We are open again {{hours.support.nextOpen | time: "ccc HH:mm"}}.',
        url: { label: 'Book a callback', href: 'https://example.com/book?c={{call.id}}' },
      },
    },
    crm: {
      kind: 'crm',
      deadlineMs: 80,
      exits: { found: 'team', missing: 'lead', unknown: 'team' },
    },
    lead: { kind: 'reject', message: { text: '…lead form…' } },
    team: {
      kind: 'agents',
      team: 'support',
      exits: { available: 'toTeam', busy: 'ai', dnd: 'sorry', unknown: 'toTeam' },
    },
    toTeam: {
      kind: 'accept',
      target: { team: 'support' },
      strategy: 'round_robin',
      ringSeconds: 20,
      otherwise: 'vm',
    },
    ai: { kind: 'ai_pickup', assistant: 'reception', otherwise: 'vm' },
    vm: { kind: 'voicemail', mode: 'record', greeting: 'default', maxSeconds: 120 },
  },
  layout: { hours: { x: 320, y: 80 } },
}

/** A policy of the nodes given, started at the first one, with a node `end` to lead exits to. */
export function policyOf(nodes: Record<string, object>, more: object = {}): Policy {
  return policySchema.parse({
    schema: 1,
    id: 'test',
    name: 'Test',
    numbers: [],
    start: Object.keys(nodes)[0] ?? 'end',
    fallback: { kind: 'reject', message: { text: 'Sorry.' } },
    nodes: { ...nodes, end: { kind: 'reject', message: { text: 'Please write to us.' } } },
    ...more,
  })
}

export function check(nodes: Record<string, object>, more: object = {}): Problem[] {
  return validate(policyOf(nodes, more), { installation, at })
}

/** Where and what, in short: `error cycle a`. */
export function brief(problems: readonly Problem[]): string[] {
  return problems.map(({ severity, code, node }) => [severity, code, node ?? '-'].join(' '))
}
