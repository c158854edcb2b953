import { use, useState } from 'react'
import { caseCaller } from '../../../server/policy/case-caller.ts'
import { memoryFacts, zoneOfFact } from '../../../server/policy/memory-facts.ts'
import { renderText } from '../../../server/policy/render.ts'
import { isTimed } from '../../../server/policy/why-not/time-lever.ts'
import type { CallView } from '../../../server/schema/call.ts'
import type { Catalogue } from '../../../server/schema/catalogue.ts'
import { callerOf } from '../simulator/given.ts'
import { usePastCall, useRecentCalls, useWorld } from '../simulator/use-caller.ts'
import { WorkbenchContext } from '../workbench.ts'

/** So many people to choose from. */
const most = 5

const nameOf = ({ contact, from_number, user_id, ref }: CallView): string =>
  contact?.name ?? from_number ?? user_id ?? ref

/** Who called last, each once. */
function people(calls: readonly CallView[]): { value: string; label: string }[] {
  const byName = new Map(calls.toReversed().map((call) => [nameOf(call), call.ref]))
  return [...byName]
    .toReversed()
    .slice(0, most)
    .map(([label, value]) => ({ value, label }))
}

/**
 * A text as somebody who really called would read it now: what the address book and the calendars say, and
 * what was known in that call. `fill` is undefined while nobody is chosen or has called.
 */
export function useExample(catalogue: Catalogue) {
  const policy = use(WorkbenchContext)?.id ?? ''
  const recent = useRecentCalls()
  const [at] = useState(() => Date.now())
  const [chosen, choose] = useState<string>()
  const choices = people(recent.data?.data ?? [])
  const ref = chosen ?? choices[0]?.value
  const past = usePastCall(ref === '' ? undefined : ref)
  const world = useWorld(policy, past.data && callerOf(past.data))
  const fill = (): ((template: string, language: string) => string) | undefined => {
    if (!past.data || !world) return undefined
    const { call, decision } = past.data
    const { installation } = catalogue
    const { file } = caseCaller(callerOf(past.data), { ...world, installation })
    const known = memoryFacts({
      call: { ref: call.ref, line: call.line, media: call.media, at },
      caller: { ...file, profileName: call.contact?.name ?? undefined },
      installation,
      velocity: () => 1,
      msNow: () => 0,
    })
    const fact = (name: string) => (isTimed(name) ? undefined : decision.facts[name]) ?? known(name)
    return (template, language) =>
      renderText(
        template,
        {
          fact,
          callRef: call.ref,
          installation,
          zoneOf: (name) => zoneOfFact(name, file, installation),
        },
        language === '' ? {} : { language },
      )
  }
  return { people: choices, chosen: ref ?? '', choose, fill: fill() }
}
