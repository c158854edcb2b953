import type { Known } from './engine-support.ts'
import { policyOf } from './engine-support.ts'

const text = (message: string) => ({ kind: 'reject', message: { text: message } })

/** The example of the contract, section 1. */
export const mainLine = policyOf(
  {
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
    tooMany: text('You have called several times. Please write to us here and we will answer.'),
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
    sorry: text('We are open again {{hours.support.nextOpen | time: "ccc HH:mm"}}.'),
    crm: {
      kind: 'crm',
      deadlineMs: 80,
      exits: { found: 'team', missing: 'lead', unknown: 'team' },
    },
    lead: text('Please tell us who you are.'),
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
  { id: 'main-line', name: 'Main line' },
)

/** A stranger's first call in office hours, with somebody at the desk and a CRM that knows them. */
export const quietDay: Known = {
  'caller.blocked': false,
  'velocity.caller.10m': 1,
  'caller.priority': 0,
  'hours.support': 'open',
  'crm.found': true,
  'agents.support.status': 'available',
}
