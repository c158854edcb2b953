import { Braces, ListTree, Play, Waypoints } from 'lucide-react'
import type { LucideIcon } from 'lucide-react'
import type { ComponentType, LazyExoticComponent } from 'react'
import { lazy } from 'react'

/** Ways to look at the one document; each is a lazy component that reads `useWorkbench()`. */
export const views = {
  canvas: {
    icon: Waypoints,
    /** Whether problems, cases and the like stand under it. */
    hasDock: true,
    View: lazy(() =>
      import('./canvas-view.tsx').then(({ CanvasView }) => ({ default: CanvasView })),
    ),
  },
  outline: {
    icon: ListTree,
    hasDock: false,
    View: lazy(() =>
      import('./outline/outline-view.tsx').then(({ OutlineView }) => ({ default: OutlineView })),
    ),
  },
  json: {
    icon: Braces,
    hasDock: true,
    View: lazy(() =>
      import('./json/json-view.tsx').then(({ JsonView }) => ({ default: JsonView })),
    ),
  },
  simulator: {
    icon: Play,
    hasDock: false,
    View: lazy(() =>
      import('./simulator/simulator.tsx').then(({ Simulator }) => ({ default: Simulator })),
    ),
  },
} satisfies Readonly<
  Record<string, { icon: LucideIcon; hasDock: boolean; View: LazyExoticComponent<ComponentType> }>
>

export type ViewId = keyof typeof views
export const viewIds = Object.keys(views) as readonly ViewId[]
