import { SegmentedControl } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Policy } from '../../../server/schema/policy.ts'
import type { Traffic } from '../../../server/schema/traffic.ts'
import { trafficSpans } from '../../../server/schema/traffic.ts'
import { answer, client } from '../../api/client.ts'
import { Loaded } from '../../parts/loaded.tsx'
import { numberText, shareText } from '../../parts/number-text.ts'
import type { Column } from '../../parts/table.tsx'
import { Table } from '../../parts/table.tsx'
import { edgeId } from '../document/canvas.ts'
import { exitsOf } from '../document/exits.ts'
import { exitWord, titleOf } from '../kinds/kinds.ts'
import styles from '../replay/replay.module.css'
import { useWorkbench } from '../workbench.ts'

/** The drawing is counted again so often. */
const renewMs = 30_000

type Way = Traffic['ways'][number]

/** The fallback stands beside the steps and may always be where calls ended. */
function isDrawn({ nodes }: Policy, { node, exit }: Way): boolean {
  const step = nodes[node]
  if (!step) return node === 'fallback'
  return exit === null || exitsOf(step).includes(exit)
}

function Counted({ data }: { data: Traffic }) {
  const { t } = useTranslation()
  const { policy, show } = useWorkbench()
  if (data.calls === 0) return <p className="muted">{t('traffic.none')}</p>
  const columns: readonly Column<Way>[] = [
    {
      key: 'step',
      head: t('traffic.column.step'),
      cell: ({ node }) => {
        const step = policy.nodes[node]
        return step ? titleOf(step, t) : t('editor.fallbackName')
      },
    },
    {
      key: 'exit',
      head: t('traffic.column.exit'),
      cell: ({ node, exit }) => {
        const step = policy.nodes[node]
        return exit === null || !step ? t('traffic.ended') : exitWord(exit, t)
      },
    },
    {
      key: 'calls',
      head: t('traffic.column.calls'),
      align: 'end',
      cell: ({ calls }) => numberText(calls),
    },
    {
      key: 'share',
      head: t('traffic.column.share'),
      align: 'end',
      cell: ({ calls }) => shareText(calls, data.calls),
    },
  ]
  const drawn = data.ways.filter((way) => isDrawn(policy, way))
  return (
    <>
      <p>
        {t('traffic.counted', { count: data.calls })} {data.isCut && t('traffic.cut')}{' '}
        {drawn.length < data.ways.length && t('traffic.gone')}
      </p>
      <Table
        label={t('traffic.table')}
        columns={columns}
        rows={drawn}
        keyOf={({ node, exit }) => edgeId(node, exit ?? '')}
        onOpen={({ node }) => policy.nodes[node] && show(node)}
      />
    </>
  )
}

/** Where the calls of the last hour, day or week went, as the width of every way. */
export function TrafficTab() {
  const { t } = useTranslation()
  const { id, setTraffic } = useWorkbench()
  const [span, setSpan] = useState<(typeof trafficSpans)[number]>('day')
  const query = useQuery({
    queryKey: ['traffic', id, span],
    queryFn: () =>
      answer(client.api.policies[':id'].traffic.$get({ param: { id }, query: { span } })),
    refetchInterval: renewMs,
  })
  const ways = query.data?.ways
  const widths = useMemo(
    () =>
      ways &&
      new Map(
        ways.flatMap(({ node, exit, calls }) =>
          exit === null ? [] : [[edgeId(node, exit), { calls }] as const],
        ),
      ),
    [ways],
  )
  useEffect(() => setTraffic(widths), [widths, setTraffic])
  useEffect(() => () => setTraffic(undefined), [setTraffic])
  return (
    <div className={styles.tab}>
      <SegmentedControl
        size="xs"
        aria-label={t('traffic.span')}
        value={span}
        onChange={(value) => setSpan(trafficSpans.find((one) => one === value) ?? 'day')}
        data={trafficSpans.map((value) => ({ value, label: t(`traffic.${value}`) }))}
      />
      <Loaded query={query}>{(data) => <Counted data={data} />}</Loaded>
    </div>
  )
}
