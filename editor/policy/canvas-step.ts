/** Frames within which a lazy canvas is there. */
const mostFrames = 60

/** Puts the keyboard on a step of the canvas, once it is drawn. */
export function canvasStep(id: string | undefined): void {
  const look = (frames: number) => {
    const own = id === undefined ? '' : `[data-id="${CSS.escape(id)}"]`
    const step = document.querySelector<HTMLElement>(`.react-flow__node-step${own}[tabindex]`)
    if (step) step.focus({ preventScroll: true })
    else if (frames > 0) requestAnimationFrame(() => look(frames - 1))
  }
  look(mostFrames)
}
