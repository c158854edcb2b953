/** What each sign of a warm lead is worth; the sum is capped at 100. */
export const leadWeights = {
  called: 10,
  /** Each further call, and at most so much for all of them. */
  calledAgain: 12,
  calledAgainMost: 36,
  /** Further calls that came within so many seconds. */
  hurry: 8,
  hurrySeconds: 2 * 60 * 60,
  calledAfterMessage: 12,
  contact: 4,
  /** Times the contact's priority, 0 to 100. */
  priority: 0.3,
  tier: 10,
  /** From this priority on we call it VIP. */
  vipPriority: 50,
} as const

/** What a lead's score rests on: nothing but what is stored, no clock. */
export interface ScoreInput {
  readonly attempts: number
  /** From the first of these calls to the last. */
  readonly spanSeconds: number
  /** Called again after a message of ours had gone out. */
  readonly calledAfterMessage: boolean
  readonly isContact: boolean
  readonly priority: number
  /** `none` for no tier. */
  readonly tier: string
}

export interface Score {
  /** 0 to 100, whole. */
  readonly score: number
  /** In plain words, the weightiest first. */
  readonly reasons: readonly string[]
}

const units = [
  { seconds: 24 * 60 * 60, name: 'day' },
  { seconds: 60 * 60, name: 'hour' },
  { seconds: 60, name: 'minute' },
] as const

/** Rounded up in the largest unit that fits: "2 hours". */
function spanWords(seconds: number): string {
  const unit = units.find((one) => seconds > one.seconds) ?? units[2]
  const count = Math.max(1, Math.ceil(seconds / unit.seconds))
  return `${count} ${unit.name}${count === 1 ? '' : 's'}`
}

interface Part {
  readonly points: number
  readonly reason: string
}

function callParts({ attempts, spanSeconds, calledAfterMessage }: ScoreInput): Part[] {
  const w = leadWeights
  if (attempts < 2) return [{ points: w.called, reason: 'called once' }]
  const again = Math.min(w.calledAgainMost, w.calledAgain * (attempts - 1))
  const hurry = spanSeconds <= w.hurrySeconds ? w.hurry : 0
  const reason = `called ${attempts} times in ${spanWords(spanSeconds)}`
  const parts = [{ points: w.called + again + hurry, reason }]
  if (calledAfterMessage)
    parts.push({ points: w.calledAfterMessage, reason: 'called again after our message' })
  return parts
}

function contactParts({ isContact, priority, tier }: ScoreInput): Part[] {
  if (!isContact) return []
  const w = leadWeights
  const known = Math.min(100, Math.max(0, priority))
  const name = known >= w.vipPriority ? 'VIP priority' : 'priority'
  return [
    { points: w.contact, reason: 'in the address book' },
    ...(known > 0 ? [{ points: w.priority * known, reason: `${name} ${known}` }] : []),
    ...(tier === 'none' || tier === '' ? [] : [{ points: w.tier, reason: `${tier} customer` }]),
  ]
}

/** How warm a lead is, and why. */
export function scoreLead(input: ScoreInput): Score {
  const parts = [...callParts(input), ...contactParts(input)]
  const sum = parts.reduce((total, { points }) => total + points, 0)
  const ordered = parts.toSorted((a, b) => b.points - a.points)
  return { score: Math.min(100, Math.round(sum)), reasons: ordered.map(({ reason }) => reason) }
}
