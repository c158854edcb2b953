import type { OutlineLine } from '../../../server/policy/outline/outline.ts'
import type { Part } from '../../../server/policy/say/words.ts'

/** Where the keyboard is: a line, and one of its words or none (-1). */
export interface Cursor {
  readonly key: string
  readonly word: number
}

/** The line at the end that says what happens when time runs out. */
export const fallbackKey = 'fallback line'

export type Stop = Extract<Part, { type: 'word' | 'step' }>

/** Words of a line that left and right stop at: what can be edited, and the steps it names. */
export const stopsOf = ({ parts, unknown = [] }: OutlineLine): Stop[] =>
  [...parts, ...unknown].filter((part) => part.type === 'word' || part.type === 'step')

/** The step that is chosen with a line: its own, or the one it is reached from. */
export const ownerOf = ({ type, id, from }: OutlineLine): string =>
  type === 'step' ? id : (from?.step ?? id)

/** The cursor follows what is chosen elsewhere: on the canvas, by a problem, by a new step. */
export function settled(
  cursor: Cursor | undefined,
  lines: readonly OutlineLine[],
  selected: string | undefined,
) {
  const line = lines.find(({ key }) => key === cursor?.key)
  const isFallback = cursor?.key === fallbackKey && selected === undefined
  if (isFallback || (line && (selected === undefined || ownerOf(line) === selected))) return cursor
  const key = lines.find(({ key: own }) => own === selected)?.key ?? lines[0]?.key
  return key === undefined ? undefined : { key, word: -1 }
}

const attribute = 'data-outline'
export const placeAttribute = (cursor: Cursor) => ({ [attribute]: `${cursor.key} ${cursor.word}` })

/** Frames after which the focus is left where it is. */
const mostFrames = 30

/** Puts the keyboard on a line or word once it is drawn, also after a dialog has given the focus back. */
export function focusSoon(root: HTMLElement | null, cursor: Cursor | undefined): void {
  let calm = 0
  const look = (frames: number) => {
    const wanted = cursor
      ? root?.querySelector<HTMLElement>(
          `[${attribute}="${CSS.escape(`${cursor.key} ${cursor.word}`)}"]`,
        )
      : root
    const isOpen = document.querySelector('[role="dialog"]') !== null
    if (wanted && document.activeElement !== wanted && !isOpen) wanted.focus()
    calm = wanted && document.activeElement === wanted ? calm + 1 : 0
    if (frames > 0 && calm < 3) requestAnimationFrame(() => look(frames - 1))
  }
  look(mostFrames)
}
