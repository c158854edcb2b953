import { Suspense, memo, useDeferredValue, useId } from 'react'
import { useTranslation } from 'react-i18next'
import type { DockTabId } from '../dock-tabs.ts'
import { dockTabIds, dockTabs } from '../dock-tabs.ts'
import { WorkbenchContext, useWorkbench } from '../workbench.ts'
import styles from './editor.module.css'

const Panel = memo(({ tab }: { tab: DockTabId }) => {
  const { Tab } = dockTabs[tab]
  return (
    <Suspense>
      <Tab />
    </Suspense>
  )
})
Panel.displayName = 'Panel'

/** Under the drawing: what is wrong with it, and what calls say of it. */
export function Dock() {
  const { t } = useTranslation()
  const bench = useWorkbench()
  // what stands here may be long; the drawing and the forms do not wait for it
  const later = useDeferredValue(bench)
  const own = useId()
  const countOf = (id: DockTabId): number | undefined => {
    const entry = dockTabs[id]
    return 'count' in entry ? entry.count(bench) : undefined
  }
  const walk = (by: number) => {
    const at = dockTabIds.indexOf(bench.tab)
    const next = dockTabIds[(at + by + dockTabIds.length) % dockTabIds.length]
    if (next === undefined) return
    bench.setTab(next)
    document.getElementById(`${own}-${next}`)?.focus()
  }
  return (
    <section className={styles.dock} aria-label={t('editor.dock')}>
      <div className={styles.dockTabs} role="tablist" aria-label={t('editor.dock')}>
        {dockTabIds.map((id) => {
          const count = countOf(id)
          return (
            <button
              key={id}
              id={`${own}-${id}`}
              type="button"
              role="tab"
              aria-selected={id === bench.tab}
              aria-controls={`${own}-panel`}
              tabIndex={id === bench.tab ? 0 : -1}
              onClick={() => bench.setTab(id)}
              onKeyDown={({ key }) => {
                if (key === 'ArrowRight') walk(1)
                if (key === 'ArrowLeft') walk(-1)
              }}
            >
              {t(`editor.tab.${id}`)}
              {count !== undefined && <span>{count}</span>}
            </button>
          )
        })}
      </div>
      <div
        id={`${own}-panel`}
        role="tabpanel"
        aria-labelledby={`${own}-${bench.tab}`}
        className={styles.dockPanel}
        tabIndex={0}
      >
        <WorkbenchContext value={later}>
          <Panel tab={bench.tab} />
        </WorkbenchContext>
      </div>
    </section>
  )
}
