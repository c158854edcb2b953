import type { RenderContext } from '../../server/policy/render.ts'
import type { FactValue } from '../../server/schema/facts.ts'
import { calendarSchema } from '../../server/schema/calendar.ts'
import type { Installation } from '../../server/schema/installation.ts'
import { emptyInstallation } from '../../server/schema/installation.ts'
import { attributesSchema } from '../../server/schema/seeds.ts'

const installation: Installation = {
  ...emptyInstallation,
  calendars: {
    support: calendarSchema.parse({ zone: 'America/New_York' }),
    tokyo: calendarSchema.parse({ zone: 'Asia/Tokyo' }),
  },
  declared: attributesSchema.parse({ crm: [{ name: 'renewal', type: 'instant' }] }),
  reportZone: 'Europe/Berlin',
}

/** A context in which exactly the given facts are known. */
export function contextOf(
  facts: Readonly<Record<string, FactValue>>,
  more: Partial<RenderContext> = {},
): RenderContext {
  return {
    fact: (name) => {
      const value = Object.hasOwn(facts, name) ? facts[name] : undefined
      if (value === undefined) return { unknown: 'not_found', source: 'test', ms: 0 }
      return { value, source: 'test', ms: 0 }
    },
    callRef: 'ref-7',
    installation,
    ...more,
  }
}
