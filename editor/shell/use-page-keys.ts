import { useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { mayDo, useMe } from '../api/session.ts'
import { pages } from '../pages/registry.ts'
import { isTyping, singleLetters } from './single-letters.ts'

/** Between `G` and the letter of a page. */
const waitMs = 1_500

/** `G`, then a page's letter, opens it. */
export function usePageKeys(): void {
  const navigate = useNavigate()
  const me = useMe()
  useEffect(() => {
    let pressedAt = -Infinity
    const onKey = (event: KeyboardEvent) => {
      if (isTyping(event) || !singleLetters.isOn()) return
      const key = event.key.toLowerCase()
      if (key === 'g') {
        pressedAt = event.timeStamp
        return
      }
      if (event.timeStamp - pressedAt > waitMs) return
      pressedAt = -Infinity
      const page = pages.find((one) => one.key === key && mayDo(me, one.operation))
      if (!page) return
      event.preventDefault()
      event.stopImmediatePropagation()
      void navigate({ to: page.path })
    }
    window.addEventListener('keydown', onKey, true)
    return () => window.removeEventListener('keydown', onKey, true)
  }, [me, navigate])
}
