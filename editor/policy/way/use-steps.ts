import { useEffect, useState } from 'react'
import { isTyping, singleLetters } from '../../shell/single-letters.ts'

const stepMs = 140
const mostMs = 1_500

const isStill = (): boolean => window.matchMedia('(prefers-reduced-motion: reduce)').matches

export interface Steps {
  /** Steps that are lit, from 1 to all. */
  readonly lit: number
  readonly play: () => void
  readonly goTo: (step: number) => void
}

/**
 * Lights a way step by step: all at once first, from the start when played or by the key `T`, which goes one
 * step on and after the last one begins again.
 * @param way what is played; another one is lit whole
 */
export function useSteps(way: object | undefined, count: number): Steps {
  const [state, setState] = useState<{ way: object | undefined; lit: number; isPlaying: boolean }>({
    way,
    lit: count,
    isPlaying: false,
  })
  const isNew = state.way !== way
  const lit = isNew ? count : Math.min(state.lit, count)
  const isPlaying = !isNew && state.isPlaying && lit < count
  useEffect(() => {
    if (!isPlaying) return
    const timer = setTimeout(
      () => setState({ way, lit: lit + 1, isPlaying: true }),
      Math.min(stepMs, mostMs / count),
    )
    return () => clearTimeout(timer)
  }, [isPlaying, lit, count, way])
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 't' || isTyping(event) || !singleLetters.isOn()) return
      event.preventDefault()
      setState({ way, lit: lit >= count ? 1 : lit + 1, isPlaying: false })
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [way, lit, count])
  return {
    lit,
    play: () => setState({ way, lit: isStill() ? count : 1, isPlaying: true }),
    goTo: (step) => setState({ way, lit: step, isPlaying: false }),
  }
}
