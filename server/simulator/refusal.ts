import type { Person } from './people.ts'
import { isWithinCallHours } from './settings.ts'
import type { Line, Refusal, World } from './world.ts'
import { activeCallsOf, isRestricted, pairKey } from './world.ts'

/** Why this person cannot ring this line now; undefined if they can (whatsapp-calling.md 4.3, 8). */
export function refusalOf(world: World, line: Line, person: Person): Refusal | undefined {
  const { calling } = line
  if (calling.status !== 'ENABLED') return 'calling_disabled'
  if (isRestricted(world, line, 'RESTRICTED_USER_INITIATED_CALLING')) return 'restricted'
  if (line.blocked.has(person.userId)) return 'blocked'
  const { holidayMeans, concurrentCalls } = world.switches
  if (!isWithinCallHours(calling.call_hours, world.clock.now(), holidayMeans)) {
    return 'outside_call_hours'
  }
  if (world.activePairs.has(pairKey(line, person))) return 'busy'
  const isCrowded = world.activeCalls.size >= concurrentCalls
  return isCrowded && activeCallsOf(world, line) >= concurrentCalls ? 'too_many_calls' : undefined
}

/** Logs a call that never rang. */
export function noteRefusal(
  world: World,
  { line, person, refusal }: { line: Line; person: Person; refusal: Refusal },
): void {
  world.log.count(`call.refused.${refusal}`)
  world.log.add({
    kind: 'call',
    callId: '',
    line: line.id,
    direction: 'USER_INITIATED',
    from: person.phone,
    userId: person.userId,
    state: 'refused',
    reason: refusal,
  })
}
