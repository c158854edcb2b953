import { describe, expect, it } from 'vitest'
import { configurationProblems } from '../../server/policy/validate/configured.ts'
import { installation, policyOf } from './validate-example.ts'

type Nodes = Record<string, object>
const yesNo = { yes: 'end', no: 'end' }
const when = (fact: string) => ({
  kind: 'condition',
  when: { any: [{ fact, operator: 'equal', value: true }] },
  exits: yesNo,
})
const accept = (target: object) => ({ kind: 'accept', target, otherwise: 'end' })
const agents = (whom: object) => ({ kind: 'agents', ...whom, exits: { available: 'end' } })
const reject = (message: object) => ({ kind: 'reject', message: { text: 'Hello.', ...message } })
const crm = (more: object) => ({ kind: 'crm', ...more, exits: { found: 'end', missing: 'end' } })
const onTier = (fact: string) => ({ kind: 'switch', fact, exits: { default: 'end' } })
const sales = '{{agents.sales.available}}'
const ready = '{{ai.bot.ready}}'

const said = (nodes: Nodes, more: object = {}, lacking: object = {}) =>
  configurationProblems(policyOf(nodes, more), { ...installation, ...lacking }).map(
    ({ severity, code, node, path, message, hint }) => {
      expect([severity, code]).toEqual(['warning', 'not_configured'])
      return [node ?? '-', path.join('.'), message, hint]
    },
  )

const relies = (name: string, what: string) =>
  `${name} relies on something that is not set up: ${what}.`
const noTeam = (team: string) => `no agent is in the team "${team}"`
const without = (fact: string) => `Set it up, or do without "${fact}": it stays unknown.`

describe('what a policy relies on and nobody set up', () => {
  // prettier-ignore
  const lacks: [what: string, node: object, lack: string, hint: string][] = [
    ['a team', accept({ team: 'sales' }), noTeam('sales'), 'Put an agent in the team, or choose another one.'],
    ['a team, mistyped', accept({ team: 'suport' }), noTeam('suport'), 'Did you mean "support"? Put an agent in the team, or choose another one.'],
    ['an agent', accept({ agent: 'robert' }), 'there is no agent "robert"', 'Add the agent, or choose another one.'],
    ['an agent, mistyped', accept({ agent: 'anna' }), 'there is no agent "anna"', 'Did you mean "ana"? Add the agent, or choose another one.'],
    ['a team that is asked about', agents({ team: 'sales' }), noTeam('sales'), 'Put an agent in the team, or choose another one.'],
    ['an agent that is asked about', agents({ agent: 'robert' }), 'there is no agent "robert"', 'Add the agent, or choose another one.'],
    ['an assistant', { kind: 'ai_pickup', assistant: 'bot', otherwise: 'end' }, 'there is no assistant "bot"', 'Set the assistant up, or choose another one.'],
    ['an assistant, mistyped', { kind: 'ai_pickup', assistant: 'recepton' }, 'there is no assistant "recepton"', 'Did you mean "reception"? Set the assistant up, or choose another one.'],
    ['a connector', crm({ connector: 'sugar' }), 'there is no connector "sugar"', 'The connectors are default.'],
    ['a connector, mistyped', crm({ connector: 'defualt' }), 'there is no connector "defualt"', 'Did you mean "default"? The connectors are default.'],
    ['a fact of a condition', when('agents.sales.available'), noTeam('sales'), without('agents.sales.available')],
    ['a fact of a switch', onTier('agents.sales.status'), noTeam('sales'), without('agents.sales.status')],
    ['a fact of a notification', { kind: 'notify', level: 'info', text: `Hi ${sales}`, next: 'end' }, noTeam('sales'), without('agents.sales.available')],
    ['a fact of a text', reject({ text: sales }), noTeam('sales'), without('agents.sales.available')],
    ['a fact of a language', reject({ locales: { fr: sales } }), noTeam('sales'), without('agents.sales.available')],
    ['a fact of a link', reject({ url: { label: 'Go', href: `https://x.example/${sales}` } }), noTeam('sales'), without('agents.sales.available')],
    ['a fact of the label of a link', reject({ url: { label: sales, href: 'https://x.example' } }), noTeam('sales'), without('agents.sales.available')],
    ['a fact of the label of a call', reject({ call: { label: sales } }), noTeam('sales'), without('agents.sales.available')],
    ['a fact of a reply', reject({ replies: ['Yes', sales] }), noTeam('sales'), without('agents.sales.available')],
    ['a fact of a template', reject({ template: { name: 't', language: 'en', params: [sales] } }), noTeam('sales'), without('agents.sales.available')],
    ['a fact of a named part of a template', reject({ template: { name: 't', language: 'en', params: { x: sales } } }), noTeam('sales'), without('agents.sales.available')],
  ]
  it.each(lacks)('is %s', (_, node, lack, hint) => {
    expect(said({ a: node })).toEqual([['a', 'nodes.a', relies('"a"', lack), hint]])
  })

  // prettier-ignore
  const fine: [what: string, node: object][] = [
    ['a team that is there', accept({ team: 'support' })],
    ['an agent that is there', accept({ agent: 'ana' })],
    ['the owner', accept({ owner: true })],
    ['a queue', accept({ queue: 'any' })],
    ['a team that is asked about', agents({ team: 'support' })],
    ['an agent that is asked about', agents({ agent: 'ana' })],
    ['the owner that is asked about', agents({ owner: true })],
    ['an assistant that is there', { kind: 'ai_pickup', assistant: 'reception' }],
    ['a connector that is there', crm({ connector: 'default' })],
    ['whatever connector there is', crm({})],
    ['facts that are there', when('agents.support.available')],
    ['a fact that does not exist', when('caller.tear')],
    ['a text without variables', reject({})],
    ['no message', { kind: 'reject', silent: true, reason: 'x' }],
    ['voicemail', { kind: 'voicemail' }],
  ]
  it.each(fine)('is not %s', (_, node) => {
    expect(said({ a: node })).toEqual([])
  })

  it('is a CRM, for gates and for facts', () => {
    const lacking = { connectors: [] }
    expect(said({ a: crm({ connector: 'default' }), b: crm({}) }, {}, lacking)).toEqual(
      ['a', 'b'].map((id) => [
        id,
        `nodes.${id}`,
        relies(`"${id}"`, 'no CRM is connected, so every call leaves by "unknown"'),
        'Set CRM_URL, or remove the gate.',
      ]),
    )
    expect(said({ a: when('crm.tier') }, {}, lacking)).toEqual([
      ['a', 'nodes.a', relies('"a"', 'no CRM is connected (CRM_URL)'), without('crm.tier')],
    ])
  })

  it('is said once of each step, by its label', () => {
    const text = `${sales} ${ready} {{agents.sales.status}}`
    expect(said({ a: { ...reject({ text }), label: 'Sorry' } })).toEqual([
      ['a', 'nodes.a', relies('"Sorry"', noTeam('sales')), without('agents.sales.status')],
      ['a', 'nodes.a', relies('"Sorry"', 'there is no assistant "bot"'), without('ai.bot.ready')],
    ])
  })

  it('is said of the fallback last', () => {
    const nodes = { a: accept({ team: 'sales' }) }
    expect(said(nodes, { fallback: { kind: 'ai_pickup', assistant: 'bot' } })).toEqual([
      ['a', 'nodes.a', relies('"a"', noTeam('sales')), 'Put an agent in the team, or choose another one.'],
      ['-', 'fallback', relies('The fallback', 'there is no assistant "bot"'), 'Set the assistant up, or choose another one.'],
    ]) // prettier-ignore
    expect(said({}, { fallback: reject({ text: sales }) })).toEqual([
      ['-', 'fallback', relies('The fallback', noTeam('sales')), without('agents.sales.available')],
    ])
  })
})
