import { Button, Tooltip } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Bird, TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Arm, ArmFigures, CanaryView } from '../../../server/schema/canary.ts'
import { answer, client } from '../../api/client.ts'
import { useMay } from '../../api/session.ts'
import { canaryQuery } from '../../api/trials.ts'
import { Confirm } from '../../parts/confirm.tsx'
import { Tag } from '../../parts/tag.tsx'
import { Time } from '../../parts/time.tsx'
import { useChange } from '../../parts/use-change.ts'
import { useWorkbench } from '../workbench.ts'
import styles from './canary.module.css'

const number = new Intl.NumberFormat()
const shares = ['answered', 'errors', 'budgetMisses', 'complaints'] as const

function Side({ arm, release, figures }: { arm: Arm; release: string; figures: ArmFigures }) {
  const { t } = useTranslation()
  const { callers } = figures
  const share = (count: number): string =>
    callers === 0
      ? t('trials.none')
      : `${number.format(Math.round((1000 * count) / callers) / 10)} %`
  return (
    <tr>
      <th scope="row">{t(arm === 'canary' ? 'trials.canary' : 'trials.live')}</th>
      <td className="mono">{release}</td>
      <td>{t('trials.callers', { count: callers })}</td>
      {shares.map((name) => (
        <td key={name}>{`${share(figures[name])} ${t(`trials.rate.${name}`)}`}</td>
      ))}
    </tr>
  )
}

/** How near the guards are to rolling it back: on a scale of powers, as evidence multiplies. */
function Evidence({ canary }: { canary: CanaryView }) {
  const { t } = useTranslation()
  const { verdicts, guards, figures } = canary
  const closest = verdicts.toSorted((a, b) => b.evidence - a.evidence)[0]
  if (!closest) return undefined
  const { minCallers } = guards
  if (Math.min(figures.canary.callers, figures.control.callers) < minCallers)
    return <span className="muted">{t('trials.waiting', { count: minCallers })}</span>
  const { evidence, needed, guard } = closest
  const near = Math.max(0, Math.min(1, Math.log(Math.max(1, evidence)) / Math.log(needed)))
  return (
    <Tooltip label={t('trials.closestHint', { needed })} multiline maw={360}>
      <div className={styles.evidence} tabIndex={0}>
        <span>
          {t('trials.closest', {
            guard: t(`trials.name.${guard}`),
            evidence: number.format(evidence),
          })}
        </span>
        <div className={styles.bar} aria-hidden>
          <div data-near={near > 0.66 || undefined} style={{ width: `${near * 100}%` }} />
        </div>
      </div>
    </Tooltip>
  )
}

function Ends({ canary }: { canary: CanaryView }) {
  const { t } = useTranslation()
  const { release, control } = canary
  const { id } = useWorkbench()
  const [isAsking, setAsking] = useState(false)
  const mayPromote = useMay('promoteCanary')
  const mayStop = useMay('stopCanary')
  const param = { id }
  const promote = useChange({
    run: () => answer(client.api.policies[':id'].canary.promote.$post({ param })),
    renews: ['canary', 'policies'],
    done: t('trials.promoted'),
    onDone: () => setAsking(false),
  })
  const stop = useChange({
    run: () => answer(client.api.policies[':id'].canary.stop.$post({ param })),
    renews: ['canary', 'policies'],
    done: t('trials.stopped', { release: control }),
  })
  return (
    <>
      {mayStop && (
        <Button
          variant="default"
          size="compact-sm"
          loading={stop.isPending}
          onClick={() => stop.mutate(undefined)}
        >
          {t('trials.stop')}
        </Button>
      )}
      {mayPromote && (
        <Button variant="default" size="compact-sm" onClick={() => setAsking(true)}>
          {t('trials.promote')}
        </Button>
      )}
      <Confirm
        isOpen={isAsking}
        title={t('trials.promoteTitle')}
        text={t('trials.promoteText', { release })}
        action={t('trials.promoteNow')}
        isBusy={promote.isPending}
        onConfirm={() => promote.mutate(undefined)}
        onClose={() => setAsking(false)}
      />
    </>
  )
}

function Running({ canary }: { canary: CanaryView }) {
  const { t } = useTranslation()
  const { figures, release, control, percent, startedAt, endsAt } = canary
  return (
    <section className={styles.strip} aria-label={t('trials.strip')}>
      <span className={styles.head}>
        <Tag tone="accent" icon={<Bird size={14} aria-hidden />}>
          {t('trials.strip')}
        </Tag>
        {t('trials.share', { percent })}
        <span className="muted">
          {t('trials.since')} <Time at={startedAt} />
          {endsAt !== null && (
            <>
              {' · '}
              {t('trials.ends')} <Time at={endsAt} />
            </>
          )}
        </span>
      </span>
      <table className={styles.figures} aria-label={t('trials.figures')}>
        <tbody>
          <Side arm="canary" release={release} figures={figures.canary} />
          <Side arm="control" release={control} figures={figures.control} />
        </tbody>
      </table>
      <Evidence canary={canary} />
      <div className={styles.space} />
      <Ends canary={canary} />
    </section>
  )
}

function Over({ canary }: { canary: CanaryView & { state: 'rolled_back' | 'timed_out' } }) {
  const { t } = useTranslation()
  const [isAway, setAway] = useState(false)
  if (isAway) return undefined
  const { state, why, endedAt } = canary
  return (
    <section className={styles.strip} data-over aria-label={t('trials.strip')}>
      <TriangleAlert size={16} color="var(--warn-text)" aria-hidden />
      <p>
        <strong>{t(`trials.ended.${state}`)}</strong> {why}{' '}
        {endedAt !== null && <Time at={endedAt} />}
      </p>
      <Button variant="default" size="compact-sm" onClick={() => setAway(true)}>
        {t('trials.dismiss')}
      </Button>
    </section>
  )
}

/** Under the bar of the policy page: the canary that runs, or why the last one ended by itself. */
export function CanaryStrip() {
  const { id, live } = useWorkbench()
  const { data: canary } = useQuery(canaryQuery(id))
  if (!canary) return undefined
  const { state } = canary
  if (state === 'running') return <Running canary={canary} />
  // what became live since then is the newer news
  if (live?.release !== canary.control) return undefined
  return state === 'rolled_back' || state === 'timed_out' ? (
    <Over key={canary.id} canary={{ ...canary, state }} />
  ) : undefined
}
