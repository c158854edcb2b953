import { z } from 'zod'
import { policySchema } from '../../../server/schema/policy.ts'

/** The parts of a JSON schema that completion reads. */
export interface Shape {
  readonly $ref?: string
  readonly properties?: Readonly<Record<string, Shape>>
  readonly additionalProperties?: boolean | Shape
  readonly items?: Shape
  readonly anyOf?: readonly Shape[]
  readonly oneOf?: readonly Shape[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly type?: string
  readonly $defs?: Readonly<Record<string, Shape>>
}

// what zod writes is a JSON schema, of which only the parts above are read
const root = z.toJSONSchema(policySchema, { unrepresentable: 'any', io: 'input' }) as Shape

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The forms that a value can have, with references followed and unions taken apart. */
function formsOf(shape: Shape): readonly Shape[] {
  if (shape.$ref !== undefined) {
    const target = root.$defs?.[shape.$ref.split('/').at(-1) ?? '']
    return target ? formsOf(target) : []
  }
  const inner = shape.anyOf ?? shape.oneOf
  return inner ? inner.flatMap(formsOf) : [shape]
}

/** Whether an object can still become of a form: its `kind`, where the form fixes one, must be that. */
const fits = ({ properties = {} }: Shape, value: unknown): boolean => {
  const kind = properties['kind']?.const
  return kind === undefined || !isRecord(value) || !('kind' in value) || value['kind'] === kind
}

function below(shape: Shape, step: string | number): readonly Shape[] {
  if (typeof step === 'number') return shape.items ? formsOf(shape.items) : []
  const own =
    shape.properties && Object.hasOwn(shape.properties, step) ? shape.properties[step] : undefined
  if (own) return formsOf(own)
  return isRecord(shape.additionalProperties) ? formsOf(shape.additionalProperties) : []
}

/** The forms that a value at a place of a policy can have, as far as what stands around it tells. */
export function shapesAt(path: readonly (string | number)[], document: unknown): readonly Shape[] {
  let shapes = formsOf(root)
  let value = document
  for (const step of path) {
    shapes = shapes.filter((shape) => fits(shape, value)).flatMap((shape) => below(shape, step))
    value = isRecord(value) || Array.isArray(value) ? Reflect.get(value, step) : undefined
  }
  return shapes.filter((shape) => fits(shape, value))
}
