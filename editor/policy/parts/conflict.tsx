import { Button, Modal } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { diffPolicies } from '../../../server/policy/diff.ts'
import type { Policy } from '../../../server/schema/policy.ts'
import { answer, client } from '../../api/client.ts'
import { Loaded } from '../../parts/loaded.tsx'
import { readDrawable } from '../document/read.ts'
import type { Draft } from '../use-draft.ts'
import { Difference } from './difference.tsx'
import styles from './editor.module.css'

function Choice({ draft, theirs, revision }: { draft: Draft; theirs: Policy; revision: number }) {
  const { t } = useTranslation()
  const diff = diffPolicies(theirs, draft.document)
  const settle = (keep: 'theirs' | 'mine') => draft.settle({ document: theirs, revision }, keep)
  return (
    <>
      <p>{t('editor.conflictText', { count: diff.nodes.length })}</p>
      <p className="muted">{t('editor.look')}</p>
      <Difference before={theirs} after={draft.document} diff={diff} />
      <div className={styles.actions}>
        <Button variant="default" onClick={() => settle('theirs')}>
          {t('editor.theirs')}
        </Button>
        <Button onClick={() => settle('mine')}>{t('editor.mine')}</Button>
      </div>
    </>
  )
}

/** Somebody saved another draft meanwhile: what differs, and whose to keep. */
export function Conflict({ id, draft }: { id: string; draft: Draft }) {
  const { t } = useTranslation()
  const latest = useQuery({
    queryKey: ['policies', id, 'conflict'],
    queryFn: () => answer(client.api.policies[':id'].$get({ param: { id } })),
    staleTime: 0,
    gcTime: 0,
  })
  return (
    <Modal opened onClose={() => undefined} withCloseButton={false} title={t('editor.conflict')}>
      <Loaded query={latest}>
        {({ draft: newer }) => {
          const theirs = readDrawable(newer.document)
          return theirs && <Choice draft={draft} theirs={theirs} revision={newer.revision} />
        }}
      </Loaded>
    </Modal>
  )
}
