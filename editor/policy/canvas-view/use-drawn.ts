import type { NodeChange } from '@xyflow/react'
import { applyNodeChanges } from '@xyflow/react'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { FlowNode } from '../canvas/flow.ts'
import { flowOf } from '../canvas/flow.ts'
import type { Workbench } from '../workbench.ts'
import type { Commands } from './commands.ts'

/** What React Flow draws of the workbench; measures and drags under way are the drawing's own. */
export function useDrawn(bench: Workbench, commands: Commands) {
  const { t } = useTranslation()
  const { policy, problems, lit, traffic, marks, worst, isEditable, selected, select } = bench
  const [chosenEdge, chooseEdge] = useState<string>()
  const derived = useMemo(
    () =>
      flowOf(policy, {
        problems,
        path: lit?.path,
        seen: lit?.seen,
        traffic,
        marks,
        worst,
        insertLabel: t('editor.addStep'),
        ...(isEditable
          ? {
              connect: commands.askTarget,
              insert: commands.insert,
              writeNote: commands.writeNote,
            }
          : {}),
      }),
    [policy, problems, lit, traffic, marks, worst, t, isEditable, commands],
  )
  const [nodes, setNodes] = useState<FlowNode[]>(derived.nodes)
  useEffect(() => {
    // the document is what the drawing follows
    // eslint-disable-next-line react-hooks/set-state-in-effect
    setNodes((before) => {
      const known = new Map(before.map((node) => [node.id, node]))
      return derived.nodes.map((node) => {
        const measured = known.get(node.id)?.measured
        return { ...node, selected: selected.includes(node.id), ...(measured ? { measured } : {}) }
      })
    })
  }, [derived.nodes, selected])
  const edges = useMemo(
    () =>
      derived.edges.map((edge) =>
        edge.id === chosenEdge ? { ...edge, selected: true, zIndex: 2 } : edge,
      ),
    [derived.edges, chosenEdge],
  )
  const onNodesChange = useCallback(
    (changes: NodeChange<FlowNode>[]) => {
      const rest = changes.filter(({ type }) => type !== 'remove')
      setNodes((before) => applyNodeChanges(rest, before))
      const picks = changes.filter((one) => one.type === 'select')
      if (picks.length === 0) return
      const next = new Set(selected)
      for (const { id, selected: isOn } of picks)
        if (isOn) next.add(id)
        else next.delete(id)
      select([...next])
    },
    [selected, select],
  )
  return { nodes, edges, onNodesChange, chooseEdge }
}
