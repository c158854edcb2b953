import { ActionIcon } from '@mantine/core'
import { Background, ReactFlow, ReactFlowProvider, useReactFlow } from '@xyflow/react'
import { PanelRightClose, PanelRightOpen } from 'lucide-react'
import { useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import canvas from '../canvas/canvas.module.css'
import { flowOf } from '../canvas/flow.ts'
import { edgeTypes, nodeTypes } from '../canvas/types.ts'
import { nodeSize } from '../document/canvas.ts'
import { useWorkbench } from '../workbench.ts'
import styles from './outline.module.css'

/** Follows the cursor: the chosen step comes into view. */
function Follow({ id }: { id: string | undefined }) {
  const { fitView } = useReactFlow()
  useEffect(() => {
    void fitView(id === undefined ? {} : { nodes: [{ id }], minZoom: 0.35, maxZoom: 0.5 })
  }, [fitView, id])
  return undefined
}

/** The drawing, to look at; a step of it goes to its line. All it says stands in the lines. */
function Drawn() {
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

/** The drawing beside the sentences, which can be folded. */
export function OutlineMap() {
  const { t } = useTranslation()
  const [isOpen, setOpen] = useState(true)
  if (!isOpen)
    return (
      <ActionIcon
        className={styles.unfold}
        variant="default"
        aria-label={t('outline.openMap')}
        onClick={() => setOpen(true)}
      >
        <PanelRightOpen size={16} aria-hidden />
      </ActionIcon>
    )
  return (
    <aside className={styles.map} aria-label={t('outline.map')}>
      <div className={styles.mapHead}>
        <h2>{t('outline.map')}</h2>
        <span className="muted">{t('outline.mapHint')}</span>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t('outline.closeMap')}
          onClick={() => setOpen(false)}
        >
          <PanelRightClose size={16} aria-hidden />
        </ActionIcon>
      </div>
      <div className={styles.drawing}>
        <Drawn />
      </div>
    </aside>
  )
}
