import type { ComponentType } from 'react'
import { lazy } from 'react'
import type { Operation } from '../../api/session.ts'

/** A page of the settings; without its operation it is not on the screen. */
export interface Section {
  readonly id:
    | 'people'
    | 'tokens'
    | 'webhooks'
    | 'lines'
    | 'connection'
    | 'crm'
    | 'calendars'
    | 'contacts'
    | 'lists'
    | 'agents'
    | 'attributes'
    | 'courtesy'
    | 'retention'
    | 'audit'
  readonly operation: Operation
  readonly component: ComponentType
}

const named = <K extends string>(load: () => Promise<Record<K, ComponentType>>, name: K) =>
  lazy(async () => ({ default: (await load())[name] }))

/** In the order of the list. */
export const sections: readonly Section[] = [
  {
    id: 'calendars',
    operation: 'listCalendars',
    component: named(() => import('./calendars.tsx'), 'Calendars'),
  },
  {
    id: 'contacts',
    operation: 'listContacts',
    component: named(() => import('./address-book/contacts.tsx'), 'Contacts'),
  },
  {
    id: 'lists',
    operation: 'getLists',
    component: named(() => import('./address-book/lists.tsx'), 'Lists'),
  },
  {
    id: 'agents',
    operation: 'putAgent',
    component: named(() => import('./address-book/agents.tsx'), 'Agents'),
  },
  {
    id: 'attributes',
    operation: 'getAttributes',
    component: named(() => import('./address-book/attributes.tsx'), 'AttributesPage'),
  },
  {
    id: 'lines',
    operation: 'listLineSettings',
    component: named(() => import('./lines.tsx'), 'Lines'),
  },
  {
    id: 'connection',
    operation: 'getConnection',
    component: named(() => import('./connection.tsx'), 'Connection'),
  },
  { id: 'crm', operation: 'getCrmSettings', component: named(() => import('./crm.tsx'), 'Crm') },
  {
    id: 'courtesy',
    operation: 'getCourtesy',
    component: named(() => import('./courtesy.tsx'), 'CourtesyPage'),
  },
  {
    id: 'people',
    operation: 'listAccounts',
    component: named(() => import('./people.tsx'), 'People'),
  },
  {
    id: 'tokens',
    operation: 'listTokens',
    component: named(() => import('./tokens.tsx'), 'Tokens'),
  },
  {
    id: 'webhooks',
    operation: 'listWebhooks',
    component: named(() => import('./webhooks/webhooks.tsx'), 'Webhooks'),
  },
  {
    id: 'retention',
    operation: 'getRetention',
    component: named(() => import('./retention.tsx'), 'RetentionPage'),
  },
  {
    id: 'audit',
    operation: 'listAudit',
    component: named(() => import('./audit.tsx'), 'AuditLog'),
  },
]
