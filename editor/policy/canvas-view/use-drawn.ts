import { replaceEqualDeep } from '@tanstack/react-query'
import type { NodeChange } from '@xyflow/react'
import { applyNodeChanges } from '@xyflow/react'
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { FlowNode } from '../canvas/flow.ts'
import { flowOf } from '../canvas/flow.ts'
import type { Workbench } from '../workbench.ts'
import type { Commands } from './commands.ts'

type Drawn = ReturnType<typeof flowOf>

/**
 * What says the same as before stays the same object, so that after a change only what differs is rendered
 * again and not every step and way.
 */
function useSteady(next: Drawn): Drawn {
  const [held, hold] = useState(next)
  const steady = useMemo(() => replaceEqualDeep(held, next), [held, next])
  if (steady !== held) hold(steady)
  return steady
}

/** A step as it is drawn already, if nothing of it differs. */
function drawnAs(node: FlowNode, isSelected: boolean, before: FlowNode | undefined): FlowNode {
  if (!before) return { ...node, selected: isSelected }
  const { x, y } = before.position
  const isSame =
    before.data === node.data &&
    (before.selected ?? false) === isSelected &&
    x === node.position.x &&
    y === node.position.y
  if (isSame) return before
  const { measured } = before
  return { ...node, selected: isSelected, ...(measured ? { measured } : {}) }
}

/** What React Flow draws of the workbench; measures and drags under way are the drawing's own. */
export function useDrawn(bench: Workbench, commands: Commands) {
  const { t } = useTranslation()
  const { policy, problems, lit, traffic, marks, worst, isEditable, selected, select } = bench
  const [chosenEdge, chooseEdge] = useState<string>()
  const derived = useSteady(
    useMemo(
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
    ),
  )
  const [nodes, setNodes] = useState<FlowNode[]>(derived.nodes)
  useEffect(() => {
    // the document is what the drawing follows
    // eslint-disable-next-line react-hooks/set-state-in-effect
    setNodes((before) => {
      const known = new Map(before.map((node) => [node.id, node]))
      const chosen = new Set(selected)
      const next = derived.nodes.map((node) =>
        drawnAs(node, chosen.has(node.id), known.get(node.id)),
      )
      const isSame = next.length === before.length && next.every((node, at) => node === before[at])
      return isSame ? before : next
    })
  }, [derived.nodes, selected])
  const edges = useMemo(
    () =>
      derived.edges.map((edge) =>
        edge.id === chosenEdge ? { ...edge, selected: true, zIndex: 2 } : edge,
      ),
    [derived.edges, chosenEdge],
  )
  // one function for the life of the drawing, which would be rendered again for a new one
  const chosen = useRef(selected)
  useLayoutEffect(() => {
    chosen.current = selected
  }, [selected])
  const onNodesChange = useCallback(
    (changes: NodeChange<FlowNode>[]) => {
      const rest = changes.filter(({ type }) => type !== 'remove')
      setNodes((before) => applyNodeChanges(rest, before))
      const picks = changes.filter((one) => one.type === 'select')
      if (picks.length === 0) return
      const next = new Set(chosen.current)
      for (const { id, selected: isOn } of picks)
        if (isOn) next.add(id)
        else next.delete(id)
      select([...next])
    },
    [select],
  )
  return { nodes, edges, onNodesChange, chooseEdge }
}
