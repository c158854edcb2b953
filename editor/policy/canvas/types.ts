import { NoteNode } from './note-node.tsx'
import { StepNode } from './step-node.tsx'
import { WayEdge } from './way-edge.tsx'

/** The same objects every time: React Flow mounts everything anew when they change. */
export const nodeTypes = { step: StepNode, note: NoteNode }
export const edgeTypes = { way: WayEdge }
