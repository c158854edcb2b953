import { createContext, use } from 'react'

/** Names of the fields that a form shows here; undefined shows all of them. */
export const OnlyFields = createContext<readonly string[] | undefined>(undefined)

/** Whether a field stays out of a form that shows only some of its fields. */
export function useIsLeftOut(field: string): boolean {
  const only = use(OnlyFields)
  return only !== undefined && !only.includes(field)
}
