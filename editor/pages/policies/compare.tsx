import { Group, Modal, Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { diffPolicies } from '../../../server/policy/diff.ts'
import type { Policy } from '../../../server/schema/policy.ts'
import { answer, client } from '../../api/client.ts'
import { Loaded } from '../../parts/loaded.tsx'
import { Drawing } from '../../policy/canvas/drawing.tsx'
import { readDrawable } from '../../policy/document/read.ts'
import { withRemoved } from '../../policy/document/with-removed.ts'
import { Difference } from '../../policy/parts/difference.tsx'
import styles from '../../policy/parts/editor.module.css'

interface CompareProps {
  readonly id: string
  /** Newest first. */
  readonly releases: readonly { readonly release: string; readonly comment: string }[]
  readonly first: { readonly before: string; readonly after: string }
  readonly onClose: () => void
}

function Picture({ before, after }: { before: Policy | undefined; after: Policy | undefined }) {
  const { t } = useTranslation()
  const diff = useMemo(
    () => after && diffPolicies(before ?? { ...after, nodes: {} }, after),
    [before, after],
  )
  const drawn = useMemo(
    () => before && after && diff && withRemoved(before, after, diff),
    [before, after, diff],
  )
  const overlay = useMemo(() => ({ diff, gone: drawn?.gone }), [diff, drawn])
  if (!before || !after || !diff || !drawn) return <p>{t('editor.undrawableText')}</p>
  return (
    <div className={styles.publish}>
      <div className={styles.picture}>
        <Drawing policy={drawn.policy} overlay={overlay} label={t('editor.canvas')} />
      </div>
      <Difference before={before} after={after} diff={diff} />
    </div>
  )
}

/** What one release changed against another, as a picture and in words. */
export function Compare({ id, releases, first, onClose }: CompareProps) {
  const { t } = useTranslation()
  const [{ before, after }, setPair] = useState(first)
  const both = useQuery({
    queryKey: ['policies', id, 'compare', before, after],
    queryFn: () =>
      Promise.all(
        [before, after].map((release) =>
          answer(client.api.policies[':id'].releases[':release'].$get({ param: { id, release } })),
        ),
      ),
    staleTime: Infinity,
  })
  const data = releases.map(({ release, comment }) => ({
    value: release,
    label: comment === '' ? release : `${release} · ${comment.slice(0, 60)}`,
  }))
  return (
    <Modal
      opened
      onClose={onClose}
      size={1120}
      transitionProps={{ duration: 0 }}
      title={t('policies.compareTitle')}
    >
      <Group mb="md" grow>
        <Select
          label={t('policies.compareBefore')}
          data={data}
          value={before}
          allowDeselect={false}
          onChange={(value) => value !== null && setPair({ before: value, after })}
        />
        <Select
          label={t('policies.compareAfter')}
          data={data}
          value={after}
          allowDeselect={false}
          onChange={(value) => value !== null && setPair({ before, after: value })}
        />
      </Group>
      <Loaded query={both}>
        {([one, other]) => (
          <Picture before={readDrawable(one?.document)} after={readDrawable(other?.document)} />
        )}
      </Loaded>
    </Modal>
  )
}
