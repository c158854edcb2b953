import '@xyflow/react/dist/style.css'
import { Background, Controls, ReactFlow, ReactFlowProvider } from '@xyflow/react'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Policy } from '../../../server/schema/policy.ts'
import styles from './canvas.module.css'
import { Far } from './far.tsx'
import type { Overlay } from './flow.ts'
import { flowOf } from './flow.ts'
import { edgeTypes, nodeTypes } from './types.ts'

interface DrawingProps {
  readonly policy: Policy
  readonly overlay?: Omit<Overlay, 'insertLabel'>
  readonly label: string
}

/**
 * A policy to look at: a release with a call's path, or what a draft changes. It has a store of its own, or a
 * drawing in a dialog would take the canvas behind it along when it closes.
 */
export function Drawing({ policy, overlay, label }: DrawingProps) {
  const { t } = useTranslation()
  const { nodes, edges } = useMemo(
    () => flowOf(policy, { ...overlay, insertLabel: t('editor.addStep') }),
    [policy, overlay, t],
  )
  return (
    <section className={styles.canvas} aria-label={label}>
      <ReactFlowProvider>
        <ReactFlow
          nodes={nodes}
          edges={edges}
          nodeTypes={nodeTypes}
          edgeTypes={edgeTypes}
          nodesDraggable={false}
          nodesConnectable={false}
          elementsSelectable={false}
          nodesFocusable={false}
          edgesFocusable={false}
          disableKeyboardA11y
          fitView
          minZoom={0.1}
          proOptions={{ hideAttribution: true }}
        >
          <Far />
          <Background gap={20} color="var(--line2)" />
          <Controls showInteractive={false} />
        </ReactFlow>
      </ReactFlowProvider>
    </section>
  )
}
