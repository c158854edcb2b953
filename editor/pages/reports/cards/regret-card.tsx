import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Regret } from '../../../../server/schema/reports.ts'
import { answer, client } from '../../../api/client.ts'
import { CallsLink } from '../calls-link.tsx'
import type { DataColumn } from '../data-table.tsx'
import { Bar, DataTable } from '../data-table.tsx'
import { useReportSearch } from '../report-context.ts'
import { ReportCard } from '../report-card.tsx'
import { useReport } from '../use-report.ts'
import { numberText } from '../../../parts/number-text.ts'
import { valueText } from '../words.ts'

type Node = Regret['nodes'][number]

/** A step of a policy, which opens on its canvas. */
export function StepLink({ policy, node, label }: Pick<Node, 'policy' | 'node' | 'label'>) {
  const { t } = useTranslation()
  if (policy === null || node === null) return t('reports.regret.undecided')
  return (
    <Link
      to="/policies/$id"
      params={{ id: policy }}
      search={{ node }}
      title={t('reports.openNode')}
      className="given"
    >
      {label ?? node}
    </Link>
  )
}

const filterOf = ({ policy, node }: Pick<Node, 'policy' | 'node'>) =>
  policy === null || node === null ? { final_outcome: 'none' as const } : { policy, node }

/** Which step loses the most leads. */
export function RegretCard() {
  const { t } = useTranslation()
  const search = useReportSearch()
  const read = () => answer(client.api.reports.regret.$get({ query: search }))
  const query = useReport('regret', { search, read })
  const title = t('reports.regret.title')
  const columns = (most: number): readonly DataColumn<Node>[] => [
    { head: t('reports.regret.step'), cell: (node) => <StepLink {...node} /> },
    {
      head: t('reports.regret.calls'),
      align: 'end',
      cell: (node) => <CallsLink search={filterOf(node)}>{numberText(node.calls)}</CallsLink>,
    },
    { head: '', isBar: true, cell: ({ leads }) => <Bar value={leads} of={most} /> },
    {
      head: t('reports.regret.leads'),
      align: 'end',
      cell: (node) => (
        <CallsLink search={{ ...filterOf(node), lead: 'opened' }}>
          {numberText(node.leads)}
        </CallsLink>
      ),
    },
    {
      head: t('reports.regret.open'),
      align: 'end',
      cell: (node) => (
        <CallsLink search={{ ...filterOf(node), lead: 'open' }}>{numberText(node.open)}</CallsLink>
      ),
    },
    {
      head: t('reports.regret.converted'),
      align: 'end',
      cell: ({ converted, values }) =>
        converted === 0 ? '0' : `${numberText(converted)} · ${valueText(values)}`,
    },
  ]
  return (
    <ReportCard
      name="regret"
      title={title}
      hint={t('reports.regret.hint')}
      query={query}
      isWide
      table={({ now }) => {
        const most = Math.max(...now.nodes.map(({ leads }) => leads), 0)
        return <DataTable label={title} columns={columns(most)} rows={now.nodes} />
      }}
    />
  )
}
