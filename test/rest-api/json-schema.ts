/** A schema as the description of the API has it (JSON Schema 2020-12, the part that is used there). */
export type Schema = Readonly<Record<string, unknown>>

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
export const objectOf = (value: unknown): Record<string, unknown> => (isObject(value) ? value : {})
export const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])

/** The schema a reference leads to, within its document. */
export function resolved(document: unknown, value: unknown): Schema {
  const schema = objectOf(value)
  const { $ref } = schema
  if (typeof $ref !== 'string') return schema
  const target = $ref
    .split('/')
    .slice(1)
    .reduce<unknown>((at, name) => objectOf(at)[name.replaceAll('~1', '/')], document)
  if (!isObject(target)) throw new Error(`${$ref} leads nowhere`)
  return resolved(document, target)
}

const annotations = new Set(['description', 'default', 'example', 'examples', 'title', '$defs'])
const known = new Set(['type', 'properties', 'required', 'enum', 'const', 'items', 'prefixItems', 'maxLength', 'minLength', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'pattern', 'anyOf', 'oneOf', 'allOf', 'format', 'additionalProperties', 'propertyNames', 'minItems', 'maxItems', 'minProperties', 'uniqueItems', 'multipleOf', 'nullable', 'not']) // prettier-ignore

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return typeof value
}

const isType = (value: unknown, type: string): boolean =>
  type === 'integer' ? Number.isInteger(value) : typeOf(value) === type

const formats: Readonly<Record<string, (text: string) => boolean>> = {
  'date-time': (text) => /^\d{4}-\d\d-\d\dT/.test(text) && !Number.isNaN(Date.parse(text)),
  date: (text) => /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)),
  uri: (text) => URL.canParse(text),
}

export interface Checking {
  readonly document: unknown
  /** Properties that are not declared are faults, though JSON Schema would let them pass. */
  readonly isClosed: boolean
}

type Fault = string

/** What does not fit, as `path: why`; empty when everything does. */
export function faultsOf(check: Checking, given: unknown, value: unknown, path = '$'): Fault[] {
  const schema = resolved(check.document, given)
  const unknown = Object.keys(schema).filter((key) => !known.has(key) && !annotations.has(key))
  if (unknown.length > 0) throw new Error(`the checker does not know ${unknown.join(', ')}`)
  const types = [schema['type'] ?? []].flat().map(String)
  if (types.length > 0 && !types.some((type) => isType(value, type)))
    return [`${path}: ${typeOf(value)}, not ${types.join(' or ')}`]
  return [
    ...choiceFaults(check, schema, value, path),
    ...scalarFaults(schema, value, path),
    ...arrayFaults(check, schema, value, path),
    ...objectFaults(check, schema, value, path),
  ]
}

function choiceFaults(check: Checking, schema: Schema, value: unknown, path: string): Fault[] {
  const faults: Fault[] = []
  const equals = (one: unknown) => JSON.stringify(one) === JSON.stringify(value)
  if (Array.isArray(schema['enum']) && !schema['enum'].some(equals))
    faults.push(`${path}: ${JSON.stringify(value)} is none of the enum`)
  if ('const' in schema && !equals(schema['const'])) faults.push(`${path}: not the constant`)
  for (const key of ['anyOf', 'oneOf'] as const) {
    if (!Array.isArray(schema[key])) continue
    const all = schema[key].map((one) => faultsOf(check, one, value, path))
    if (!all.some((some) => some.length === 0)) faults.push(`${path}: none of ${key} (${all.flat().join('; ')})`) // prettier-ignore
  }
  for (const one of listOf(schema['allOf']))
    faults.push(...faultsOf({ ...check, isClosed: false }, one, value, path))
  return faults
}

function scalarFaults(schema: Schema, value: unknown, path: string): Fault[] {
  const faults: Fault[] = []
  if (typeof value === 'number') {
    const { minimum = -Infinity, maximum = Infinity } = schema
    if (value < Number(minimum) || value > Number(maximum)) faults.push(`${path}: out of range`)
    if ('exclusiveMinimum' in schema && value <= Number(schema['exclusiveMinimum']))
      faults.push(`${path}: out of range`)
  }
  if (typeof value === 'string') {
    const { minLength = 0, maxLength = Infinity, pattern, format } = schema
    const { length } = value
    if (length < Number(minLength) || length > Number(maxLength)) faults.push(`${path}: length`)
    if (typeof pattern === 'string' && !new RegExp(pattern, 'u').test(value))
      faults.push(`${path}: does not match ${pattern}`)
    if (typeof format === 'string' && formats[format]?.(value) === false)
      faults.push(`${path}: is no ${format}`)
  }
  return faults
}

function arrayFaults(check: Checking, schema: Schema, value: unknown, path: string): Fault[] {
  if (!Array.isArray(value)) return []
  const { minItems = 0, maxItems = Infinity, items } = schema
  const first = listOf(schema['prefixItems'])
  const isCounted = value.length >= Number(minItems) && value.length <= Number(maxItems)
  return [
    ...(isCounted ? [] : [`${path}: number of items`]),
    ...value.flatMap((item, index) =>
      faultsOf(check, first[index] ?? items ?? {}, item, `${path}[${index}]`),
    ),
  ]
}

function objectFaults(check: Checking, schema: Schema, value: unknown, path: string): Fault[] {
  if (!isObject(value)) return []
  const properties = objectOf(schema['properties'])
  const more = schema['additionalProperties'] ?? (check.isClosed && 'properties' in schema ? false : {}) // prettier-ignore
  const missing = listOf(schema['required']).filter((name) => !(String(name) in value))
  return [
    ...missing.map((name) => `${path}: ${String(name)} is missing`),
    ...Object.entries(value).flatMap(([name, one]) => {
      const at = `${path}.${name}`
      if (Object.hasOwn(properties, name)) return faultsOf(check, properties[name], one, at)
      if (more === false) return [`${at}: is not declared`]
      return faultsOf(check, more === true ? {} : more, one, at)
    }),
  ]
}
