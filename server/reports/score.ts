import type { LeadWeights } from '../schema/lead-score.ts'

/** What a lead's score rests on: nothing but what is stored, no clock. */
export interface ScoreInput {
  readonly attempts: number
  /** From the first of these calls to the last. */
  readonly spanSeconds: number
  /** Called again after a message of ours had gone out. */
  readonly calledAfterMessage: boolean
  /** Opened the link of a message of ours. */
  readonly openedLink: boolean
  readonly isContact: boolean
  readonly priority: number
  /** `none` for no tier. */
  readonly tier: string
}

export interface Score {
  /** 0 to 100, whole. */
  readonly score: number
  /** In plain words, the weightiest first; a sign that is worth nothing is no reason. */
  readonly reasons: readonly ScoreReason[]
}

export interface ScoreReason {
  readonly text: string
  /** Before the sum is rounded and capped. */
  readonly points: number
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

type Part = ScoreReason

function callParts(input: ScoreInput, w: LeadWeights): Part[] {
  const { attempts, spanSeconds } = input
  if (attempts < 2) return [{ points: w.called, text: 'called once' }]
  const again = Math.min(w.calledAgainMost, w.calledAgain * (attempts - 1))
  const hurry = spanSeconds <= w.hurryMinutes * 60 ? w.hurry : 0
  const text = `called ${attempts} times in ${spanWords(spanSeconds)}`
  const parts = [{ points: w.called + again + hurry, text }]
  if (input.calledAfterMessage)
    parts.push({ points: w.calledAfterMessage, text: 'called again after our message' })
  return parts
}

function contactParts({ isContact, priority, tier }: ScoreInput, w: LeadWeights): Part[] {
  if (!isContact) return []
  const known = Math.min(100, Math.max(0, priority))
  const name = known >= w.vipPriority ? 'VIP priority' : 'priority'
  return [
    { points: w.contact, text: 'in the address book' },
    { points: (w.priority * known) / 100, text: `${name} ${known}` },
    { points: tier === 'none' || tier === '' ? 0 : w.tier, text: `${tier} customer` },
  ]
}

/** How warm a lead is, and why. */
export function scoreLead(input: ScoreInput, weights: LeadWeights): Score {
  const all = [
    ...callParts(input, weights),
    ...(input.openedLink ? [{ points: weights.openedLink, text: 'opened our link' }] : []),
    ...contactParts(input, weights),
  ]
  const reasons = all.filter(({ points }) => points > 0).sort((a, b) => b.points - a.points)
  const sum = reasons.reduce((total, { points }) => total + points, 0)
  return { score: Math.min(100, Math.round(sum)), reasons }
}
