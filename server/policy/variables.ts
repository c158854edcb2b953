import { prototypeKeys } from '../schema/primitives.ts'

/** What a filter takes after its colon. */
type ArgumentRule = 'text' | 'format' | 'count' | 'none'

const filterArguments = {
  default: 'text',
  time: 'format',
  date: 'format',
  upper: 'none',
  lower: 'none',
  truncate: 'count',
} as const satisfies Readonly<Record<string, ArgumentRule>>

export type FilterName = keyof typeof filterArguments

export interface FilterUse {
  readonly name: FilterName
  readonly argument?: string
}

/** One `{{ path | filter: "argument" }}` of a text. */
export interface VariableUse {
  readonly path: string
  readonly filters: readonly FilterUse[]
  /** As written, braces included. */
  readonly raw: string
  /** Where it begins in the text, in UTF-16 code units. */
  readonly index: number
}

export interface TemplateProblem {
  readonly index: number
  readonly message: string
  readonly hint: string
}

export interface Template {
  readonly parts: readonly (string | VariableUse)[]
  readonly problems: readonly TemplateProblem[]
}

type Fault = Omit<TemplateProblem, 'index'>

/**
 * Splits a text into its literal parts and its variables (contract, section 1, "Variables").
 * What is wrong stands in `problems`, and stays in `parts` as literal text; never throws.
 */
export function parseTemplate(text: string): Template {
  const parts: (string | VariableUse)[] = []
  const problems: TemplateProblem[] = []
  let done = 0
  let open = text.indexOf('{{')
  while (open !== -1) {
    const close = closingBraces(text, open + 2)
    if (close === undefined) {
      problems.push({
        index: open,
        message: `"${text.slice(open, open + 20)}" is never closed`,
        hint: 'close the variable with }}',
      })
      open = text.indexOf('{{', open + 2)
      continue
    }
    const raw = text.slice(open, close + 2)
    const variable = parseVariable(raw.slice(2, -2))
    if ('message' in variable) problems.push({ index: open, ...variable })
    else {
      parts.push(text.slice(done, open), { ...variable, raw, index: open })
      done = close + 2
    }
    open = text.indexOf('{{', close + 2)
  }
  parts.push(text.slice(done))
  return { parts: parts.filter((part) => part !== ''), problems }
}

/** Braces between quotes do not count, unless the quote itself is never closed. */
function closingBraces(text: string, from: number): number | undefined {
  let quote = ''
  for (let index = from; index < text.length; index++) {
    const character = text.charAt(index)
    if (quote !== '') {
      if (character === '\\') index++
      else if (character === quote) quote = ''
    } else if (character === '"' || character === "'") quote = character
    else if (text.startsWith('}}', index)) return index
    else if (text.startsWith('{{', index)) return undefined
  }
  const plain = text.indexOf('}}', from)
  const nextOpen = text.indexOf('{{', from)
  return plain === -1 || (nextOpen !== -1 && nextOpen < plain) ? undefined : plain
}

function parseVariable(inside: string): Pick<VariableUse, 'path' | 'filters'> | Fault {
  const [path = '', ...rest] = splitOutsideQuotes(inside)
  const pathFault = faultOfPath(path)
  if (pathFault) return pathFault
  const filters: FilterUse[] = []
  for (const source of rest) {
    const filter = parseFilter(source)
    if ('message' in filter) return filter
    filters.push(filter)
  }
  return { path, filters }
}

function splitOutsideQuotes(inside: string): string[] {
  const pieces = inside.match(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\||[^|"']+|["']/gs) ?? []
  const split: string[] = ['']
  for (const piece of pieces) {
    if (piece === '|') split.push('')
    else split[split.length - 1] += piece
  }
  return split.map((part) => part.trim())
}

function faultOfPath(path: string): Fault | undefined {
  const hint = 'write the name of a fact, e.g. {{caller.name}}'
  if (path === '') return { message: 'a variable without a name', hint }
  const segments = path.split('.')
  if (segments.some((part) => part.trim() === '')) {
    return { message: `"${path}" is not a name: a part between the dots is empty`, hint }
  }
  if (segments.some((part) => prototypeKeys.has(part))) {
    return { message: `"${path}" is not a name: it is reserved`, hint }
  }
  if (/["'“”‘’{}\p{Cc}]/u.test(path)) {
    const separator = 'a filter comes after |, e.g. {{caller.name | default: "you"}}'
    return { message: `"${path}" is not a name`, hint: `${hint}; ${separator}` }
  }
  return undefined
}

function parseFilter(source: string): FilterUse | Fault {
  const [, name = '', colon, after = ''] = /^([^:]*?)\s*(?:(:)\s*(.*))?$/s.exec(source) ?? []
  if (!isFilterName(name)) {
    const known = Object.keys(filterArguments).join(', ')
    return { message: `there is no filter "${name}"`, hint: `the filters are ${known}` }
  }
  const argument = parseArgument(after)
  if (colon !== undefined && argument === undefined) {
    const hint = `put it in straight quotes, e.g. ${filterExamples[name]}`
    return { message: `the filter "${name}" has an argument that cannot be read`, hint }
  }
  return (
    faultOfArgument(name, argument) ?? { name, ...(argument === undefined ? {} : { argument }) }
  )
}

function isFilterName(name: string): name is FilterName {
  return Object.hasOwn(filterArguments, name)
}

/** Text in quotes, in which a backslash keeps the next character, or a whole number. */
function parseArgument(source: string): string | undefined {
  if (/^\d+$/.test(source)) return source
  const quoted = /^(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')$/s.exec(source)
  return (quoted?.[1] ?? quoted?.[2])?.replace(/\\(.)/gs, '$1')
}

const filterExamples: Readonly<Record<FilterName, string>> = {
  default: 'default: "there"',
  time: 'time: "HH:mm"',
  date: 'date: "d LLLL"',
  upper: 'upper',
  lower: 'lower',
  truncate: 'truncate: 20',
}

function faultOfArgument(name: FilterName, argument: string | undefined): Fault | undefined {
  const hint = `write it as ${filterExamples[name]}`
  const rule: ArgumentRule = filterArguments[name]
  switch (rule) {
    case 'text':
      return argument === undefined
        ? { message: `the filter "${name}" needs an argument`, hint }
        : undefined
    case 'format':
      return argument?.trim() === ''
        ? { message: `the filter "${name}" has an empty format`, hint }
        : undefined
    case 'count':
      return /^0*[1-9]\d{0,3}$/.test(argument ?? '')
        ? undefined
        : { message: `the filter "${name}" needs a number from 1 to 9999`, hint }
    case 'none':
      return argument === undefined
        ? undefined
        : { message: `the filter "${name}" takes no argument`, hint }
  }
}
