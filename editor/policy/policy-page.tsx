import { ActionIcon, Button, SegmentedControl } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams, useSearch } from '@tanstack/react-router'
import { ReactFlowProvider } from '@xyflow/react'
import { History, Redo2, Settings2, Undo2, Waypoints } from 'lucide-react'
import { Suspense, useCallback, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Catalogue } from '../../server/schema/catalogue.ts'
import type { Policy } from '../../server/schema/policy.ts'
import { answer, client } from '../api/client.ts'
import { useMay } from '../api/session.ts'
import { Loaded } from '../parts/loaded.tsx'
import { useProblemText } from '../parts/problem-text.ts'
import { EmptyState } from '../parts/states.tsx'
import { Page } from '../shell/page.tsx'
import { readDrawable } from './document/read.ts'
import { PolicyStrip } from './parts/budget.tsx'
import { CanaryStrip } from './parts/canary-strip.tsx'
import { Chooser } from './parts/chooser.tsx'
import { Conflict } from './parts/conflict.tsx'
import { Dock } from './parts/dock.tsx'
import styles from './parts/editor.module.css'
import { Publish } from './parts/publish.tsx'
import { useCheck } from './use-check.ts'
import type { Draft } from './use-draft.ts'
import { useDraft } from './use-draft.ts'
import { useViewKeys } from './use-view-keys.ts'
import { useWorkbenchState } from './use-workbench-state.ts'
import { viewIds, views } from './views.ts'
import type { Workbench } from './workbench.ts'
import { WorkbenchContext } from './workbench.ts'

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

function ViewSwitch({ bench }: { bench: Workbench }) {
  const { t } = useTranslation()
  if (viewIds.length < 2) return undefined
  return (
    <SegmentedControl
      size="xs"
      aria-label={t('editor.views')}
      value={bench.view}
      onChange={(next) => {
        const view = viewIds.find((one) => one === next)
        if (view) bench.setView(view)
      }}
      data={viewIds.map((value) => ({ value, label: t(`editor.view.${value}`) }))}
    />
  )
}

function UndoRedo({ history }: Pick<Draft, 'history'>) {
  const { t } = useTranslation()
  return (
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
  )
}

interface Loadable {
  readonly id: string
  readonly document: Policy
  readonly revision: number
  readonly live: { document: Policy | undefined; release: string } | undefined
  readonly catalogue: Catalogue
  /** A step to begin with, of a link to it. */
  readonly node: string | undefined
}

// a font that arrives while somebody draws has every word on the canvas measured again
void document.fonts.load('13px "JetBrains Mono Variable"')

const noProblems: Workbench['problems'] = []

function Workplace({ id, document, revision, live, catalogue, node }: Loadable) {
  const { t } = useTranslation()
  const isEditable = useMay('saveDraft')
  const mayPublish = useMay('publishPolicy')
  const draft = useDraft(id, { document, revision })
  const check = useCheck(draft.document, catalogue.installation)
  const [isPublishing, setPublishing] = useState(false)
  const { history } = draft
  const { question, state } = useWorkbenchState(node === undefined ? [] : [node])
  const { document: policy, save } = draft
  const change = useCallback(
    (next: Policy, field?: string) => history.change(next, field, Date.now()),
    [history],
  )
  const bench = useMemo(
    (): Workbench => ({
      ...state,
      id,
      policy,
      live,
      catalogue,
      problems: check?.problems ?? noProblems,
      worst: check?.worst,
      isEditable,
      change,
      undo: () => history.undo(),
      redo: () => history.redo(),
      publish: () => {
        if (mayPublish) void save().then(() => setPublishing(true))
      },
    }),
    [state, id, policy, live, catalogue, check, isEditable, change, history, save, mayPublish],
  )
  useViewKeys(bench)
  const { View, hasDock } = views[bench.view]
  return (
    <WorkbenchContext value={bench}>
      <Page
        title={draft.document.name}
        isFilled
        beside={
          <>
            <ViewSwitch bench={bench} />
            {isEditable && <SaveTag draft={draft} />}
          </>
        }
        strip={
          <div>
            <CanaryStrip />
            <PolicyStrip />
          </div>
        }
        actions={
          <>
            {isEditable && <UndoRedo history={history} />}
            <ActionIcon
              variant="default"
              size={32}
              aria-label={t('editor.settingsTitle')}
              onClick={bench.openSettings}
            >
              <Settings2 size={16} aria-hidden />
            </ActionIcon>
            <Button
              variant="default"
              leftSection={<History size={15} aria-hidden />}
              renderRoot={(props) => <Link {...props} to="/policies/$id/history" params={{ id }} />}
            >
              {t('editor.history')}
            </Button>
            {mayPublish && <Button onClick={bench.publish}>{t('editor.publish')}</Button>}
          </>
        }
      >
        <div className={styles.stage}>
          <Suspense>
            <View />
          </Suspense>
          {hasDock && <Dock />}
        </div>
        <Chooser question={question} onClose={() => bench.ask(undefined)} />
        {isPublishing && <Publish onClose={() => setPublishing(false)} />}
        {draft.state.kind === 'conflict' && <Conflict id={id} draft={draft} />}
      </Page>
    </WorkbenchContext>
  )
}

/** A policy: its drawing, what is wrong with it, and what it would do. */
export function PolicyCanvasPage() {
  const { t } = useTranslation()
  const { id } = useParams({ from: '/shell/policies/$id' })
  const { node } = useSearch({ from: '/shell/policies/$id' })
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
        node={node !== undefined && Object.hasOwn(document.nodes, node) ? node : undefined}
      />
    </ReactFlowProvider>
  )
}
