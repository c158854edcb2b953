import { Button, Modal } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ReactFlowProvider } from '@xyflow/react'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { ChangedCall } from '../../../server/policy/replay.ts'
import type { PathStep } from '../../../server/schema/decision.ts'
import type { Policy } from '../../../server/schema/policy.ts'
import { answer, client } from '../../api/client.ts'
import { OutcomeTag } from '../../parts/outcome-tag.tsx'
import { Drawing } from '../canvas/drawing.tsx'
import { wayOf } from '../cases/words.ts'
import { readDrawable } from '../document/read.ts'
import { useWorkbench } from '../workbench.ts'
import styles from './replay.module.css'

interface SideProps {
  readonly title: string
  readonly outcome: string
  readonly path: readonly PathStep[]
  /** Undefined where it cannot be shown; the way stands in words all the same. */
  readonly policy: Policy | undefined
}

function Side({ title, outcome, path, policy }: SideProps) {
  const { t } = useTranslation()
  const { policy: own } = useWorkbench()
  const overlay = useMemo(() => ({ path }), [path])
  const nodes = path.map(({ node }) => node)
  return (
    <section className={styles.side}>
      <h3>
        {title} <OutcomeTag outcome={outcome} />
      </h3>
      <p className="given">{wayOf(nodes, policy ?? own, t)}</p>
      {policy ? (
        <div className={styles.picture}>
          <ReactFlowProvider>
            <Drawing policy={policy} overlay={overlay} label={title} />
          </ReactFlowProvider>
        </div>
      ) : (
        <p className="muted">{t('replay.gone')}</p>
      )}
    </section>
  )
}

/** One call, as it was decided and as it would be. */
export function SideBySide({ changed, onClose }: { changed: ChangedCall; onClose: () => void }) {
  const { t } = useTranslation()
  const { id, policy } = useWorkbench()
  const { call, after, path } = changed
  const release = call.release ?? ''
  const before = useQuery({
    queryKey: ['policies', id, 'releases', release],
    queryFn: () =>
      answer(client.api.policies[':id'].releases[':release'].$get({ param: { id, release } })),
    enabled: release !== '',
    staleTime: Infinity,
  })
  const when = new Date(call.at).toLocaleString()
  return (
    <Modal
      opened
      size={1240}
      onClose={onClose}
      transitionProps={{ duration: 0 }}
      title={t('replay.sideBySide', { when })}
    >
      <div className={styles.sides}>
        <Side
          title={t('replay.before', { release })}
          outcome={call.way.outcome}
          path={call.way.path}
          policy={before.data && readDrawable(before.data.document)}
        />
        <Side title={t('replay.after')} outcome={after.outcome} path={path} policy={policy} />
      </div>
      <Button
        mt="md"
        variant="default"
        renderRoot={(props) => <Link {...props} to="/calls/$ref" params={{ ref: call.ref }} />}
      >
        {t('replay.openCall')}
      </Button>
    </Modal>
  )
}
