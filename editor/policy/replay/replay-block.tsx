import { CircleHelp } from 'lucide-react'
import { useMemo, useState } from 'react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { ChangedCall, Flow, Replay } from '../../../server/policy/replay.ts'
import { groupsOf } from '../../../server/policy/replay.ts'
import { useMay } from '../../api/session.ts'
import { Loaded } from '../../parts/loaded.tsx'
import { wayOf } from '../cases/words.ts'
import { exitWord } from '../kinds/kinds.ts'
import { useWorkbench } from '../workbench.ts'
import { ChangeGroups } from './change-groups.tsx'
import styles from './replay.module.css'
import { SideBySide } from './side-by-side.tsx'
import type { useReplay } from './use-replay.ts'

/** Changes of the flow that are named; the drawing has them all. */
const mostFlows = 8

function Share({ found }: { found: Replay }) {
  const parts = [
    ['same', found.same],
    ['undecidable', found.undecidable.length],
    ['changed', found.changed.length],
  ] as const
  return (
    <div className={styles.share} aria-hidden>
      {parts.map(
        ([part, count]) => count > 0 && <div key={part} data-part={part} style={{ flex: count }} />,
      )}
    </div>
  )
}

/** What the journal does not hold is said, and not made up. */
function Undecidable({ found, hidden }: { found: Replay; hidden: readonly string[] }) {
  const { t } = useTranslation()
  if (found.undecidable.length === 0) return undefined
  const facts = Object.entries(found.missing)
    .sort((a, b) => b[1] - a[1])
    .map(([fact, count]) => t('replay.missing', { fact, count }))
    .join(', ')
  return (
    <div className={styles.note}>
      <CircleHelp size={16} aria-hidden />
      <p>
        {t('replay.undecidable', { count: found.undecidable.length, facts })}
        {hidden.length > 0 && ` ${t('replay.hidden', { facts: hidden.join(', ') })}`}
      </p>
    </div>
  )
}

function FlowChanges({ flow }: { flow: readonly Flow[] }) {
  const { t } = useTranslation()
  const { policy } = useWorkbench()
  const changed = flow
    .filter(({ was, calls }) => was !== calls)
    .sort((a, b) => Math.abs(b.calls - b.was) - Math.abs(a.calls - a.was))
    .slice(0, mostFlows)
  if (changed.length === 0) return undefined
  return (
    <ul className={styles.flow} aria-label={t('replay.flow')}>
      {changed.map(({ node, exit, was, calls }) => {
        const way = wayOf([node], policy, t) + (exit === null ? '' : ` · ${exitWord(exit, t)}`)
        return <li key={`${node} ${exit}`}>{t('replay.flowChange', { way, was, calls })}</li>
      })}
    </ul>
  )
}

interface FoundProps {
  readonly found: Replay
  readonly days: number
  readonly isCut: boolean
  readonly hidden: readonly string[]
  readonly ms: number | undefined
  readonly beside?: ReactNode
}

function Found({ found, days, isCut, hidden, ms, beside }: FoundProps) {
  const { t } = useTranslation()
  const [compared, setCompared] = useState<ChangedCall>()
  const groups = useMemo(() => groupsOf(found.changed), [found])
  if (found.calls === 0)
    return (
      <div className={styles.headRow}>
        <p className="muted">{t('replay.none')}</p>
        {beside}
      </div>
    )
  const hint = [
    t('replay.hint', { same: found.same }),
    ...(isCut ? [t('replay.cut')] : []),
    ...(ms === undefined ? [] : [t('replay.took', { ms: Math.max(1, Math.round(ms)) })]),
  ]
  return (
    <div className={styles.block} data-ms={ms}>
      <div className={styles.headRow}>
        <h2 role="status">
          {t('replay.title', { days, count: found.calls, changed: found.changed.length })}
        </h2>
        {beside}
      </div>
      <p className="muted">{hint.join(' ')}</p>
      <Share found={found} />
      <Undecidable found={found} hidden={hidden} />
      {groups.length > 0 && <ChangeGroups groups={groups} compare={setCompared} />}
      <FlowChanges flow={found.flow} />
      {compared && <SideBySide changed={compared} onClose={() => setCompared(undefined)} />}
    </div>
  )
}

interface BlockProps {
  readonly replay: ReturnType<typeof useReplay>
  readonly days: number
  readonly beside?: ReactNode
}

/** Which calls of the last days the document as it stands would decide otherwise. */
export function ReplayBlock({ replay, days, beside }: BlockProps) {
  const { t } = useTranslation()
  const maySee = useMay('listReplayCalls')
  const { query, found, hasErrors, ms } = replay
  if (!maySee) return <p className="muted">{t('replay.notAllowed')}</p>
  if (hasErrors) return <p className="muted">{t('replay.errors')}</p>
  return (
    <Loaded query={query}>
      {({ isCut, hidden }) =>
        found ? (
          <Found {...{ found, days, isCut, hidden, ms, beside }} />
        ) : (
          <p className="muted" role="status">
            {t('replay.running')}
          </p>
        )
      }
    </Loaded>
  )
}
