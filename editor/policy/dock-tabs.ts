import type { ComponentType, LazyExoticComponent } from 'react'
import { lazy } from 'react'
import type { Workbench } from './workbench.ts'

/** What stands under the canvas; each is a lazy component that reads `useWorkbench()`. */
export const dockTabs = {
  problems: {
    /** Stands behind the tab's name. */
    count: ({ problems }: Workbench) => problems.length,
    Tab: lazy(() => import('./parts/problems.tsx').then(({ Problems }) => ({ default: Problems }))),
  },
  cases: {
    /** Those that fail. */
    count: ({ marks }: Workbench) =>
      marks && [...marks.failing.values()].reduce((sum, count) => sum + count, 0),
    Tab: lazy(() =>
      import('./cases/cases-tab.tsx').then(({ CasesTab }) => ({ default: CasesTab })),
    ),
  },
  replay: {
    Tab: lazy(() =>
      import('./replay/replay-tab.tsx').then(({ ReplayTab }) => ({ default: ReplayTab })),
    ),
  },
  traffic: {
    Tab: lazy(() =>
      import('./traffic/traffic-tab.tsx').then(({ TrafficTab }) => ({ default: TrafficTab })),
    ),
  },
  shadow: {
    Tab: lazy(() =>
      import('./shadow/shadow-tab.tsx').then(({ ShadowTab }) => ({ default: ShadowTab })),
    ),
  },
} satisfies Readonly<
  Record<
    string,
    {
      count?: (workbench: Workbench) => number | undefined
      Tab: LazyExoticComponent<ComponentType>
    }
  >
>

export type DockTabId = keyof typeof dockTabs
export const dockTabIds = Object.keys(dockTabs) as readonly DockTabId[]
