import { useStore, useStoreApi } from '@xyflow/react'
import { useEffect } from 'react'

/** Smaller than this, small print cannot be read. */
const farZoom = 0.5

/** Tells the style sheet whether the drawing is far away; no step has to know, or be rendered for it. */
export function Far() {
  const isFar = useStore((state) => state.transform[2] < farZoom)
  const store = useStoreApi()
  useEffect(() => {
    store.getState().domNode?.toggleAttribute('data-far', isFar)
  }, [store, isFar])
  return undefined
}
