import styles from './editor.module.css'

/** Frames that are waited for the form, which is drawn a little later than its step. */
const patience = 30

/** Puts the keyboard into the first field of a step's form beside the canvas, once it is there. */
export function focusForm(id: string | undefined, left = patience): void {
  requestAnimationFrame(() => {
    const form = document.querySelector<HTMLElement>(`.${styles.inspector}`)
    const isOwn = id === undefined || form?.dataset['step'] === id
    const field = form?.querySelector<HTMLElement>('input, textarea')
    if (isOwn && field) field.focus()
    else if (left > 0) focusForm(id, left - 1)
  })
}
