import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { transform } from 'esbuild'
import type { Condition, Leaf } from '../../server/schema/policy.ts'
import { defaultOutcome } from '../policy-documents.ts'
import type { Gate } from '../policy-documents.ts'
import type { Decide, Variant } from './variant.ts'

const comparisons: Readonly<Record<string, string>> = {
  equal: '===',
  notEqual: '!==',
  lessThan: '<',
  lessThanInclusive: '<=',
  greaterThan: '>',
  greaterThanInclusive: '>=',
}

function leafText({ fact, operator, value }: Leaf): string {
  const read = `call[${JSON.stringify(fact)}]`
  if (operator === 'in' && Array.isArray(value))
    return `(${value.map((one) => `${read} === ${JSON.stringify(one)}`).join(' || ')})`
  const comparison = comparisons[operator]
  if (comparison === undefined) throw new Error(`no word for ${operator}`)
  return `${read} ${comparison} ${JSON.stringify(value)}`
}

function conditionText(condition: Condition): string {
  if ('all' in condition) return condition.all.map((one) => `(${conditionText(one)})`).join(' && ')
  if ('any' in condition) return condition.any.map((one) => `(${conditionText(one)})`).join(' || ')
  return 'not' in condition ? `!(${conditionText(condition.not)})` : leafText(condition)
}

/**
 * What somebody would write by hand who has no policies: `if (…) return 'reject'`, gate after gate, as a
 * TypeScript module that is compiled and imported. It traces nothing.
 */
export const handWritten: Variant = {
  name: 'hand-written',
  label: 'hand-written TypeScript, no trace',
  async make(gates: readonly Gate[]): Promise<Decide> {
    const lines = gates.map(
      ({ when, outcome }) => `  if (${conditionText(when)}) return '${outcome}'`,
    )
    const source = [
      'type Call = Readonly<Record<string, any>>',
      'export function decide(call: Call): string {',
      ...lines,
      `  return '${defaultOutcome}'`,
      '}',
    ].join('\n')
    const { code } = await transform(source, { loader: 'ts', format: 'esm' })
    const folder = process.env.BENCH_FOLDER ?? '.'
    const file = join(folder, `hand-written-${gates.length}-${process.pid}.mjs`)
    writeFileSync(file, code)
    // the module that was written one line above
    const { decide } = (await import(pathToFileURL(file).href)) as { decide: Decide }
    return decide
  },
}
