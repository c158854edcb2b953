import styles from './editor.module.css'

/** Puts the keyboard into the first field of the form beside the canvas, once it is there. */
export function focusForm(): void {
  requestAnimationFrame(() =>
    document.querySelector<HTMLElement>(`.${styles.inspector} :is(input, textarea)`)?.focus(),
  )
}
