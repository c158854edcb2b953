import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseTemplate } from '../../server/policy/variables.ts'

const variablesOf = (text: string) =>
  parseTemplate(text).parts.filter((part) => typeof part !== 'string')

describe('a text with variables', () => {
  test('is split into what is literal and what is filled in', () => {
    const text = 'Hi {{ caller.name | default: "you" | truncate: 20 }}, {{call.id}}!'
    const { parts, problems } = parseTemplate(text)
    expect(problems).toEqual([])
    expect(parts).toEqual([
      'Hi ',
      {
        path: 'caller.name',
        filters: [
          { name: 'default', argument: 'you' },
          { name: 'truncate', argument: '20' },
        ],
        raw: '{{ caller.name | default: "you" | truncate: 20 }}',
        index: 3,
      },
      ', ',
      { path: 'call.id', filters: [], raw: '{{call.id}}', index: 54 },
      '!',
    ])
  })

  test.each([
    [String.raw`{{a.b | default: "say \"hi\""}}`, 'say "hi"'],
    [`{{a.b | default: 'single "double"'}}`, 'single "double"'],
    ['{{a.b | default: "{{x}} | }}"}}', '{{x}} | }}'],
    ['{{a.b|default:"a: b"}}', 'a: b'],
    ['{{a.b | default: ""}}', ''],
    [`{{a.b | time: "ccc 'at' HH:mm"}}`, "ccc 'at' HH:mm"],
  ])('%s has the argument %s', (text, argument) => {
    expect(parseTemplate(text).problems).toEqual([])
    expect(variablesOf(text)[0]?.filters[0]?.argument).toBe(argument)
  })

  test('may name what an installation has named with spaces or in any script', () => {
    expect(variablesOf('{{ hours.Front Desk.nextOpen | time }}')[0]?.path).toBe(
      'hours.Front Desk.nextOpen',
    )
    expect(variablesOf('{{caller.attributes.größe}}')[0]?.path).toBe('caller.attributes.größe')
  })

  test('leaves single braces alone', () => {
    expect(parseTemplate('{a} } { }}')).toEqual({ parts: ['{a} } { }}'], problems: [] })
    expect(parseTemplate('')).toEqual({ parts: [], problems: [] })
  })
})

describe('what is wrong in a text', () => {
  test.each([
    ['Hi {{caller.name', 3, 'never closed'],
    ['{{a.b {{c.d}}', 0, 'never closed'],
    ['{{}}', 0, 'without a name'],
    ['{{ | upper}}', 0, 'without a name'],
    ['{{caller..name}}', 0, 'between the dots is empty'],
    ['{{caller.name.}}', 0, 'between the dots is empty'],
    ['{{__proto__.x}}', 0, 'reserved'],
    ['{{caller.constructor}}', 0, 'reserved'],
    ['{{caller.name default "x"}}', 0, 'is not a name'],
    ['{{{caller.name}}}', 0, 'is not a name'],
    ['{{caller.name | shout}}', 0, 'there is no filter "shout"'],
    ['{{caller.name | constructor}}', 0, 'there is no filter "constructor"'],
    ['{{caller.name | }}', 0, 'there is no filter ""'],
    ['{{caller.name | default}}', 0, 'needs an argument'],
    ['{{caller.name | default: you}}', 0, 'cannot be read'],
    ['{{caller.name | default: “you”}}', 0, 'cannot be read'],
    ['{{caller.name | default: "a", "b"}}', 0, 'cannot be read'],
    ['{{caller.name | default: "you}}', 0, 'cannot be read'],
    ['{{call.at | time: " "}}', 0, 'empty format'],
    ['{{caller.name | truncate}}', 0, 'needs a number'],
    ['{{caller.name | truncate: 0}}', 0, 'needs a number'],
    ['{{caller.name | truncate: "many"}}', 0, 'needs a number'],
    ['{{caller.name | upper: "x"}}', 0, 'takes no argument'],
  ])('%s', (text, index, message) => {
    const { problems } = parseTemplate(text)
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatchObject({ index, message: expect.stringContaining(message) })
    expect(problems[0]?.hint).not.toBe('')
  })

  test('does not hide the variables after it', () => {
    const { parts, problems } = parseTemplate(`{{a.b | x}} {{it's}} {{c.d {{caller.name}}`)
    expect(problems.map((problem) => problem.index)).toEqual([0, 12, 21])
    expect(parts).toEqual([
      `{{a.b | x}} {{it's}} {{c.d `,
      { path: 'caller.name', filters: [], raw: '{{caller.name}}', index: 27 },
    ])
  })

  test('never throws, and loses no character', () => {
    const piece = fc.constantFrom(
      '{{',
      '}}',
      '{',
      '"',
      "'",
      '\\',
      '|',
      ':',
      'a.b',
      'upper',
      ' ',
      '9',
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ unit: 'binary' }))), (pieces) => {
        const text = pieces.join('')
        const { parts } = parseTemplate(text)
        expect(parts.map((part) => (typeof part === 'string' ? part : part.raw)).join('')).toBe(
          text,
        )
      }),
      { numRuns: 2000 },
    )
  })
})
