import { useReactFlow } from '@xyflow/react'
import { useCallback, useMemo, useState } from 'react'
import type { Question } from './parts/chooser.tsx'
import type { DockTabId } from './dock-tabs.ts'
import type { ViewId } from './views.ts'
import type { Lit, Marks, Traffic, Workbench } from './workbench.ts'

type Held =
  | 'selected'
  | 'select'
  | 'show'
  | 'lit'
  | 'setLit'
  | 'traffic'
  | 'setTraffic'
  | 'marks'
  | 'setMarks'
  | 'view'
  | 'setView'
  | 'tab'
  | 'setTab'
  | 'ask'
  | 'openSettings'
  | 'isSettingsOpen'

/** What lies over the document and is no part of it: what is chosen, lit, marked, open. */
export function useWorkbenchState(first: readonly string[]): {
  readonly state: Pick<Workbench, Held>
  readonly question: Question | undefined
} {
  const { fitView } = useReactFlow()
  const [selected, setSelected] = useState<readonly string[]>(first)
  const [isSettingsOpen, setSettingsOpen] = useState(false)
  const select = useCallback((ids: readonly string[]) => {
    setSelected(ids)
    setSettingsOpen(false)
  }, [])
  const openSettings = useCallback(() => {
    setSelected([])
    setSettingsOpen(true)
  }, [])
  const [lit, setLit] = useState<Lit>()
  const [traffic, setTraffic] = useState<ReadonlyMap<string, Traffic>>()
  const [marks, setMarks] = useState<Marks>()
  const [view, setView] = useState<ViewId>('canvas')
  const [tab, setTab] = useState<DockTabId>('problems')
  const [question, ask] = useState<Question>()
  const show = useCallback(
    (id: string) => {
      select([id])
      void fitView({ nodes: [{ id }], maxZoom: 1, duration: 0 })
    },
    [fitView, select],
  )
  const state = useMemo(
    () => ({
      selected,
      select,
      show,
      lit,
      setLit,
      traffic,
      setTraffic,
      marks,
      setMarks,
      view,
      setView,
      tab,
      setTab,
      ask,
      openSettings,
      isSettingsOpen,
    }),
    [selected, select, show, lit, traffic, marks, view, tab, openSettings, isSettingsOpen],
  )
  return { state, question }
}
