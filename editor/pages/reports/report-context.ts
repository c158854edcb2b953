import { createContext, useContext } from 'react'
import type { Period } from '../../../server/schema/reports.ts'
import type { CallSearch } from '../calls/call-search.ts'
import type { ReportSearch } from './report-search.ts'

export interface ReportPage {
  readonly search: ReportSearch
  /** Of the last answer; absent before it. */
  readonly period: Period | undefined
}

/** What every card of the page is about. */
export const ReportContext = createContext<ReportPage>({ search: {}, period: undefined })

/** Gives the address of the calls behind a figure. */
export function useCallsBehind(): (more: CallSearch) => CallSearch {
  const { search, period } = useContext(ReportContext)
  return (more) => ({
    ...search,
    ...period,
    direction: 'inbound',
    dates: 'call',
    ...more,
  })
}

export const useReportSearch = (): ReportSearch => useContext(ReportContext).search
