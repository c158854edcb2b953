import type { ArmFigures, CanaryFigures, GuardName, Guards, Verdict } from '../schema/canary.ts'
import { guardNames } from '../schema/canary.ts'
import type { Sample } from './evidence.ts'
import { evidenceOfHarm } from './evidence.ts'

/** The chance with which a canary that is no worse than allowed may be rolled back, over its whole life. */
const falseAlarms = 0.01

/** Callers of one side who were harmed in the sense of a guard. */
function harmedBy(guard: GuardName, figures: ArmFigures): Sample {
  const { callers } = figures
  switch (guard) {
    case 'answerRate':
      return { callers, harmed: callers - figures.answered }
    case 'errorRate':
      return { callers, harmed: figures.errors }
    case 'budgetMisses':
      return { callers, harmed: figures.budgetMisses }
    case 'complaints':
      return { callers, harmed: figures.complaints }
  }
}

function share(guard: GuardName, { callers, harmed }: Sample): number | null {
  if (callers === 0) return null
  const told = guard === 'answerRate' ? callers - harmed : harmed
  return Math.round((1000 * told) / callers) / 10
}

const rounded = (value: number): number =>
  value < 10 ? Math.round(value * 10) / 10 : Math.round(value)

/**
 * What each guard that is watched says of the figures. Callers are counted, not calls, since calls of one
 * caller go the same way; the chance of a false alarm is shared out evenly among the guards.
 */
export function judge(guards: Guards, { canary, control }: CanaryFigures): Verdict[] {
  const watched = guardNames.filter((guard) => guards[guard] !== null)
  const needed = Math.round(watched.length / falseAlarms)
  const isEnough = Math.min(canary.callers, control.callers) >= guards.minCallers
  return watched.map((guard) => {
    const [ours, theirs] = [harmedBy(guard, canary), harmedBy(guard, control)]
    const evidence = evidenceOfHarm(ours, theirs, (guards[guard] ?? 0) / 100)
    return {
      guard,
      canary: share(guard, ours),
      control: share(guard, theirs),
      evidence: rounded(evidence),
      needed,
      isBroken: isEnough && evidence >= needed,
    }
  })
}

const names: Readonly<Record<GuardName, string>> = {
  answerRate: 'callers who were given to somebody who answers',
  errorRate: 'callers who met an error of ours',
  budgetMisses: 'decisions over their budget',
  complaints: 'callers who answered "stop"',
}

/** Why a canary is rolled back, in words. */
export function whyBroken(verdict: Verdict, guards: Guards, figures: CanaryFigures): string {
  const { guard, canary, control, evidence, needed } = verdict
  const allowed = guards[guard] ?? 0
  const worse = guard === 'answerRate' ? 'fewer' : 'more'
  return (
    `${names[guard]}: ${canary ?? 0} % of ${figures.canary.callers} on the canary, ` +
    `${control ?? 0} % of ${figures.control.callers} on live. At most ${allowed} points ${worse} were ` +
    `allowed; the evidence for more is ${evidence.toLocaleString('en')} to 1 (${needed} were needed).`
  )
}
