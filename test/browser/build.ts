import { ensureBuilt } from '../../server/cli/build.mjs'

/** Once, before the first of them starts, instead of in each at once. */
export const setup = async (): Promise<void> => {
  await ensureBuilt()
}
