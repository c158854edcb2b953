import { useEffect } from 'react'
import { isTyping, singleLetters } from '../../shell/single-letters.ts'

export const leadKeys = ['c', 'w', 'p', 'a', 'm', 'd', 'v', 'x'] as const
export type LeadKey = (typeof leadKeys)[number]

/** Single letters act on the lead at hand; none while something is asked. */
export function useLeadKeys(onKey: (key: LeadKey) => void, isOff: boolean): void {
  useEffect(() => {
    if (isOff) return
    const onLetter = (event: KeyboardEvent) => {
      if (isTyping(event) || !singleLetters.isOn()) return
      const key = leadKeys.find((one) => one === event.key.toLowerCase())
      if (!key) return
      event.preventDefault()
      onKey(key)
    }
    window.addEventListener('keydown', onLetter)
    return () => window.removeEventListener('keydown', onLetter)
  }, [onKey, isOff])
}
