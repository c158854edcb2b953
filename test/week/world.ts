/** The lines of the week, their policies, and what is seeded; the recount has its own idea of each. */

/** Phone-number ids. */
export const lines = { main: '1001', sales: '1002', quiet: '1003', broken: '1004' } as const
export type LineId = (typeof lines)[keyof typeof lines]

/** A Monday that is still to come, so that nothing of the week is too old for anything. */
export const weekStart = Date.parse('2030-01-07T00:03:17.000Z')
/** Deliveries come at these instants; no gap of the rules is a multiple of it. */
export const tickMs = 31 * 60_000
export const ticksOfWeek = Math.floor((7 * 24 * 60 * 60_000) / tickMs)
/** Deliveries may be this much late. */
export const ticksInAll = ticksOfWeek + 60
export const timeOf = (tick: number): number => weekStart + tick * tickMs

const reject = (text: string, url?: string) => ({
  kind: 'reject',
  message: { text, ...(url === undefined ? {} : { url: { label: 'Tell us more', href: url } }) },
})
const policy = (id: string, line: LineId, start: string, nodes: Record<string, unknown>) => ({
  schema: 1,
  id,
  name: id,
  numbers: [line],
  start,
  fallback: reject('Sorry, please write to us.'),
  nodes,
})
const hours = (open: string) => ({
  kind: 'hours',
  calendar: 'office',
  exits: { open, closed: 'closed', holiday: 'closed' },
})

export const policies = [
  policy('week-main', lines.main, 'blocked', {
    blocked: {
      kind: 'condition',
      when: { fact: 'caller.blocked', operator: 'equal', value: true },
      exits: { yes: 'bye', no: 'vip' },
    },
    bye: { kind: 'reject', silent: true, reason: 'blocked' },
    vip: { kind: 'vip', minPriority: 80, exits: { yes: 'gold', no: 'hours' } },
    gold: reject('We call you back.'),
    hours: hours('team'),
    closed: reject(
      'We are open again {{hours.office.nextOpen | time: "ccc HH:mm"}}.',
      'https://example.com/book?c={{call.id}}',
    ),
    team: {
      kind: 'agents',
      team: 'support',
      exits: { available: 'gold', busy: 'busy', dnd: 'busy', offline: 'busy', unknown: 'busy' },
    },
    busy: reject('Everybody is busy.'),
  }),
  policy('week-sales', lines.sales, 'hours', {
    hours: hours('ring'),
    closed: reject('Sales is closed.'),
    ring: { kind: 'accept', target: { team: 'support' }, otherwise: 'later' },
    later: reject('Nobody could take your call.'),
  }),
  policy('week-quiet', lines.quiet, 'spam', {
    spam: {
      kind: 'condition',
      when: { fact: 'caller.tier', operator: 'equal', value: 'spam' },
      exits: { yes: 'silence', no: 'form' },
    },
    silence: { kind: 'reject', silent: true, reason: 'spam' },
    form: reject('Please fill in the form.', 'https://example.com/form'),
  }),
  // there is no CRM, and no exit for what is unknown: the fallback answers
  policy('week-broken', lines.broken, 'crm', {
    crm: { kind: 'crm', deadlineMs: 5, exits: { found: 'known', missing: 'known' } },
    known: reject('Hello.'),
  }),
]

const day = [['09:00', '17:00']]
export const seeds = {
  'calendars.json': {
    office: { zone: 'UTC', weekly: { mon: day, tue: day, wed: day, thu: day, fri: day } },
  },
  'agents.json': [{ id: 'a1', name: 'Ada', teams: ['support'], status: 'busy' }],
  'numbers.json': Object.entries(lines).map(([name, id]) => ({
    id,
    display: `+1555000${id}`,
    name,
    team: name === 'main' ? 'support' : name,
  })),
}
