import { useEffect } from 'react'
import { isTyping, singleLetters } from '../shell/single-letters.ts'
import { canvasStep } from './canvas-step.ts'
import type { Workbench } from './workbench.ts'

/** `O` goes from the canvas to the outline and back, with the same step chosen. */
export function useViewKeys({ view, setView, selected }: Workbench): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'o' || isTyping(event) || !singleLetters.isOn()) return
      if (event.defaultPrevented || document.querySelector('[role="dialog"]')) return
      event.preventDefault()
      setView(view === 'outline' ? 'canvas' : 'outline')
      if (view === 'outline') canvasStep(selected[0])
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [view, setView, selected])
}
