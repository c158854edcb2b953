import { createRoutes } from '../route-parts.ts'
import type { AddressBookDeps } from './address-book.ts'
import { addressBookRoutes } from './address-book.ts'
import type { CalendarDeps } from './calendars.ts'
import { calendarRoutes } from './calendars.ts'
import type { ConnectionDeps } from './connection.ts'
import { connectionRoutes } from './connection.ts'
import type { ContactDeps } from './contacts.ts'
import { contactRoutes } from './contacts.ts'
import type { CrmDeps } from './crm.ts'
import { crmRoutes } from './crm.ts'
import type { HolidayDeps } from './holidays.ts'
import { holidayRoutes } from './holidays.ts'
import type { LineDeps } from './lines.ts'
import { lineRoutes } from './lines.ts'
import type { RecordDeps } from './records.ts'
import { recordRoutes } from './records.ts'
import type { ValueDeps } from './values.ts'
import { valueRoutes } from './values.ts'

export type SettingsDeps = AddressBookDeps &
  CalendarDeps &
  ConnectionDeps &
  ContactDeps &
  CrmDeps &
  HolidayDeps &
  LineDeps &
  RecordDeps &
  ValueDeps

/** How this installation is set. */
export function settingsRoutes(deps: SettingsDeps) {
  return createRoutes()
    .route('/', lineRoutes(deps))
    .route('/', connectionRoutes(deps))
    .route('/', crmRoutes(deps))
    .route('/', calendarRoutes(deps))
    .route('/', valueRoutes(deps))
    .route('/', contactRoutes(deps))
    .route('/', recordRoutes(deps))
    .route('/', holidayRoutes(deps))
    .route('/', addressBookRoutes(deps))
}
