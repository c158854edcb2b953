import { installationOf } from '../installation.ts'
import { createLogger } from '../logger.ts'
import { countryOf, phoneForms } from '../phone.ts'
import type { World } from '../policy/simulate.ts'
import type { SeedFile, SeedProblem } from './file.ts'
import { readSeedFile } from './file.ts'
import { contacts, lists, recordFiles } from './records.ts'

interface Input {
  /** SEEDS_DIR. */
  readonly dir: string
  readonly crmUrl: string | undefined
  readonly reportZone: string
}

/** What seed files say, without a database: an installation, its address book and its lists. */
export interface SeedWorld {
  readonly world: World
  /** Records that were left out. */
  readonly problems: readonly SeedProblem[]
}

/** Reads the seed files as a fresh installation would have them. Never throws. */
export async function readSeedWorld({ dir, crmUrl, reportZone }: Input): Promise<SeedWorld> {
  const problems: SeedProblem[] = []
  const read = async <T>(name: string, load: (file: SeedFile, value: unknown) => T[]) => {
    const file: SeedFile = { name, problems }
    const value = await readSeedFile(dir, file)
    return value === undefined ? [] : load(file, value)
  }
  const records = []
  for (const { name, entries } of recordFiles)
    records.push(...(await read(name, entries)).map((entry) => entry.value))
  const listed = await read('lists.json', lists)
  const book = await read('contacts.json', contacts)
  const onList = (list: 'blocked' | 'allowed') =>
    listed.filter((one) => one.list === list).map(({ entry }) => entry)
  const log = createLogger('silent')
  const world: World = {
    installation: installationOf(records, { log, crmUrl, reportZone }),
    contacts: book.map(({ value }) => value.contact),
    lists: { blocked: onList('blocked'), allowed: onList('allowed') },
    phoneForms,
    countryOf,
  }
  return { world, problems }
}
