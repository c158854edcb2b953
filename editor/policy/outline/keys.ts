import type { KeyboardEvent } from 'react'
import type { OutlineLine } from '../../../server/policy/outline/outline.ts'
import { isTyping, singleLetters } from '../../shell/single-letters.ts'
import type { Workbench } from '../workbench.ts'
import type { Cursor } from './cursor.ts'
import { stopsOf } from './cursor.ts'

export interface OutlineDesk {
  readonly bench: Workbench
  readonly lines: readonly OutlineLine[]
  readonly cursor: Cursor | undefined
  readonly go: (cursor: Cursor) => void
  readonly edit: () => void
  readonly add: () => void
  readonly connect: () => void
  readonly find: () => void
  readonly remove: () => void
  readonly move: (way: 'up' | 'down') => void
}

function withModifier(event: KeyboardEvent, { bench }: OutlineDesk): boolean {
  const key = event.key.toLowerCase()
  if (!bench.isEditable) return false
  if (key === 'z') (event.shiftKey ? bench.redo : bench.undo)()
  else if (key === 'y') bench.redo()
  else if (key === 'enter') bench.publish()
  else return false
  return true
}

function walk(key: string, { lines, cursor, go }: OutlineDesk): boolean {
  const at = lines.findIndex((line) => line.key === cursor?.key)
  const line = lines[at]
  const to = (index: number) => {
    const next = lines[Math.max(0, Math.min(lines.length - 1, index))]
    if (next) go({ key: next.key, word: -1 })
  }
  const words = line ? stopsOf(line).length : 0
  const word = cursor?.word ?? -1
  const isRtl = document.documentElement.dir === 'rtl'
  if (key === 'ArrowDown') to(at + 1)
  else if (key === 'ArrowUp') to(at - 1)
  else if (key === 'Home') to(0)
  else if (key === 'End') to(lines.length - 1)
  else if (line && key === (isRtl ? 'ArrowLeft' : 'ArrowRight'))
    go({ key: line.key, word: Math.min(word + 1, words - 1) })
  else if (line && key === (isRtl ? 'ArrowRight' : 'ArrowLeft'))
    go({ key: line.key, word: Math.max(word - 1, -1) })
  else return false
  return true
}

function withoutModifier(event: KeyboardEvent, desk: OutlineDesk): boolean {
  const { bench } = desk
  const key = event.key.toLowerCase()
  const edits: Readonly<Record<string, () => void>> = {
    a: desk.add,
    c: desk.connect,
    backspace: desk.remove,
    delete: desk.remove,
  }
  const mayLetter = key.length > 1 || singleLetters.isOn()
  if (event.altKey && (key === 'arrowup' || key === 'arrowdown')) {
    if (bench.isEditable) desk.move(key === 'arrowup' ? 'up' : 'down')
  } else if (key === 'enter' || key === 'f2') desk.edit()
  else if (key === 'escape') {
    if (desk.cursor) desk.go({ key: desk.cursor.key, word: -1 })
  } else if (key === 'f' && mayLetter) desk.find()
  else if (edits[key] && mayLetter && bench.isEditable) edits[key]()
  else return walk(event.key, desk)
  return true
}

/** Acts on a key pressed in the outline (look, section 10). @returns whether it meant something */
export function pressed(event: KeyboardEvent<HTMLElement>, desk: OutlineDesk): boolean {
  const { target } = event
  const isModified = event.ctrlKey || event.metaKey
  const isInField = target instanceof HTMLElement && target.closest('input, textarea, select')
  if (isInField || (!isModified && !event.altKey && isTyping(event.nativeEvent))) return false
  // what is pressed in a dialog comes by here too, along the tree of components
  if (!(target instanceof Node) || !event.currentTarget.contains(target)) return false
  return isModified ? withModifier(event, desk) : withoutModifier(event, desk)
}
