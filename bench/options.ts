import { parseArgs } from 'node:util'

export const parts = [
  'evaluation',
  'webhook',
  'burst',
  'growth',
  'reload',
  'canvas',
  'reports',
] as const
export type Part = (typeof parts)[number]

export interface Options {
  /** At most two minutes: few rounds, small sizes. Says that all runs and decides alike, not how fast. */
  readonly quick: boolean
  readonly only: readonly Part[]
  readonly writeDocs: boolean
  readonly rounds: number
}

export const usage = `npm run bench -- [--quick] [--only ${parts.join(',')}] [--write-docs]`

/** @throws Error naming what is wrong */
export function readOptions(argv: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      'write-docs': { type: 'boolean', default: false },
      rounds: { type: 'string' },
    },
  })
  const named = values.only?.split(',') ?? parts
  const only = parts.filter((part) => named.includes(part))
  const unknown = named.find((name) => !parts.some((part) => part === name))
  if (unknown !== undefined) throw new Error(`there is no part "${unknown}"`)
  return {
    quick: values.quick,
    only,
    writeDocs: values['write-docs'],
    rounds: Number(values.rounds ?? (values.quick ? 1 : 7)),
  }
}
