import { Button, Modal, Textarea } from '@mantine/core'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { diffPolicies } from '../../../server/policy/diff.ts'
import { answer, client } from '../../api/client.ts'
import { ApiError } from '../../api/error.ts'
import { useChange } from '../../parts/use-change.ts'
import { Drawing } from '../canvas/drawing.tsx'
import { ReplayBeforePublish } from '../replay/replay-tab.tsx'
import { withRemoved } from '../document/with-removed.ts'
import { useWorkbench } from '../workbench.ts'
import { CanaryDialog } from './canary-dialog.tsx'
import { CanaryTry } from './canary-try.tsx'
import { Difference } from './difference.tsx'
import { PublishCases, useCheckedCases } from './publish-cases.tsx'
import styles from './editor.module.css'

/** The draft against what is live, as a picture and in words; the comment; and the button. */
export function Publish({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const { id, policy: draft, live: before, problems, setTab, setView } = useWorkbench()
  const live = before?.document
  const release = before?.release
  const hasErrors = problems.some(({ severity }) => severity === 'error')
  const [comment, setComment] = useState('')
  const [isTrying, setTrying] = useState(false)
  const diff = useMemo(() => diffPolicies(live ?? { ...draft, nodes: {} }, draft), [live, draft])
  const { policy: picture, gone } = useMemo(
    () => withRemoved(live ?? draft, draft, diff),
    [live, draft, diff],
  )
  const overlay = useMemo(() => ({ diff, gone }), [diff, gone])
  const publish = useChange({
    run: (force: boolean) =>
      answer(
        client.api.policies[':id'].publish.$post({
          param: { id },
          header: {},
          json: { comment, ...(force ? { force } : {}) },
        }),
      ),
    renews: ['policies'],
    done: t('editor.published'),
    onDone: onClose,
  })
  const isOutdated = publish.error instanceof ApiError && publish.error.code === 'outdated'
  const count = (change: string) => diff.nodes.filter((one) => one.change === change).length
  const checked = useCheckedCases(hasErrors)
  const isHeld = checked.verdict === 'failed' || checked.verdict === 'waiting'
  const isReady = comment.trim() !== '' && !hasErrors && !isHeld
  const showCases = () => {
    setView('canvas')
    setTab('cases')
    onClose()
  }
  if (isTrying && release !== undefined) return <CanaryDialog release={release} onClose={onClose} />
  return (
    <Modal
      opened
      onClose={onClose}
      size={1120}
      transitionProps={{ duration: 0 }}
      title={
        <>
          <strong>{t('editor.publishTitle', { name: draft.name })}</strong>{' '}
          <span className={styles.state}>
            {release === undefined ? t('editor.noLive') : t('editor.against', { release })}
          </span>
        </>
      }
    >
      <div className={styles.publish}>
        <div className={styles.picture}>
          <Drawing policy={picture} overlay={overlay} label={t('editor.canvas')} />
        </div>
        <div>
          <p className={styles.sentence}>
            {[
              t('editor.countAdded', { count: count('added') }),
              t('editor.countRemoved', { count: count('removed') }),
              t('editor.countChanged', { count: count('changed') }),
            ].join(' · ')}
          </p>
          <Difference before={live} after={draft} diff={diff} />
          <ReplayBeforePublish />
          <Textarea
            mt="md"
            data-autofocus
            label={t('editor.comment')}
            description={t('editor.commentHint')}
            autosize
            minRows={2}
            value={comment}
            onChange={({ currentTarget }) => setComment(currentTarget.value)}
          />
          <PublishCases checked={checked} onShow={showCases} />
          {hasErrors && <p style={{ color: 'var(--err-text)' }}>{t('editor.stopped')}</p>}
          {isOutdated && <p style={{ color: 'var(--warn-text)' }}>{t('editor.outdatedText')}</p>}
        </div>
      </div>
      <div className={styles.actions}>
        <p>{t('editor.publishFoot')}</p>
        <CanaryTry isDisabled={hasErrors} onTry={() => setTrying(true)} />
        <Button variant="default" onClick={onClose}>
          {t('editor.keep')}
        </Button>
        <Button
          disabled={!isReady}
          loading={publish.isPending}
          onClick={() => publish.mutate(isOutdated)}
        >
          {t(isOutdated ? 'editor.force' : 'editor.publishNow')}
        </Button>
      </div>
    </Modal>
  )
}
