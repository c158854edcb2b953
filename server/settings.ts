import type { z } from 'zod'
import type { Clock } from './clock.ts'
import { toIso } from './clock.ts'
import type { Auditor } from './db/commands/audit.ts'
import type { Db } from './db/open.ts'
import type { Writer } from './db/writer.ts'
import { weightsSetting } from './db/commands/lead-journal.ts'
import type { LeadWeights } from './schema/lead-score.ts'
import { leadWeightsSchema, usualLeadWeights } from './schema/lead-score.ts'
import type { Courtesy, Retention } from './schema/settings.ts'
import { courtesySchema, retentionSchema } from './schema/settings.ts'

/** Who set something, and the operation it was done by. */
export interface Change {
  readonly by: Auditor
  readonly operation: string
}

/** One thing that is set in the app. */
export interface Setting<T> {
  /** As it is now; its default while it was never set. */
  current(): T
  /** ISO; null while it was never set. */
  readonly updatedAt: string | null
  /** Sets it, from this moment on. */
  set(value: T, change: Change): Promise<void>
}

/** What is set in the app and read while calls are decided, so it is held. */
export interface Settings {
  readonly courtesy: Setting<Courtesy>
  readonly retention: Setting<Retention>
  /** What leads are scored by. */
  readonly leadWeights: Setting<LeadWeights>
}

interface Deps {
  readonly db: Db
  readonly writer: Writer
  readonly clock: Clock
  /** What holds until something is set. */
  readonly followUp: Courtesy
}

interface Kind<T> {
  readonly key: string
  readonly schema: z.ZodType<T>
  readonly fallback: T
}

async function openSetting<T>(deps: Deps, { key, schema, fallback }: Kind<T>): Promise<Setting<T>> {
  const row = await deps.db
    .selectFrom('settings')
    .select(['value', 'updated_at'])
    .where('key', '=', key)
    .executeTakeFirst()
  const kept = row && schema.safeParse(JSON.parse(row.value)).data
  let held = kept ?? fallback
  let updatedAt = kept === undefined ? null : (row?.updated_at ?? null)
  return {
    current: () => held,
    get updatedAt() {
      return updatedAt
    },
    async set(value, { by, operation }) {
      const at = toIso(deps.clock.now())
      await deps.writer.run('changeSetting', { key, value, at, by, operation, before: held })
      held = value
      updatedAt = at
    },
  }
}

/** Reads what is set; a value that does not fit any more is its default. */
export async function openSettings(deps: Deps): Promise<Settings> {
  return {
    courtesy: await openSetting(deps, {
      key: 'courtesy',
      schema: courtesySchema,
      fallback: deps.followUp,
    }),
    retention: await openSetting(deps, {
      key: 'retention',
      schema: retentionSchema,
      fallback: retentionSchema.parse({}),
    }),
    leadWeights: await openSetting(deps, {
      key: weightsSetting,
      schema: leadWeightsSchema,
      fallback: usualLeadWeights,
    }),
  }
}
