import type { LucideIcon } from 'lucide-react'
import { Activity, ChartColumn, House, List, PhoneMissed, Settings2, Waypoints } from 'lucide-react'
import type { Operation } from '../api/session.ts'

/** A page of the navigation. Without the operation its first list needs, it is not on the screen. */
export interface Page {
  readonly path: string
  readonly label: 'home' | 'policies' | 'live' | 'leads' | 'calls' | 'reports' | 'settings'
  readonly icon: LucideIcon
  readonly operation: Operation
  /** Opens it after `G`. */
  readonly key: string
}

/** The pages there are, in the order of the rail. */
export const pages: readonly Page[] = [
  { path: '/', label: 'home', icon: House, operation: 'listCalls', key: 'h' },
  { path: '/policies', label: 'policies', icon: Waypoints, operation: 'listPolicies', key: 'p' },
  { path: '/live', label: 'live', icon: Activity, operation: 'followLive', key: 'l' },
  { path: '/leads', label: 'leads', icon: PhoneMissed, operation: 'listSilentLeads', key: 'e' },
  { path: '/calls', label: 'calls', icon: List, operation: 'listCalls', key: 'c' },
  {
    path: '/reports',
    label: 'reports',
    icon: ChartColumn,
    operation: 'reportOverview',
    key: 'r',
  },
  { path: '/settings', label: 'settings', icon: Settings2, operation: 'listSessions', key: 's' },
]
