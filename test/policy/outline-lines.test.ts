import { describe, expect, it } from 'vitest'
import type { OutlineLine } from '../../server/policy/outline/outline.ts'
import { outlineOf } from '../../server/policy/outline/outline.ts'
import { english, plain } from '../../server/policy/say/words.ts'
import type { Policy } from '../../server/schema/policy.ts'
import type { Nodes } from './engine-support.ts'
import { policyOf } from './engine-support.ts'

const lines = (policy: Policy): readonly OutlineLine[] => outlineOf(policy, english).lines
const show = ({ depth, number, parts, unknown }: OutlineLine): string =>
  `${'  '.repeat(depth)}${number ? `${number} ` : ''}${plain(parts)}${unknown ? ` (${plain(unknown)})` : ''}`
const said = (nodes: Nodes): string[] => lines(policyOf(nodes)).map(show)

const end = { kind: 'voicemail' }
const bye = { kind: 'reject', silent: true, reason: 'spam' }
const vip = (exits: Record<string, string>) => ({ kind: 'vip', minPriority: 80, exits })
const hours = (exits: Record<string, string>) => ({ kind: 'hours', calendar: 'support', exits })
const tag = (next: string) => ({ kind: 'tag', tags: ['seen'], next })
const ofVip = 'the caller is a VIP (priority 80 or more)'
const record = 'take a voicemail with the greeting “default”.'
const silently = 'end silently, because spam.'
const agents = (exits: Record<string, string>) => ({ kind: 'agents', team: 'support', exits })
const tier = (exits: Record<string, string>) => ({ kind: 'switch', fact: 'caller.tier', exits })
const owner = (otherwise: string) => ({ kind: 'accept', target: { owner: true }, otherwise })
const ai = { kind: 'ai_pickup', assistant: 'reception' }

describe('the way on from a gate', () => {
  it.each<[string, Nodes, string[]]>([
    [
      'is the first that leads to more steps, not to an end',
      { gate: vip({ yes: 'seen', no: 'bye', unknown: 'bye' }), seen: tag('end'), end, bye },
      [
        `1 Unless ${ofVip}: (not known: as no)`,
        `  1.1 ${silently}`,
        '2 Otherwise tag the caller seen, then',
        `3 T${record.slice(1)}`,
      ],
    ],
    [
      'may lead to another gate',
      {
        gate: vip({ yes: 'open', no: 'bye', unknown: 'bye' }),
        open: hours({ open: 'end', closed: 'bye', holiday: 'bye' }),
        ...{ end, bye },
      },
      [
        `1 Unless ${ofVip}: (not known: as no)`,
        `  1.1 ${silently}`,
        '2 Otherwise, if support is closed or on holiday: (not known: the fallback)',
        '  end silently.',
        `3 Otherwise ${record}`,
      ],
    ],
    [
      'is not one that leads to a step that stands elsewhere',
      {
        gate: hours({ open: 'seen', closed: 'again', holiday: 'end', unknown: 'seen' }),
        seen: tag('end'),
        again: hours({ open: 'seen', closed: 'end', holiday: 'bye', unknown: 'end' }),
        ...{ end, bye },
      },
      [
        '1 Check the hours of support: (not known: go on)',
        '  1.1 If closed, check the hours of support: (not known: as closed)',
        '    if closed, take a voicemail.',
        `    1.1.1 if on holiday, ${silently}`,
        '    otherwise continue at tag the caller seen.',
        '  if on holiday, take a voicemail.',
        '2 Otherwise tag the caller seen, then',
        `3 T${record.slice(1)}`,
      ],
    ],
    [
      'is the first that leads anywhere, among more than two that all end',
      { gate: hours({ closed: 'end', holiday: 'bye', unknown: 'bye' }), end, bye },
      [
        '1 Check the hours of support: (not known: as on holiday)',
        '  if open, go nowhere yet.',
        `  1.1 if on holiday, ${silently}`,
        `  1.2 otherwise ${record}`,
      ],
    ],
    [
      'is none where no exit leads anywhere',
      { gate: vip({}) },
      [
        '1 Check whether the caller is a VIP (priority 80 or more): (not known: the fallback)',
        '  if no, go nowhere yet.',
        '  if yes, go nowhere yet.',
      ],
    ],
    [
      'is said alone where all callers take it',
      {
        first: vip({ yes: 'seen', no: 'seen' }),
        seen: tag('second'),
        second: vip({ yes: 'third', no: 'third', unknown: 'third' }),
        third: vip({ yes: 'end', no: 'end', unknown: 'bye' }),
        ...{ end, bye },
      },
      [
        '1 Check whether the caller is a VIP (priority 80 or more): (not known: the fallback)',
        '2 In any case tag the caller seen, then',
        '3 Check whether the caller is a VIP (priority 80 or more): (not known: go on)',
        '4 In any case, check whether the caller is a VIP (priority 80 or more): (not known: see below)',
        `  4.1 if it is not known, ${silently}`,
        `5 In any case ${record}`,
      ],
    ],
  ])('%s', (_, nodes, expected) => {
    expect(said(nodes)).toEqual(expected)
  })
})

describe('an exit that leads nowhere', () => {
  it.each<[string, Nodes, string[]]>([
    [
      'says so, when it is the only one aside',
      { gate: vip({ yes: 'end' }), end },
      [
        `1 Unless ${ofVip}: (not known: the fallback)`,
        '  go nowhere yet.',
        `2 Otherwise ${record}`,
      ],
    ],
    [
      'goes where `unknown` goes, from an agents gate',
      { gate: agents({ available: 'end' }), end },
      [
        '1 Check whether support is free: (not known: the fallback)',
        '  if busy, do as when it is not known.',
        '  if on do not disturb, do as when it is not known.',
        '  if offline, do as when it is not known.',
        `  1.1 otherwise ${record}`,
      ],
    ],
    [
      'goes where `unknown` goes, from a switch',
      { gate: tier({ gold: 'end', silver: 'bye' }), end, bye },
      [
        '1 Check the caller’s tier: (not known: the fallback)',
        `  1.1 if silver, ${silently}`,
        '  if anything else, do as when it is not known.',
        `  1.2 otherwise ${record}`,
      ],
    ],
    [
      'is told from one to a step that does not exist',
      {
        gate: vip({ yes: 'gone', no: 'seen', unknown: 'lost' }),
        seen: tag('also'),
        also: tag('gone'),
        apart: { ...end, otherwise: 'gone' },
      },
      [
        `1 If ${ofVip}: (not known: lost)`,
        '  continue at gone, which does not exist.',
        '2 Otherwise tag the caller seen, then',
        '3 Tag the caller seen, then',
        'Continue at gone, which does not exist.',
        '4 Take a voicemail with the greeting “default”; if that is not possible, continue at gone, which does not exist.',
      ],
    ],
  ])('%s', (_, nodes, expected) => {
    expect(said(nodes)).toEqual(expected)
  })
})

describe('what becomes of an unknown answer', () => {
  const whether = `if ${ofVip}:`

  it('is told by where it leads', () => {
    const nodes = {
      first: vip({ yes: 'end', no: 'second', unknown: 'second' }),
      second: vip({ yes: 'end', no: 'third', unknown: 'end' }),
      third: vip({ yes: 'bye', no: 'fourth', unknown: 'end' }),
      fourth: vip({ yes: 'bye', no: 'fifth' }),
      fifth: vip({ yes: 'bye', no: 'last', unknown: 'ai' }),
      ...{ ai, end, bye, last: end },
    }
    expect(said(nodes)).toEqual([
      `1 I${whether.slice(1)} (not known: go on)`,
      `  1.1 ${record}`,
      `2 Otherwise, ${whether} (not known: as yes)`,
      '  take a voicemail.',
      `3 Otherwise, ${whether} (not known: take a voicemail)`,
      `  3.1 ${silently}`,
      `4 Otherwise, ${whether} (not known: the fallback)`,
      '  end silently.',
      `5 Otherwise, ${whether} (not known: see below)`,
      '  end silently.',
      '  5.1 if it is not known, let the AI assistant “reception” pick up.',
      `6 Otherwise ${record}`,
    ])
  })

  it('can be edited like a word', () => {
    const nodes = { gate: vip({ yes: 'end', no: 'bye', unknown: 'end' }), end, bye }
    expect(lines(policyOf(nodes)).map(({ unknown }) => unknown)).toEqual([
      [
        { type: 'text', text: 'not known: ' },
        { type: 'word', text: 'as yes', field: ['exits', 'unknown'] },
      ],
      undefined,
      undefined,
    ])
  })

  it('stands behind the other ways aside, before the way on', () => {
    const values = Array.from({ length: 14 }, (_, index) => [`v${index + 1}`, 'end'])
    const nodes = {
      gate: tier({ ...Object.fromEntries(values), default: 'bye', unknown: 'seen' }),
      ...{ end, bye, seen: tag('end') },
    }
    expect(said(nodes)).toEqual([
      '1 Unless the caller’s tier is v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12 or 2 more:' +
        ' (not known: see below)',
      `  1.1 ${silently}`,
      '  1.2 if it is not known, tag the caller seen, then',
      '  take a voicemail.',
      `2 Otherwise ${record}`,
    ])
  })
})

describe('ways aside', () => {
  it('are one line where they lead to the same', () => {
    const to = { available: 'seen', busy: 'end', dnd: 'bye', offline: 'end', unknown: 'seen' }
    expect(said({ gate: agents(to), seen: tag('last'), last: ai, end, bye })).toEqual([
      '1 Check whether support is free: (not known: go on)',
      `  1.1 if busy or offline, ${record}`,
      `  1.2 if on do not disturb, ${silently}`,
      '2 Otherwise tag the caller seen, then',
      '3 Let the AI assistant “reception” pick up.',
    ])
  })

  it('say by which of many exits they are taken, and how many more there are', () => {
    const values = Array.from({ length: 14 }, (_, index) => [`v${index + 1}`, 'bye'])
    const nodes = {
      gate: tier({ gold: 'end', ...Object.fromEntries(values), default: 'ai', unknown: 'ai' }),
      ...{ end, bye, ai },
    }
    expect(said(nodes)[1]).toBe(
      `  1.1 if v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12 or 2 more, ${silently}`,
    )
  })

  it('are chains of their own, further in', () => {
    const nodes = {
      gate: agents({ available: 'seen', busy: 'a', dnd: 'b', offline: 'c', unknown: 'd' }),
      seen: tag('end'),
      a: vip({ yes: 'end', no: 'bye', unknown: 'end' }),
      b: tag('end'),
      c: { kind: 'crm', exits: { found: 'a', missing: 'times', unknown: 'end' } },
      times: hours({ open: 'open', closed: 'closed', holiday: 'holiday', unknown: 'open' }),
      open: tag('end'),
      closed: vip({ yes: 'note', no: 'last' }),
      holiday: tag('closed'),
      note: tag('last'),
      last: vip({ yes: 'end', no: 'bye' }),
      d: tag('c'),
      ...{ end, bye },
    }
    expect(said(nodes)).toEqual([
      '1 Check whether support is free: (not known: see below)',
      `  1.1 If busy, and if ${ofVip}: (not known: as yes)`,
      '    take a voicemail.',
      `  1.2 otherwise ${silently}`,
      '  1.3 if on do not disturb, tag the caller seen, then',
      '  take a voicemail.',
      '  1.4 If offline, and if the CRM, asked for 80 ms at most, knows the caller: (not known: take a voicemail)',
      `    continue at whether ${ofVip}.`,
      '  1.5 Otherwise, check the hours of support: (not known: go on)',
      `    1.5.1 If closed, and if ${ofVip}: (not known: the fallback)`,
      '      tag the caller seen, then',
      `      continue at whether ${ofVip}.`,
      `    1.5.2 Otherwise, if ${ofVip}: (not known: the fallback)`,
      '      take a voicemail.',
      '    otherwise end silently.',
      '    1.5.3 if on holiday, tag the caller seen, then',
      `    continue at whether ${ofVip}.`,
      '  1.6 otherwise tag the caller seen, then',
      '  take a voicemail.',
      '  1.7 if it is not known, tag the caller seen, then',
      '  continue at whether the CRM, asked for 80 ms at most, knows the caller.',
      '2 Otherwise tag the caller seen, then',
      `3 T${record.slice(1)}`,
    ])
  })
})

describe('the `otherwise` of an outcome', () => {
  it('stands below it, or is said in its line where it stands elsewhere', () => {
    const nodes = {
      gate: vip({ yes: 'ring', no: 'ai', unknown: 'ai' }),
      ring: owner('seen'),
      seen: tag('ai'),
      ai: { ...ai, otherwise: 'box' },
      box: { ...end, label: 'The box', otherwise: 'bye' },
      bye: { ...bye, label: 'Goodbye' },
    }
    expect(said(nodes)).toEqual([
      `1 If ${ofVip}: (not known: go on)`,
      '  1.1 ring the owner all at once.',
      '    1.1.1 if nobody answers, tag the caller seen, then',
      '    let the AI assistant “reception” pick up.',
      '2 Otherwise let the AI assistant “reception” pick up.',
      `  2.1 if it cannot, ${record}`,
      `    2.1.1 if that is not possible, ${silently}`,
    ])
  })

  it('names the step where callers go on', () => {
    const box = { ...end, label: 'The box' }
    const nodes = { gate: vip({ yes: 'ring', no: 'box', unknown: 'box' }), ring: owner('box'), box }
    const line = lines(policyOf(nodes)).find(({ id }) => id === 'ring')
    expect(line && plain(line.parts)).toBe(
      'ring the owner all at once; if nobody answers, continue at The box.',
    )
    expect(line?.parts).toContainEqual({
      type: 'step',
      text: 'The box',
      id: 'box',
      outcome: 'voicemail',
    })
  })

  it('leads into a gate as any way does', () => {
    const nodes = {
      ring: owner('gate'),
      gate: vip({ yes: 'end', no: 'bye', unknown: 'end' }),
      ...{ end, bye },
    }
    expect(said(nodes)).toEqual([
      '1 Ring the owner all at once.',
      `  1.1 If nobody answers, and if ${ofVip}: (not known: as yes)`,
      `    1.1.1 ${record}`,
      `  1.2 otherwise ${silently}`,
    ])
  })
})

describe('a step of an outline', () => {
  it('that does not exist is named by its id', () => {
    const [, line] = lines(policyOf({ seen: tag('gone') }))
    expect(line).toMatchObject({ type: 'missing', id: 'gone', key: 'seen next', number: '' })
    expect(line?.parts).toContainEqual({ type: 'step', text: 'gone', id: 'gone' })
  })

  it('that is no end is named without an outcome', () => {
    const [, , line] = lines(policyOf({ a: tag('b'), b: tag('a') }))
    expect(line).toMatchObject({ type: 'reference', id: 'a', key: 'b next' })
    expect(line?.parts).toContainEqual({ type: 'step', text: 'tag the caller seen', id: 'a' })
  })

  it('has a key of its own, made of the exits where a line is no step', () => {
    const nodes = { gate: agents({ busy: 'end', offline: 'end' }), end, apart: tag('end') }
    const found = lines(policyOf(nodes)).map(({ key, type, id }) => [key, type, id])
    expect(found).toEqual([
      ['gate', 'step', 'gate'],
      ['gate available', 'nowhere', ''],
      ['gate dnd', 'nowhere', ''],
      ['end', 'step', 'end'],
      ['apart', 'step', 'apart'],
      ['apart next', 'reference', 'end'],
    ])
  })

  it('has the names of all its exits in its key', () => {
    const nodes = { gate: agents({ available: 'end', busy: 'gone', offline: 'gone' }), end }
    const found = lines(policyOf(nodes)).map(({ key, type, id }) => [key, type, id])
    expect(found).toContainEqual(['gate busy offline', 'missing', 'gone'])
  })

  it('has ways out that are said in its line', () => {
    const nodes = {
      first: vip({ yes: 'ring', no: 'second' }),
      second: vip({ yes: 'ring', no: 'third', unknown: 'third' }),
      third: vip({ yes: 'ring', no: 'fourth', unknown: 'ring' }),
      fourth: vip({ yes: 'bye', no: 'fifth', unknown: 'ring' }),
      fifth: vip({ yes: 'bye', no: 'last', unknown: 'gone' }),
      last: { ...end, otherwise: 'new' },
      ...{ ring: owner('bye'), new: { ...end, otherwise: 'gone' }, bye },
    }
    const found = lines(policyOf(nodes)).filter(({ type }) => type === 'step')
    expect(Object.fromEntries(found.map(({ id, tails }) => [id, tails]))).toEqual({
      first: [{ exit: 'unknown', how: 'fallback' }],
      second: [{ exit: 'unknown', how: 'goOn', to: 'third' }],
      third: [{ exit: 'unknown', how: 'as', to: 'ring', like: 'yes' }],
      fourth: [{ exit: 'unknown', how: 'step', to: 'ring' }],
      fifth: [{ exit: 'unknown', how: 'missing', to: 'gone' }],
      last: [{ exit: 'otherwise', how: 'below' }],
      ring: [{ exit: 'otherwise', how: 'below' }],
      new: [{ exit: 'otherwise', how: 'missing', to: 'gone' }],
      bye: [],
    })
  })

  it('has no number where that would be longer than three places', () => {
    const chain = (next: string) => ({ ...end, otherwise: next })
    const nodes = { a: chain('b'), b: chain('c'), c: chain('d'), d: chain('e'), e: end }
    const found = lines(policyOf(nodes)).map(({ depth, number }) => [depth, number])
    expect(found).toEqual([
      [0, '1'],
      [1, '1.1'],
      [2, '1.1.1'],
      [3, ''],
      [4, ''],
    ])
  })

  it('that no call reaches stands at the end, first those that nothing leads to', () => {
    const nodes = {
      begin: bye,
      late: tag('later'),
      later: tag('end'),
      end,
      first: vip({ yes: 'begin', no: 'late', unknown: 'other' }),
      other: bye,
      around: tag('again'),
      again: tag('around'),
    }
    const found = lines(policyOf(nodes)).map((line) => [line.isApart, show(line)])
    expect(found).toEqual([
      [false, `1 E${silently.slice(1)}`],
      [true, `2 If ${ofVip}: (not known: see below)`],
      [true, '  end silently.'],
      [true, `  2.1 if it is not known, ${silently}`],
      [true, '3 Otherwise tag the caller seen, then'],
      [true, '4 Tag the caller seen, then'],
      [true, `5 T${record.slice(1)}`],
      [true, '6 Tag the caller seen, then'],
      [true, '7 Tag the caller seen, then'],
      [true, 'Continue at tag the caller seen.'],
    ])
  })
})

describe('an outline', () => {
  it('says what happens when time runs out', () => {
    const { fallback } = outlineOf(policyOf({ bye }, { budgetMs: 200 }), english)
    expect(plain(fallback)).toBe('If 200 ms run out or something breaks: reject with “Sorry.”.')
  })

  it('says of a step or a fallback that is not finished that there is nothing yet', () => {
    const policy = policyOf({ gate: vip({ yes: 'end', no: 'bye', unknown: 'end' }), end, bye })
    const { gate: _, ...others } = policy.nodes
    // drafts of the editor can lack what the schema asks for
    const draft = JSON.parse(
      JSON.stringify({
        ...policy,
        fallback: { kind: 'accept' },
        nodes: { gate: { kind: 'condition', exits: { yes: 'end' } }, ...others },
      }),
    ) as Policy
    const { lines: all, fallback } = outlineOf(draft, english)
    expect(all.map(show)).toEqual([
      '1 Nothing yet (not known: the fallback)',
      '  go nowhere yet.',
      `2 Otherwise ${record}`,
      `3 E${silently.slice(1)}`,
    ])
    expect(fallback).toEqual([{ type: 'text', text: 'nothing yet' }])
  })
})
