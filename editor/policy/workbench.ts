import { createContext, use } from 'react'
import type { PathStep } from '../../server/schema/decision.ts'
import type { Catalogue } from '../../server/schema/catalogue.ts'
import type { WorstCase } from '../../server/policy/validate/worst-case.ts'
import type { Policy } from '../../server/schema/policy.ts'
import type { Problem } from '../../server/schema/problem.ts'
import type { DockTabId } from './dock-tabs.ts'
import type { Question } from './parts/chooser.tsx'
import type { ViewId } from './views.ts'

/** A call, real or thought out, drawn as the way it took. */
export interface Lit {
  readonly path: readonly PathStep[]
  /** What was seen at a node, to stand beside its lit way. */
  readonly seen?: ReadonlyMap<string, string>
}

/** How many calls went a way; `was` in what it is compared with. */
export interface Traffic {
  readonly calls: number
  readonly was?: number
}

/** What test cases say of the drawing. */
export interface Marks {
  /** Failing cases whose way ends at, or leaves the expected one at, this node. */
  readonly failing: ReadonlyMap<string, number>
  /** Ways that no case took, by `edgeId`. */
  readonly uncovered: ReadonlySet<string>
}

/** What every view, tab and form of the policy page shares. */
export interface Workbench {
  readonly id: string
  /** The document as it stands on screen. */
  readonly policy: Policy
  readonly live: { readonly document: Policy | undefined; readonly release: string } | undefined
  readonly catalogue: Catalogue
  readonly problems: readonly Problem[]
  /** The latest a decision can be made; undefined before the first check. */
  readonly worst: WorstCase | undefined
  readonly isEditable: boolean
  /** @param field what is typed in, so that its letters become one step to undo */
  readonly change: (next: Policy, field?: string) => void
  readonly undo: () => void
  readonly redo: () => void
  readonly publish: () => void
  readonly selected: readonly string[]
  readonly select: (ids: readonly string[]) => void
  /** Selects a step, and brings it into view on the canvas. */
  readonly show: (id: string) => void
  /** Asks for one thing out of a list; undefined closes the list. */
  readonly ask: (question: Question | undefined) => void
  /** Opens the form of the policy itself: name, lines, budget, fallback. */
  readonly openSettings: () => void
  readonly isSettingsOpen: boolean
  readonly lit: Lit | undefined
  readonly setLit: (lit: Lit | undefined) => void
  /** By `edgeId`. */
  readonly traffic: ReadonlyMap<string, Traffic> | undefined
  readonly setTraffic: (traffic: ReadonlyMap<string, Traffic> | undefined) => void
  readonly marks: Marks | undefined
  readonly setMarks: (marks: Marks | undefined) => void
  readonly view: ViewId
  readonly setView: (view: ViewId) => void
  readonly tab: DockTabId
  readonly setTab: (tab: DockTabId) => void
}

export const WorkbenchContext = createContext<Workbench | undefined>(undefined)

/** The policy page that this stands on. @throws Error outside of one */
export function useWorkbench(): Workbench {
  const workbench = use(WorkbenchContext)
  if (!workbench) throw new Error('useWorkbench stands outside of a policy page')
  return workbench
}
