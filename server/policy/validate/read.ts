import type { Node } from 'jsonc-parser'
import type { Case } from '../../schema/cases.ts'
import { casesSchema } from '../../schema/cases.ts'
import type { Policy } from '../../schema/policy.ts'
import { policySchema } from '../../schema/policy.ts'
import type { Problem } from '../../schema/problem.ts'
import { positions, readJson, treeOf } from './json-text.ts'
import { sizeProblems } from './measure.ts'
import type { Path } from './problems.ts'
import { error } from './problems.ts'
import { shapeProblems } from './shape.ts'

export interface ReadOptions {
  /** Named in problems. */
  readonly file?: string
  /** The id the document must have: its file's name without `.json`. */
  readonly id?: string
}

/** Where to point for a path: at a plain value itself, otherwise at the name of the nearest field that exists. */
function offsetOf(tree: Node, path: Path): number {
  let node = tree
  let name: Node | undefined
  for (const [depth, key] of path.entries()) {
    const property =
      node.type === 'object'
        ? node.children?.find((child) => child.children?.[0]?.value === key)
        : undefined
    const next = typeof key === 'number' ? node.children?.[key] : property?.children?.[1]
    if (!next) return (name ?? node).offset
    name = property?.children?.[0]
    node = next
    if (depth === path.length - 1 && !node.children) return node.offset
  }
  return (name ?? node).offset
}

function place(problems: readonly Problem[], text: string): Problem[] {
  const isPlaced = problems.every((problem) => problem.line !== undefined)
  const tree = isPlaced ? undefined : treeOf(text)
  const positionOf = positions(text)
  return problems.map((problem) => {
    if (problem.line !== undefined || !tree) return problem
    return { ...problem, ...positionOf(offsetOf(tree, problem.path)) }
  })
}

/**
 * Fills file, line and column (counted from 1) of problems from their path in the text they are about.
 * What has a line already keeps it.
 */
export function locate(problems: Problem[], text: string, file: string): Problem[] {
  return place(problems, text).map((problem) => ({ ...problem, file }))
}

function finish(problems: Problem[], text: string, file: string | undefined): Problem[] {
  return file === undefined ? place(problems, text) : locate(problems, text, file)
}

function idProblems(policy: Policy, id: string | undefined): Problem[] {
  if (id === undefined || policy.id === id) return []
  return [
    error({
      code: 'id_mismatch',
      path: ['id'],
      message: `The policy is called "${policy.id}" but its file is called "${id}".`,
      hint: `Set "id" to "${id}", or rename the file to ${policy.id}.json.`,
    }),
  ]
}

function parsePolicy(document: unknown, id: string | undefined) {
  const tooLarge = sizeProblems(document)
  if (tooLarge.length > 0) return { problems: tooLarge }
  const parsed = policySchema.safeParse(document)
  if (!parsed.success) return { problems: shapeProblems(parsed.error, policySchema, document) }
  return { policy: parsed.data, problems: idProblems(parsed.data, id) }
}

/**
 * Text → policy. Strict JSON, then size, then shape; never throws, and ends quickly on hostile text.
 * @returns the policy when its shape is right (it may still fail `validate`), and every problem with its place.
 * @example readPolicy('{ "schema": 1, }') // invalid_json, line 1, column 15
 */
export function readPolicy(
  text: string,
  options: ReadOptions = {},
): { policy?: Policy; problems: Problem[] } {
  const { document, problems } = readJson(text)
  if (!document) return { problems: finish(problems, text, options.file) }
  const read = parsePolicy(document.value, options.id)
  return { ...read, problems: finish(read.problems, text, options.file) }
}

/** Text → cases of a policy (contract, section 1, "Cases"); as strict as `readPolicy`. */
export function readCases(
  text: string,
  options: ReadOptions = {},
): { cases?: Case[]; problems: Problem[] } {
  const { document, problems } = readJson(text)
  if (!document) return { problems: finish(problems, text, options.file) }
  const parsed = casesSchema.safeParse(document.value)
  if (parsed.success) return { cases: parsed.data, problems: [] }
  const found = shapeProblems(parsed.error, casesSchema, document.value)
  return { problems: finish(found, text, options.file) }
}
