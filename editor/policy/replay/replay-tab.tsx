import { Select } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { edgeId } from '../document/canvas.ts'
import { useWorkbench } from '../workbench.ts'
import { ReplayBlock } from './replay-block.tsx'
import styles from './replay.module.css'
import { useReplay } from './use-replay.ts'

const choices = [1, 7, 30, 90] as const

/** Past calls through the document as it stands; where they go is painted on every edge. */
export function ReplayTab() {
  const { t } = useTranslation()
  const { setTraffic } = useWorkbench()
  const [days, setDays] = useState<number>(7)
  const replay = useReplay(days)
  const { found } = replay
  useEffect(() => {
    const flows = found?.flow.flatMap(({ node, exit, was, calls }) =>
      exit === null ? [] : [[edgeId(node, exit), { was, calls }] as const],
    )
    setTraffic(flows && new Map(flows))
  }, [found, setTraffic])
  useEffect(() => () => setTraffic(undefined), [setTraffic])
  return (
    <div className={styles.tab}>
      <ReplayBlock
        replay={replay}
        days={days}
        beside={
          <Select
            size="xs"
            w={120}
            aria-label={t('replay.days')}
            allowDeselect={false}
            value={String(days)}
            data={choices.map((count) => ({
              value: String(count),
              label: t('replay.day', { count }),
            }))}
            onChange={(value) => setDays(Number(value))}
          />
        }
      />
    </div>
  )
}

/** The same before a publish: a week. */
export function ReplayBeforePublish() {
  const days = 7
  return <ReplayBlock replay={useReplay(days)} days={days} />
}
