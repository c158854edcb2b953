import { describe, expect, it } from 'vitest'
import { usageOf, usesOf } from '../../server/policy/usage.ts'
import type { PolicyNode } from '../../server/schema/policy.ts'
import { policyOf } from './engine-support.ts'

const nodeOf = (node: object): PolicyNode => {
  const found = policyOf({ node }).nodes['node']
  if (!found) throw new Error('no node')
  return found
}
/** In short: `calendar support`. */
const uses = (node: object): string[] =>
  usesOf(nodeOf(node)).map(({ kind, name }) => `${kind} ${name}`)
const on = (fact: string) => ({ kind: 'switch', fact, exits: { a: 'end' } })

describe('what a node names', () => {
  it.each<[string, string[]]>([
    ['hours.support', ['calendar support']],
    ['hours.support.nextOpen', ['calendar support']],
    ['hours.support.today', ['calendar support']],
    ['hours.north.desk', ['calendar north.desk']],
    ['hours.north.desk.today', ['calendar north.desk']],
    ['agents.sales.available', ['team sales']],
    ['agents.sales.status', ['team sales']],
    ['agents.sales.other', ['fact agents.sales.other']],
    ['agents.owner.status', []],
    ['agent.ana.status', ['agent ana']],
    ['agent.ana.name', ['fact agent.ana.name']],
    ['ai.reception.ready', ['assistant reception']],
    ['ai.reception.other', ['fact ai.reception.other']],
    ['caller.attributes.plan', ['attribute plan']],
    ['caller.attributes.plan.b', ['attribute plan.b']],
    ['caller.tier', ['fact caller.tier']],
    ['crm.tier', ['fact crm.tier']],
    ['my.hours.support', ['fact my.hours.support']],
    ['my.agents.sales.status', ['fact my.agents.sales.status']],
    ['my.agent.ana.status', ['fact my.agent.ana.status']],
    ['my.ai.reception.ready', ['fact my.ai.reception.ready']],
    ['my.caller.attributes.plan', ['fact my.caller.attributes.plan']],
    ['agents.sales.status.x', ['fact agents.sales.status.x']],
    ['agent.ana.status.x', ['fact agent.ana.status.x']],
    ['ai.reception.ready.x', ['fact ai.reception.ready.x']],
    ['hours.', ['fact hours.']],
  ])('by the fact %s is %j', (fact, expected) => {
    expect(uses(on(fact))).toEqual(expected)
  })

  it.each<[object, string[]]>([
    [{ kind: 'accept', target: { team: 'sales' } }, ['team sales']],
    [{ kind: 'accept', target: { agent: 'ana' } }, ['agent ana']],
    [{ kind: 'accept', target: { owner: true } }, []],
    [{ kind: 'accept', target: { queue: 'late' } }, []],
    [{ kind: 'ai_pickup', assistant: 'reception' }, ['assistant reception']],
    [{ kind: 'voicemail' }, []],
    [
      { kind: 'hours', calendar: 'support', exits: { open: 'a', closed: 'b', holiday: 'c' } },
      ['calendar support'],
    ],
    [{ kind: 'split', percent: 5, exits: { in: 'a', out: 'b' } }, ['fact caller.key']],
  ])('%j is %j', (node, expected) => {
    expect(uses(node)).toEqual(expected)
  })

  it('is told by every text in it, wherever it stands, and each thing once', () => {
    const message = {
      text: 'Open {{hours.support.nextOpen}}, {{caller.name | default: "you"}}',
      locales: { fr: 'Ouvert {{hours.nuit.nextOpen}} {{hours.support.today}}' },
      url: { label: 'Book', href: 'https://example.com/?p={{caller.attributes.plan}}' },
      replies: ['Ask {{agent.ana.status}}'],
    }
    expect(uses({ kind: 'reject', message })).toEqual([
      'calendar support',
      'fact caller.name',
      'calendar nuit',
      'attribute plan',
      'agent ana',
    ])
  })

  it('is told by its target first', () => {
    const node = { kind: 'accept', target: { team: 'sales' }, label: 'To {{caller.name}}' }
    expect(uses(node)).toEqual(['team sales', 'fact caller.name'])
  })

  it('is nothing where a text names nothing', () => {
    expect(uses({ kind: 'reject', message: { text: 'caller.name hours.support' } })).toEqual([])
  })
})

describe('where a policy names what', () => {
  it('is told node by node, the fallback last', () => {
    const nodes = {
      open: {
        kind: 'hours',
        label: 'Open?',
        calendar: 'support',
        exits: { open: 'ring', closed: 'bye', holiday: 'bye' },
      },
      ring: { kind: 'accept', target: { team: 'sales' } },
      bye: { kind: 'voicemail' },
    }
    const fallback = { kind: 'ai_pickup', assistant: 'reception' } as const
    const policy = { policy: 'test', policyName: 'Test' }
    expect(usageOf(policyOf(nodes, { fallback }))).toEqual([
      { kind: 'calendar', name: 'support', ...policy, node: 'open', label: 'Open?' },
      { kind: 'team', name: 'sales', ...policy, node: 'ring', label: 'ring' },
      { kind: 'assistant', name: 'reception', ...policy, node: 'fallback', label: 'fallback' },
    ])
  })
})
