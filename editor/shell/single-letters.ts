const storageKey = 'callgate.single-letters'

/** Whether single letters are keys; some people's software types them by itself (WCAG 2.1.4). */
export const singleLetters = {
  isOn: (): boolean => localStorage.getItem(storageKey) !== 'off',
  set: (isOn: boolean): void => localStorage.setItem(storageKey, isOn ? 'on' : 'off'),
}

/** Letters belong to the field that has the focus, and to the browser with its own keys held. */
export function isTyping(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return true
  const { target } = event
  if (!(target instanceof HTMLElement)) return false
  return (
    target.isContentEditable || target.closest('input, textarea, select, [role="textbox"]') !== null
  )
}
