import { describe, expect, it } from 'vitest'
import { boundaryValues } from '../../server/policy/validate/boundary-values.ts'
import { conditionShapeProblems } from '../../server/policy/validate/condition-shape.ts'
import { cyclesOf } from '../../server/policy/validate/edges.ts'
import { textLimits } from '../../server/policy/validate/json-text.ts'
import { sizeProblems } from '../../server/policy/validate/measure.ts'
import { switchValue } from '../../server/policy/validate/nodes.ts'
import { readPolicy } from '../../server/policy/validate/read.ts'
import { validate } from '../../server/policy/validate/validate.ts'
import { policyLimits } from '../../server/schema/policy.ts'
import { inWords } from './problem-words.ts'
import { at, installation, policyOf } from './validate-example.ts'

type Operand = string | number | boolean | (string | number)[] | { fact: string }
const leaf = (fact: string, operator: string, value: Operand) => ({ fact, operator, value })
const asking = (...leaves: object[]) =>
  policyOf({ a: { kind: 'condition', when: { any: leaves }, exits: { yes: 'end', no: 'end' } } })

describe('the values that are tried for a fact', () => {
  // prettier-ignore
  const asked: [what: string, leaves: object[]][] = [
    ['a number compared once', [leaf('caller.priority', 'greaterThan', 5)]],
    ['a number compared twice', [leaf('caller.priority', 'greaterThan', 5), leaf('caller.priority', 'lessThan', 6)]],
    ['a number below none', [leaf('caller.priority', 'lessThan', -3)]],
    ['a whole number', [leaf('velocity.caller.10m', 'greaterThan', 5)]],
    ['a whole number at its least', [leaf('velocity.caller.10m', 'greaterThan', 1)]],
    ['a whole number below its least', [leaf('velocity.caller.10m', 'lessThan', 0)]],
    ['two whole numbers beside each other', [leaf('velocity.caller.10m', 'equal', 3), leaf('velocity.caller.10m', 'equal', 4)]],
    ['a fraction of a whole number', [leaf('velocity.caller.10m', 'lessThan', 2.5)]],
    ['a count that can be nought', [leaf('agents.support.available', 'lessThan', 1)]],
    ['a number of the CRM', [leaf('crm.balance', 'greaterThan', 10)]],
    ['a text', [leaf('caller.country', 'equal', 'DE'), leaf('caller.country', 'in', ['FR', 'DE'])]],
    ['a text like what is made up', [leaf('caller.country', 'in', ['something else', 'something else 2'])]],
    ['texts compared with each other', [leaf('caller.country', 'equal', { fact: 'caller.language' }), leaf('caller.country', 'equal', 'DE')]],
    ['three texts in a chain', [leaf('caller.country', 'equal', { fact: 'caller.language' }), leaf('caller.language', 'equal', { fact: 'caller.tier' })]],
    ['a list', [leaf('caller.tags', 'contains', 'a'), leaf('caller.tags', 'doesNotContain', 'b')]],
    ['a list against a text', [leaf('caller.tags', 'contains', { fact: 'caller.tier' }), leaf('caller.tags', 'contains', 'a')]],
    ['a yes or no', [leaf('caller.known', 'equal', true)]],
    ['one of a few', [leaf('call.media', 'equal', 'voice')]],
    ['an instant', [leaf('call.at', 'lessThan', '2026-11-20T09:00:00Z')]],
    ['a fact compared with itself', [leaf('call.at', 'lessThan', { fact: 'call.at' })]],
    ['a fact that is not declared', [leaf('crm.colour', 'equal', 'red'), leaf('crm.colour', 'equal', 5)]],
    ['an operator that does not exist', [leaf('caller.priority', 'above', 5)]],
    ['a list where one is wanted', [leaf('caller.country', 'equal', ['DE'])]],
  ]
  it('are one for each way a policy can tell them apart', async () => {
    const said = asked.map(([what, leaves]) => {
      const found = [...boundaryValues(asking(...leaves), installation)]
      const lines = found.map(
        ([fact, { values, complete }]) =>
          `  ${fact}: ${values.map((value) => JSON.stringify(value)).join(' ')}${complete ? '' : ' (not all)'}`,
      )
      return [what, ...lines, ''].join('\n')
    })
    await expect(said.join('\n')).toMatchFileSnapshot('words/boundary-values.txt')
  })

  it('are said to be not all of them when they are too many', () => {
    const entries = Array.from({ length: 7 }, (_, index) =>
      leaf('caller.tags', 'contains', `t${index}`),
    )
    const tags = boundaryValues(asking(...entries), installation).get('caller.tags')
    expect(tags?.complete).toBe(false)
    expect(
      boundaryValues(asking(...entries.slice(1)), installation).get('caller.tags')?.complete,
    ).toBe(true)
    const many = (count: number) =>
      boundaryValues(
        asking(
          leaf(
            'caller.country',
            'in',
            Array.from({ length: count }, (_, index) => `C${index}`),
          ),
        ),
        installation,
      ).get('caller.country')
    expect(many(200)?.complete).toBe(true)
    expect(many(201)?.complete).toBe(false)
    expect(many(300)?.values.length).toBeLessThanOrEqual(201)
  })
})

describe('the value an exit of a switch stands for', () => {
  it.each([
    ['true', 'boolean', true],
    ['false', 'boolean', false],
    ['yes', 'boolean', 'yes'],
    ['true', 'string', 'true'],
    ['12', 'number', 12],
    ['-1.5', 'number', -1.5],
    ['12', 'string', '12'],
    ['012', 'number', '012'],
    [' 12', 'number', ' 12'],
    ['', 'number', ''],
    [' ', 'number', ' '],
    ['twelve', 'number', 'twelve'],
    ['12', undefined, '12'],
    ['true', undefined, 'true'],
    ['true', 'number', 'true'],
    ['12', 'boolean', '12'],
  ])('%j of a fact that is a %s is %j', (exit, type, value) => {
    expect(switchValue(exit, type)).toBe(value)
  })
})

describe('circles', () => {
  const gate = (yes: string, no: string) => ({ kind: 'vip', minPriority: 1, exits: { yes, no } })
  const tag = (next: string) => ({ kind: 'tag', tags: ['x'], next })
  it.each([
    ['none', { a: gate('b', 'c'), b: tag('d'), c: tag('d'), d: tag('end') }, []],
    ['one of two', { a: tag('b'), b: tag('a') }, [['a', 'b']]],
    ['one of itself', { a: gate('a', 'end') }, [['a']]],
    [
      'one that is not at the start',
      { a: tag('b'), b: gate('c', 'end'), c: tag('b') },
      [['b', 'c']],
    ],
    [
      'two that share a step',
      { a: gate('b', 'c'), b: tag('a'), c: tag('a') },
      [
        ['a', 'b'],
        ['a', 'c'],
      ],
    ],
    ['one met by two ways', { s: gate('a', 'b'), a: tag('b'), b: tag('a') }, [['a', 'b']]],
    [
      'the same steps round the other way',
      { s: gate('a', 'b'), a: gate('b', 'end'), b: gate('a', 'end') },
      [['a', 'b']],
    ],
    ['one that nothing leads to', { a: tag('end'), x: tag('y'), y: tag('x') }, [['x', 'y']]],
  ] as const)('%s', (_, nodes, circles) => {
    expect(cyclesOf(policyOf(nodes))).toEqual(circles)
  })

  it('are counted to a limit', () => {
    const loops = Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [`n${index}`, gate(`n${index}`, 'end')]),
    )
    expect(cyclesOf(policyOf(loops))).toHaveLength(20)
    expect(cyclesOf(policyOf(loops), 3)).toEqual([['n0'], ['n1'], ['n2']])
  })

  it('are pointed at where they close, and named from there', () => {
    const nodes = { a: gate('b', 'end'), b: gate('end', 'c'), c: gate('end', 'b') }
    const [problem] = validate(policyOf(nodes), { installation, at })
    expect(problem).toMatchObject({ code: 'cycle', node: 'b', path: ['nodes', 'c', 'exits', 'no'] })
  })
})

describe('a text that is too much', () => {
  it('is not read when it is too long', () => {
    const long = ' '.repeat(textLimits.characters)
    const text = inWords('too long', readPolicy(`${long} `).problems)
    expect(text).toMatchInlineSnapshot(`
      "too long
        error too_large at - (-, 1:1)
          The file has 1000001 characters; at most 1000000 are read.
          Divide it into several policies.
      "
    `)
    expect(readPolicy(long).problems[0]?.code).toBe('invalid_json')
  })

  it('is not read when it is too deep', () => {
    const deep = (levels: number) => `{"a":\n${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`
    expect(inWords('too deep', readPolicy(deep(65)).problems)).toMatchInlineSnapshot(`
      "too deep
        error too_large at - (-, 2:64)
          The document is nested more than 64 levels deep.
          Divide the condition into several gates, one after the other.
      "
    `)
    expect(readPolicy(deep(64)).problems.map(({ code }) => code)).not.toContain('too_large')
  })
})

describe('a policy that is too large', () => {
  const same = leaf('caller.known', 'equal', true)
  const nested = (levels: number): object =>
    Array.from({ length: levels }).reduce<object>((inner) => ({ not: inner }), same)
  const withCondition = (when: object) =>
    policyOf({ a: { kind: 'condition', when, exits: { yes: 'end', no: 'end' } } })
  const tooLarge = (document: unknown) =>
    inWords(
      'too large',
      sizeProblems(document).filter(({ code }) => code === 'too_large'),
    )

  it('has more nodes than are allowed', () => {
    const nodes = (count: number) => ({
      nodes: Object.fromEntries(Array.from({ length: count }, (_, index) => [`n${index}`, {}])),
    })
    expect(sizeProblems(nodes(policyLimits.nodes))).toEqual([])
    expect(tooLarge(nodes(policyLimits.nodes + 1))).toMatchInlineSnapshot(`
      "too large
        error too_large at nodes (-)
          The policy has 2001 nodes; at most 2000 are allowed.
          Divide it into several policies, one for each number.
      "
    `)
  })

  it('compares more in one condition than is allowed', () => {
    const any = (count: number) => ({ any: Array.from({ length: count }, () => same) })
    expect(sizeProblems(withCondition(any(policyLimits.conditionLeaves)))).toEqual([])
    const all = { all: [any(policyLimits.conditionLeaves), same] }
    expect(tooLarge(withCondition(all))).toMatchInlineSnapshot(`
      "too large
        error too_large at nodes.a.when (a)
          This condition has more than 500 comparisons.
          Use "in" with a list of values, or divide it into several gates.
      "
    `)
  })

  it('has groups within groups within groups', () => {
    expect(sizeProblems(withCondition(nested(policyLimits.conditionDepth)))).toEqual([])
    const deep = nested(policyLimits.conditionDepth + 1)
    expect(tooLarge(withCondition(deep))).toMatchInlineSnapshot(`
      "too large
        error too_large at nodes.a.when (a)
          This condition has groups within groups more than 12 deep.
          Divide it into several gates, one after the other.
      "
    `)
  })

  it('is measured where there are conditions, and nowhere else', () => {
    const when = nested(policyLimits.conditionDepth + 1)
    const nodes = { a: { kind: 'hours', when }, b: null, c: 'text', d: [when], e: { when } }
    for (const document of [{ nodes }, { nodes: [] }, { nodes: null }, [], null, 'text'])
      expect(sizeProblems(document)).toEqual([])
  })
})

describe('what is no condition', () => {
  // prettier-ignore
  const written: [what: string, when: unknown][] = [
    ['nothing', undefined],
    ['a list', [leaf('caller.known', 'equal', true)]],
    ['a fact without a name', leaf('', 'equal', true)],
    ['a fact that is a number', { fact: 5, operator: 'equal', value: true }],
    ['no operator', { fact: 'caller.known', value: true }],
    ['a group that is no list', { all: leaf('caller.known', 'equal', true) }],
    ['a group that is empty', { any: [] }],
    ['a group beside a comparison', { any: [leaf('caller.known', 'equal', true)], fact: 'caller.known' }],
    ['a word that has no place, and a fact', { ...leaf('caller.known', 'equal', true), vlaue: true }],
    ['a word that has no place, and no fact', { facts: 'caller.known' }],
    ['nothing at all', {}],
    ['a negation of a list', { not: [] }],
    ['a list of lists', leaf('caller.country', 'in', [['DE']] as never)],
    ['another fact and more', leaf('caller.country', 'equal', { fact: 'caller.language', of: 1 } as never)],
  ]
  it('is said to be none, where it is', async () => {
    const said = written.map(([what, when]) =>
      inWords(what, conditionShapeProblems(when, ['when'])),
    )
    await expect(said.join('\n')).toMatchFileSnapshot('words/no-condition.txt')
  })
})

describe('a CRM', () => {
  it('that is not connected is said to be so', () => {
    const nodes = { a: { kind: 'crm', deadlineMs: 80, exits: { found: 'end', missing: 'end' } } }
    const without = { ...installation, connectors: [] }
    expect(inWords('none', validate(policyOf(nodes), { installation: without, at })))
      .toMatchInlineSnapshot(`
      "none
        warning not_configured at nodes.a (a)
          "a" relies on something that is not set up: no CRM is connected, so every call leaves by "unknown".
          Set CRM_URL, or remove the gate.
      "
    `)
  })
})

describe('a number that another policy has', () => {
  it('is named with that policy', () => {
    const otherClaims = new Map([
      ['12345', 'night-line'],
      ['*', 'day-line'],
      ['777', 'test'],
    ])
    const policy = policyOf({}, { numbers: ['777', '12345', '*', '888'] })
    const text = inWords('claimed', validate(policy, { installation, at, otherClaims }))
    expect(text).toMatchInlineSnapshot(`
      "claimed
        error number_claimed at numbers.1 (-)
          Calls to the number 12345 are already decided by the policy "night-line".
          Take the number out of one of the two policies.
        error number_claimed at numbers.2 (-)
          Calls to all other numbers ("*") are already decided by the policy "day-line".
          Take the number out of one of the two policies.
      "
    `)
  })
})

describe('a way that takes too long', () => {
  const crm = (deadlineMs: number, found: string, missing: string) => ({
    kind: 'crm',
    deadlineMs,
    exits: { found, missing },
  })
  const tag = (next: string) => ({ kind: 'tag', tags: ['x'], next })
  it('is named whole while it is short, and pointed at the step that waits', () => {
    const nodes = { a: tag('b'), b: crm(180, 'end', 'end') }
    expect(inWords('short', validate(policyOf(nodes), { installation, at })))
      .toMatchInlineSnapshot(`
      "short
        warning over_budget at nodes.b (b)
          A decision can take 180 ms on the path "a" → "b" → "end"; the budget is 150 ms.
          Wait less long for the CRM ("deadlineMs"), or raise "budgetMs". When the budget runs out, the fallback answers.
      "
    `)
  })

  it('is cut in its middle when it is long', () => {
    const tags = Object.fromEntries(
      Array.from({ length: 14 }, (_, index) => [
        `t${index}`,
        tag(index < 13 ? `t${index + 1}` : 'b'),
      ]),
    )
    const nodes = { ...tags, b: crm(180, 'end', 'end') }
    expect(inWords('long', validate(policyOf(nodes), { installation, at }))).toMatchInlineSnapshot(`
      "long
        warning over_budget at nodes.b (b)
          A decision can take 180 ms on the path "t0" → "t1" → "t2" → "t3" → "t4" → "t5" → … → "t11" → "t12" → "t13" → "b" → "end"; the budget is 150 ms.
          Wait less long for the CRM ("deadlineMs"), or raise "budgetMs". When the budget runs out, the fallback answers.
      "
    `)
  })
})
