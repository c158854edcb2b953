import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Line } from '../schema/seeds.ts'
import { lineSchema } from '../schema/seeds.ts'
import { readJson } from './json-file.ts'

const documentSchema = z.looseObject({
  id: z.string(),
  numbers: z.array(z.string()).default([]),
  nodes: z.record(
    z.string(),
    z.looseObject({
      calendar: z.string().optional(),
      team: z.string().optional(),
      target: z.looseObject({ team: z.string().optional() }).optional(),
    }),
  ),
})
type Document = z.infer<typeof documentSchema>

function readPolicies(folder: string): Document[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json') && !name.endsWith('.cases.json'))
    .sort()
    .flatMap((name) => {
      const parsed = documentSchema.safeParse(readJson(join(folder, name)))
      return parsed.success ? [parsed.data] : []
    })
}

function readLines(seeds: string): Line[] {
  const parsed = z.array(lineSchema).safeParse(readJson(join(seeds, 'numbers.json')))
  return parsed.success ? parsed.data : []
}

function concerns({ nodes }: Document, team: string): boolean {
  return Object.values(nodes).some((node) => node.team === team || node.target?.team === team)
}

/**
 * Shipped policies that are not live answer, in the copy, the lines of the teams they are about, so that
 * a demo shows them at work. @returns policy by line
 */
export function giveLines(policies: string, seeds: string): Record<string, string> {
  const all = readPolicies(policies)
  const idle = all.filter(({ numbers }) => numbers.length === 0)
  const claimed = new Set(all.flatMap(({ numbers }) => numbers))
  const given: Record<string, string> = {}
  for (const line of readLines(seeds).slice(1)) {
    const policy = idle.find((one) => concerns(one, line.team))
    if (!policy || claimed.has(line.id)) continue
    idle.splice(idle.indexOf(policy), 1)
    given[line.id] = policy.id
    const document = { ...policy, numbers: [line.id] }
    writeFileSync(join(policies, `${policy.id}.json`), `${JSON.stringify(document, null, 2)}\n`)
  }
  return given
}

/** The calendars by which the policies of lines that no other policy claims decide. */
export function calendarsOfEverybody(policies: string): Set<string> {
  const everybodys = readPolicies(policies).filter(({ numbers }) => numbers.includes('*'))
  const names = everybodys.flatMap(({ nodes }) =>
    Object.values(nodes).flatMap(({ calendar }) => calendar ?? []),
  )
  return new Set(names.filter((name) => name !== 'sla'))
}
