import '@xyflow/react/dist/style.css'
import type { Connection, EdgeMouseHandler } from '@xyflow/react'
import {
  Background,
  ConnectionMode,
  ControlButton,
  Controls,
  MiniMap,
  ReactFlow,
} from '@xyflow/react'
import { LayoutGrid, StickyNote } from 'lucide-react'
import { memo, useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { Far } from '../canvas/far.tsx'
import type { FlowNode } from '../canvas/flow.ts'
import { edgeTypes, nodeTypes } from '../canvas/types.ts'
import { useWorkbench } from '../workbench.ts'
import type { Commands } from './commands.ts'
import { gridStep } from './commands.ts'
import { useDrawn } from './use-drawn.ts'

// the same objects each time: React Flow tells every step and way of each prop that is a new one
const snapGrid: [number, number] = [gridStep, gridStep]
const selectionKeys = ['Shift', 'Control', 'Meta']
const fitOptions = {
  padding: { left: '180px', top: '40px', right: '40px', bottom: '40px' },
  maxZoom: 1,
} as const
const mapStyle = { width: 148, height: 96, marginInlineEnd: 62 }
const ownLook = { hideAttribution: true }

/** Buttons beside the zoom: tidy up, and a note. */
function Tools({ commands }: { commands: Commands }) {
  const { t } = useTranslation()
  return (
    <>
      <ControlButton
        onClick={() => commands.tidy()}
        title={t('editor.tidy')}
        aria-label={t('editor.tidy')}
      >
        <LayoutGrid style={{ fill: 'none' }} />
      </ControlButton>
      <ControlButton
        onClick={() => commands.addNote()}
        title={t('editor.note')}
        aria-label={t('editor.note')}
      >
        <StickyNote style={{ fill: 'none' }} />
      </ControlButton>
    </>
  )
}

interface BoardProps {
  readonly commands: Commands
  /** Brings everything into view at first. */
  readonly isFitted: boolean
  /** Steps begin and end to be dragged. */
  readonly onMoving: (isMoving: boolean) => void
}

/** The drawing itself. What moves on it has nothing around it rendered again, nor the other way round. */
export const Board = memo(({ commands, isFitted, onMoving }: BoardProps) => {
  const bench = useWorkbench()
  const { isEditable } = bench
  const { nodes, edges, onNodesChange, chooseEdge } = useDrawn(bench, commands)
  const onDragStart = useCallback(() => onMoving(true), [onMoving])
  const drop = useCallback(
    (moved: readonly FlowNode[]) => {
      onMoving(false)
      // when the drawing has put them down, so that neither waits for the other
      setTimeout(() => commands.drop(moved))
    },
    [onMoving, commands],
  )
  const onNodeDragStop = useCallback(
    (_: unknown, __: unknown, moved: readonly FlowNode[]) => drop(moved),
    [drop],
  )
  const onSelectionDragStop = useCallback(
    (_: unknown, moved: readonly FlowNode[]) => drop(moved),
    [drop],
  )
  const onConnect = useCallback(
    ({ source, sourceHandle, target }: Connection) => {
      if (sourceHandle !== null) commands.link({ from: source, exit: sourceHandle }, target)
    },
    [commands],
  )
  const onEdgeClick: EdgeMouseHandler = useCallback((_, edge) => chooseEdge(edge.id), [chooseEdge])
  const onPaneClick = useCallback(() => chooseEdge(undefined), [chooseEdge])
  return (
    <ReactFlow
      nodes={nodes}
      edges={edges}
      nodeTypes={nodeTypes}
      edgeTypes={edgeTypes}
      onNodesChange={onNodesChange}
      onNodeDragStart={onDragStart}
      onSelectionDragStart={onDragStart}
      onNodeDragStop={onNodeDragStop}
      onSelectionDragStop={onSelectionDragStop}
      onConnect={onConnect}
      onEdgeClick={onEdgeClick}
      onPaneClick={onPaneClick}
      connectionMode={ConnectionMode.Strict}
      connectionRadius={90}
      nodesDraggable={isEditable}
      nodesConnectable={isEditable}
      edgesFocusable={false}
      disableKeyboardA11y
      deleteKeyCode={null}
      multiSelectionKeyCode={selectionKeys}
      snapToGrid
      snapGrid={snapGrid}
      fitView={isFitted}
      fitViewOptions={fitOptions}
      minZoom={0.1}
      proOptions={ownLook}
    >
      <Far />
      <Background gap={gridStep} color="var(--line2)" />
      <MiniMap
        position="bottom-right"
        pannable
        ariaLabel={null}
        nodeColor="var(--line2)"
        maskColor="transparent"
        style={mapStyle}
      />
      <Controls position="bottom-right" showInteractive={false}>
        {isEditable && <Tools commands={commands} />}
      </Controls>
    </ReactFlow>
  )
})
Board.displayName = 'Board'
