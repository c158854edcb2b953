import type { KeyboardEvent } from 'react'
import { isTyping, singleLetters } from '../../shell/single-letters.ts'
import type { Workbench } from '../workbench.ts'
import type { Commands } from './commands.ts'
import { gridStep } from './commands.ts'

interface Desk {
  readonly bench: Workbench
  readonly commands: Commands
  readonly fit: () => void
  readonly focusForm: () => void
}

const ways = {
  ArrowUp: { x: 0, y: -gridStep },
  ArrowDown: { x: 0, y: gridStep },
  ArrowLeft: { x: -gridStep, y: 0 },
  ArrowRight: { x: gridStep, y: 0 },
} as const
const isArrow = (key: string): key is keyof typeof ways => Object.hasOwn(ways, key)

function withModifier(event: KeyboardEvent, { bench, commands }: Desk): boolean {
  const key = event.key.toLowerCase()
  const edits: Readonly<Record<string, () => void>> = {
    v: () => commands.paste(),
    d: () => commands.duplicate(),
    y: bench.redo,
    z: event.shiftKey ? bench.redo : bench.undo,
    enter: bench.publish,
  }
  if (key === 'a') bench.select(Object.keys(bench.policy.nodes))
  else if (key === 'c' && bench.selected.length > 0) commands.copySelected()
  else if (edits[key] && bench.isEditable) edits[key]()
  else return false
  return true
}

function withoutModifier(event: KeyboardEvent, { bench, commands, fit, focusForm }: Desk): boolean {
  const key = event.key.toLowerCase()
  const edits: Readonly<Record<string, () => void>> = {
    a: () => commands.askAdd(),
    i: () => commands.askAdd(),
    c: () => commands.askConnect(),
    l: () => commands.tidy(),
    n: () => commands.addNote(),
    backspace: () => commands.removeSelected(),
    delete: () => commands.removeSelected(),
  }
  const mayLetter = key.length > 1 || singleLetters.isOn()
  if (isArrow(event.key)) {
    if (!event.altKey) commands.go(event.key)
    else if (bench.isEditable) commands.nudge(ways[event.key])
  } else if (event.shiftKey && event.code === 'Digit1') fit()
  else if (/^[1-9]$/.test(key) && bench.isEditable) commands.askExitAt(Number(key) - 1)
  else if (key === 'enter') focusForm()
  else if (key === 'escape') bench.select([])
  else if (key === 'f' && mayLetter) commands.find()
  else if (edits[key] && mayLetter && bench.isEditable) edits[key]()
  else return false
  return true
}

/** Acts on a key pressed on the canvas (look, section 10). @returns whether it meant something */
export function pressed(event: KeyboardEvent<HTMLElement>, desk: Desk): boolean {
  const { target } = event
  const isModified = event.ctrlKey || event.metaKey
  const isInField = target instanceof HTMLElement && target.closest('input, textarea, select')
  if (isInField || (!isModified && !event.altKey && isTyping(event.nativeEvent))) return false
  // what is pressed in a dialog comes by here too, along the tree of components
  if (!(target instanceof Node) || !event.currentTarget.contains(target)) return false
  return isModified ? withModifier(event, desk) : withoutModifier(event, desk)
}
