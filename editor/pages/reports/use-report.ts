import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { ReportName } from '../../../server/schema/reports.ts'
import { useMay } from '../../api/session.ts'
import type { ReportSearch } from './report-search.ts'

/** One report, read anew when its filters change; what was there stays meanwhile. */
export function useReport<T>(
  name: ReportName | 'choices',
  { search, read }: { readonly search: ReportSearch; readonly read: () => Promise<T> },
) {
  const mayRead = useMay('reportOverview')
  return useQuery({
    queryKey: ['reports', name, search],
    queryFn: read,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    enabled: mayRead,
  })
}
