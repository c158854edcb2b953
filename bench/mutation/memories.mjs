/**
 * What modules keep in maps of their own (a zone's changes of the clock, a policy already compiled) would carry what
 * one mutant made into the run of the next, or keep the next from being reached. Maps that are made while `load`
 * runs can therefore be told to forget what came into them since.
 * @param {() => Promise<void>} load imports the modules
 * @returns {Promise<() => void>} forgets
 */
export async function loadForgetfully(load) {
  const { Map: PlainMap, WeakMap: PlainWeakMap } = globalThis
  const forgetful = []
  let isLoaded = false
  const forgetting = (Plain) =>
    class extends Plain {
      added = new Set()

      constructor(entries) {
        super(entries)
        forgetful.push(this)
      }

      set(key, value) {
        if (isLoaded) this.added.add(key)
        return super.set(key, value)
      }
    }
  globalThis.Map = forgetting(PlainMap)
  globalThis.WeakMap = forgetting(PlainWeakMap)
  try {
    await load()
  } finally {
    Object.assign(globalThis, { Map: PlainMap, WeakMap: PlainWeakMap })
  }
  isLoaded = true
  return () => {
    for (const map of forgetful) {
      for (const key of map.added) map.delete(key)
      map.added.clear()
    }
  }
}
