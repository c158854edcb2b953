import type { ClosedBy, LeadCall, LeadMessage, Moment, Word } from './lead-state.ts'
import { byTime, isSince, messageMoment, messageWord, readCalls } from './lead-state.ts'

/** A lead as it was at one time: the missed calls between two words of a person. */
export interface LeadRun {
  readonly calls: readonly LeadCall[]
  readonly opened: Moment
  readonly closed: { readonly at: string; readonly by: ClosedBy } | undefined
}

/** All leads a person ever was, in order, by the rules of `leadOf`. */
export function leadRuns(calls: readonly LeadCall[], messages: readonly LeadMessage[]): LeadRun[] {
  const part = readCalls(calls)
  if (!part) return []
  const words: Word[] = [...messages.map(messageWord), ...part.talks].sort(byTime)
  const runs: { calls: LeadCall[]; opened: Moment; closed: LeadRun['closed'] }[] = []
  let word = 0
  let last = -1
  for (const { call, moment } of part.misses) {
    for (let next = words[word]; next && !isSince(next, moment); next = words[word]) word += 1
    const closing = words[word]
    if (word !== last)
      runs.push({
        calls: [],
        opened: moment,
        closed: closing && { at: closing.at, by: closing.by },
      })
    runs.at(-1)?.calls.push(call)
    last = word
  }
  return runs
}

/** Messages in the order they were written. */
export const inOrder = (messages: readonly LeadMessage[]): Moment[] =>
  messages.map(messageMoment).sort(byTime)
