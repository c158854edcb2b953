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
export const settingsRoutes = (deps: SettingsDeps) =>
  [
    lineRoutes(deps),
    connectionRoutes(deps),
    crmRoutes(deps),
    calendarRoutes(deps),
    valueRoutes(deps),
    contactRoutes(deps),
    recordRoutes(deps),
    holidayRoutes(deps),
    addressBookRoutes(deps),
  ] as const
