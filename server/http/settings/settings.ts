import { createRoutes } from '../route-parts.ts'
import type { CalendarDeps } from './calendars.ts'
import { calendarRoutes } from './calendars.ts'
import type { ConnectionDeps } from './connection.ts'
import { connectionRoutes } from './connection.ts'
import type { CrmDeps } from './crm.ts'
import { crmRoutes } from './crm.ts'
import type { LineDeps } from './lines.ts'
import { lineRoutes } from './lines.ts'
import type { ValueDeps } from './values.ts'
import { valueRoutes } from './values.ts'

export type SettingsDeps = CalendarDeps & ConnectionDeps & CrmDeps & LineDeps & ValueDeps

/** How this installation is set. */
export function settingsRoutes(deps: SettingsDeps) {
  return createRoutes()
    .route('/', lineRoutes(deps))
    .route('/', connectionRoutes(deps))
    .route('/', crmRoutes(deps))
    .route('/', calendarRoutes(deps))
    .route('/', valueRoutes(deps))
}
