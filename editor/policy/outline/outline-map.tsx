import { Background, ReactFlow, ReactFlowProvider, useReactFlow } from '@xyflow/react'
import { useEffect, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import canvas from '../canvas/canvas.module.css'
import { flowOf } from '../canvas/flow.ts'
import { edgeTypes, nodeTypes } from '../canvas/types.ts'
import { nodeSize } from '../document/canvas.ts'
import { useWorkbench } from '../workbench.ts'

/** Follows the cursor: the chosen step comes into view. */
function Follow({ id }: { id: string | undefined }) {
  const { fitView } = useReactFlow()
  useEffect(() => {
    void fitView(id === undefined ? {} : { nodes: [{ id }], minZoom: 0.35, maxZoom: 0.5 })
  }, [fitView, id])
  return undefined
}

/** The drawing beside the outline, to look at; a step of it goes to its line. */
export function OutlineMap() {
  const { t } = useTranslation()
  const { policy, problems, selected, select } = useWorkbench()
  const current = selected[0]
  const { nodes, edges } = useMemo(() => {
    const drawn = flowOf(policy, { problems, insertLabel: t('editor.addStep') })
    return {
      edges: drawn.edges,
      // measured already, or each move of the cursor would make the drawing measure itself again
      nodes: drawn.nodes
        .filter(({ type }) => type === 'step')
        .map((node) => ({ ...node, measured: nodeSize, selected: node.id === current })),
    }
  }, [policy, problems, current, t])
  return (
    <ReactFlowProvider>
      <div className={canvas.canvas} aria-hidden>
        <ReactFlow
          nodes={nodes}
          edges={edges}
          nodeTypes={nodeTypes}
          edgeTypes={edgeTypes}
          onNodeClick={(_, node) => select([node.id])}
          nodesDraggable={false}
          nodesConnectable={false}
          nodesFocusable={false}
          edgesFocusable={false}
          disableKeyboardA11y
          deleteKeyCode={null}
          fitView
          minZoom={0.1}
          proOptions={{ hideAttribution: true }}
        >
          <Background gap={20} color="var(--line2)" />
          <Follow id={current} />
        </ReactFlow>
      </div>
    </ReactFlowProvider>
  )
}
