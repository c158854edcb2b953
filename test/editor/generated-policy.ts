import fc from 'fast-check'
import type { Policy, PolicyNode } from '../../server/schema/policy.ts'

const exits: Readonly<Record<string, readonly string[]>> = {
  condition: ['yes', 'no', 'unknown'],
  hours: ['open', 'closed', 'holiday', 'unknown'],
  velocity: ['exceeded', 'within', 'unknown'],
  crm: ['found', 'missing', 'unknown'],
  switch: ['gold', 'silver', 'default', 'unknown'],
}
const params: Readonly<Record<string, object>> = {
  condition: { when: { all: [{ fact: 'caller.known', operator: 'equal', value: true }] } },
  hours: { calendar: 'support' },
  velocity: { scope: 'caller', limit: 3, windowMinutes: 10 },
  crm: { deadlineMs: 50 },
  switch: { fact: 'caller.tier' },
}

/** Policies without cycles: each node leads to later ones, often two exits to the same. */
export const generatedPolicy = (most = 30, least = 1): fc.Arbitrary<Policy> =>
  fc
    .array(
      fc.tuple(fc.nat(7), fc.array(fc.nat(1000), { minLength: 5, maxLength: 5 }), fc.boolean()),
      {
        minLength: least,
        maxLength: most,
      },
    )
    .map((drawn) => {
      const count = drawn.length
      const later = (index: number, by: number): string =>
        `n${index + 1 + (by % Math.max(1, count - index - 1))}`
      const nodes = drawn.map(([pick, targets, flag], index): [string, PolicyNode] => {
        const id = `n${index}`
        if (index === count - 1 || pick === 7)
          return [id, { kind: 'reject', message: { text: `Bye ${id}` } }]
        if (pick === 6)
          return [id, { kind: 'tag', tags: ['a'], next: later(index, targets[0] ?? 0) }]
        if (pick === 5)
          return [
            id,
            {
              kind: 'voicemail',
              ...(flag ? { otherwise: later(index, targets[1] ?? 0) } : {}),
            },
          ]
        const kind = Object.keys(exits)[pick] ?? 'crm'
        const used = (exits[kind] ?? []).filter((exit) => flag || exit !== 'unknown')
        const ways = used.map((exit, at) => [exit, later(index, targets[at] ?? 0)])
        // kinds and their exits are paired above
        return [id, { kind, ...params[kind], exits: Object.fromEntries(ways) } as PolicyNode]
      })
      return {
        schema: 1,
        id: 'generated',
        name: 'Generated',
        numbers: [],
        budgetMs: 150,
        start: 'n0',
        fallback: { kind: 'reject', message: { text: 'Sorry.' } },
        nodes: Object.fromEntries(nodes),
      }
    })
