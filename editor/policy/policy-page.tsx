import { ActionIcon, Button, Tooltip } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { ReactFlowProvider } from '@xyflow/react'
import { History, Redo2, Undo2, Waypoints } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Catalogue } from '../../server/schema/catalogue.ts'
import type { Policy } from '../../server/schema/policy.ts'
import { answer, client } from '../api/client.ts'
import { useMay } from '../api/session.ts'
import { Loaded } from '../parts/loaded.tsx'
import { useProblemText } from '../parts/problem-text.ts'
import { EmptyState } from '../parts/states.tsx'
import { Page } from '../shell/page.tsx'
import type { CheckAnswer } from './check.worker.ts'
import { readDrawable } from './document/read.ts'
import { Editor } from './editor.tsx'
import { titleOf } from './kinds/kinds.ts'
import { Conflict } from './parts/conflict.tsx'
import styles from './parts/editor.module.css'
import { Publish } from './parts/publish.tsx'
import { useCheck } from './use-check.ts'
import type { Draft } from './use-draft.ts'
import { useDraft } from './use-draft.ts'

const policyQuery = (id: string) => ({
  queryKey: ['policies', id],
  queryFn: () => answer(client.api.policies[':id'].$get({ param: { id } })),
})

function SaveTag({ draft }: { draft: Draft }) {
  const { t } = useTranslation()
  const why = useProblemText()
  const { state } = draft
  const text = {
    saved: t('editor.saved'),
    saving: t('editor.saving'),
    conflict: t('editor.conflict'),
    failed: state.kind === 'failed' ? t('editor.unsaved', { why: why(state.error) }) : '',
  }[state.kind]
  return (
    <span className={styles.state} role="status">
      {text}
    </span>
  )
}

function Budget({ policy, check }: { policy: Policy; check: CheckAnswer | undefined }) {
  const { t } = useTranslation()
  const worst = check?.worst
  if (!worst) return undefined
  const isOver = worst.ms > policy.budgetMs
  const names = worst.path.map((id) => (policy.nodes[id] ? titleOf(policy.nodes[id], t) : id))
  return (
    <Tooltip label={t('editor.worstPath', { path: names.join(' → ') })} multiline maw={480}>
      <div className={styles.strip} tabIndex={0}>
        <span>{t('editor.worst', { ms: worst.ms, budget: policy.budgetMs })}</span>
        <div className={styles.bar} aria-hidden>
          <div
            data-over={isOver || undefined}
            style={{ width: `${Math.min(100, (worst.ms / policy.budgetMs) * 100)}%` }}
          />
        </div>
      </div>
    </Tooltip>
  )
}

interface Loadable {
  readonly id: string
  readonly document: Policy
  readonly revision: number
  readonly live: { document: Policy | undefined; release: string } | undefined
  readonly catalogue: Catalogue
}

function Workplace({ id, document, revision, live, catalogue }: Loadable) {
  const { t } = useTranslation()
  const isEditable = useMay('saveDraft')
  const mayPublish = useMay('publishPolicy')
  const draft = useDraft(id, { document, revision })
  const check = useCheck(draft.document, catalogue.installation)
  const [isPublishing, setPublishing] = useState(false)
  const { history } = draft
  const problems = check?.problems ?? []
  const change = (next: Policy, field?: string) => history.change(next, field, Date.now())
  const publish = () => {
    if (mayPublish) void draft.save().then(() => setPublishing(true))
  }
  return (
    <Page
      title={draft.document.name}
      isFilled
      beside={isEditable && <SaveTag draft={draft} />}
      strip={<Budget policy={draft.document} check={check} />}
      actions={
        <>
          {isEditable && (
            <>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={t('editor.undo')}
                disabled={!history.canUndo()}
                onClick={() => history.undo()}
              >
                <Undo2 size={16} aria-hidden />
              </ActionIcon>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={t('editor.redo')}
                disabled={!history.canRedo()}
                onClick={() => history.redo()}
              >
                <Redo2 size={16} aria-hidden />
              </ActionIcon>
            </>
          )}
          <Button
            variant="default"
            leftSection={<History size={15} aria-hidden />}
            renderRoot={(props) => <Link {...props} to="/policies/$id/history" params={{ id }} />}
          >
            {t('editor.history')}
          </Button>
          {mayPublish && <Button onClick={publish}>{t('editor.publish')}</Button>}
        </>
      }
    >
      <Editor
        policy={draft.document}
        catalogue={catalogue}
        problems={problems}
        isEditable={isEditable}
        change={change}
        undo={() => history.undo()}
        redo={() => history.redo()}
        publish={publish}
      />
      {isPublishing && (
        <Publish
          id={id}
          draft={draft.document}
          live={live?.document}
          release={live?.release}
          hasErrors={problems.some(({ severity }) => severity === 'error')}
          onClose={() => setPublishing(false)}
        />
      )}
      {draft.state.kind === 'conflict' && <Conflict id={id} draft={draft} />}
    </Page>
  )
}

/** A policy on its canvas. */
export function PolicyCanvasPage() {
  const { t } = useTranslation()
  const { id } = useParams({ from: '/shell/policies/$id' })
  const policy = useQuery({ ...policyQuery(id), staleTime: 0, gcTime: 0 })
  const catalogue = useQuery({
    queryKey: ['catalogue'],
    queryFn: () => answer(client.api.catalogue.$get()),
  })
  const loading = (
    <Page title={id} isFilled>
      {policy.error ? (
        <Loaded query={policy}>{() => undefined}</Loaded>
      ) : (
        <Loaded query={catalogue}>{() => undefined}</Loaded>
      )}
    </Page>
  )
  if (!policy.data || !catalogue.data) return loading
  const { draft, live } = policy.data
  const document = readDrawable(draft.document)
  if (!document)
    return (
      <Page title={policy.data.name}>
        <EmptyState icon={Waypoints} title={t('editor.undrawable')}>
          {t('editor.undrawableText')}
        </EmptyState>
      </Page>
    )
  return (
    <ReactFlowProvider key={id}>
      <Workplace
        id={id}
        document={document}
        revision={draft.revision}
        live={live ? { document: readDrawable(live.document), release: live.release } : undefined}
        catalogue={catalogue.data}
      />
    </ReactFlowProvider>
  )
}
