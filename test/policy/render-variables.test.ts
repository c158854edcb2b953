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
    ["{{a.b | default: ''}}", ''],
    ['{{a.b | default: 7}}', '7'],
    ['{{a.b | truncate: 0010}}', '0010'],
    ['{{a.b | truncate: "9999"}}', '9999'],
    ['{{a.b | default : "a\nb" }}', 'a\nb'],
    [String.raw`{{a.b | default: '\\ \' \x'}}`, String.raw`\ ' x`],
    ['{{a.b | default: "a\\\n"}}', 'a\n'],
    [`{{a.b | default: "it's | }} {{"}}`, "it's | }} {{"],
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

  test('takes time and date with a format or without', () => {
    const { parts, problems } = parseTemplate('{{call.at|time}}{{call.at | date : "d"}}')
    expect(problems).toEqual([])
    expect(parts).toEqual([
      { path: 'call.at', filters: [{ name: 'time' }], raw: '{{call.at|time}}', index: 0 },
      {
        path: 'call.at',
        filters: [{ name: 'date', argument: 'd' }],
        raw: '{{call.at | date : "d"}}',
        index: 16,
      },
    ])
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

  const nameHint = 'write the name of a fact, e.g. {{caller.name}}'
  const filterHint = 'the filters are default, time, date, upper, lower, truncate'
  const quotes = 'put it in straight quotes, e.g.'

  test.each([
    [
      'Hi {{caller.name | upper and more',
      '"{{caller.name | uppe" is never closed',
      'close the variable with }}',
    ],
    ['{{}}', 'a variable without a name', nameHint],
    [
      '{{caller..name}}',
      '"caller..name" is not a name: a part between the dots is empty',
      nameHint,
    ],
    [
      '{{caller. .name}}',
      '"caller. .name" is not a name: a part between the dots is empty',
      nameHint,
    ],
    ['{{caller.prototype}}', '"caller.prototype" is not a name: it is reserved', nameHint],
    [
      `{{it's}}`,
      `"it's" is not a name`,
      `${nameHint}; a filter comes after |, e.g. {{caller.name | default: "you"}}`,
    ],
    ['{{a.b | shout: "x"}}', 'there is no filter "shout"', filterHint],
    ['{{a.b | toString}}', 'there is no filter "toString"', filterHint],
    [
      '{{a.b | default: you}}',
      'the filter "default" has an argument that cannot be read',
      `${quotes} default: "there"`,
    ],
    [
      '{{a.b | time: HH}}',
      'the filter "time" has an argument that cannot be read',
      `${quotes} time: "HH:mm"`,
    ],
    [
      '{{a.b | date:}}',
      'the filter "date" has an argument that cannot be read',
      `${quotes} date: "d LLLL"`,
    ],
    [
      '{{a.b | truncate: 2a}}',
      'the filter "truncate" has an argument that cannot be read',
      `${quotes} truncate: 20`,
    ],
    [
      '{{a.b | truncate: a2}}',
      'the filter "truncate" has an argument that cannot be read',
      `${quotes} truncate: 20`,
    ],
    ['{{a.b | default}}', 'the filter "default" needs an argument', 'write it as default: "there"'],
    ['{{a.b | time: ""}}', 'the filter "time" has an empty format', 'write it as time: "HH:mm"'],
    ['{{a.b | date: " "}}', 'the filter "date" has an empty format', 'write it as date: "d LLLL"'],
    [
      '{{a.b | truncate}}',
      'the filter "truncate" needs a number from 1 to 9999',
      'write it as truncate: 20',
    ],
    [
      '{{a.b | truncate: 10000}}',
      'the filter "truncate" needs a number from 1 to 9999',
      'write it as truncate: 20',
    ],
    [
      '{{a.b | truncate: "1x"}}',
      'the filter "truncate" needs a number from 1 to 9999',
      'write it as truncate: 20',
    ],
    [
      '{{a.b | truncate: "x1"}}',
      'the filter "truncate" needs a number from 1 to 9999',
      'write it as truncate: 20',
    ],
    ['{{a.b | upper: 1}}', 'the filter "upper" takes no argument', 'write it as upper'],
    ['{{a.b | lower: ""}}', 'the filter "lower" takes no argument', 'write it as lower'],
  ])('is said with what to write: %s', (text, message, hint) => {
    const index = text.indexOf('{{')
    expect(parseTemplate(text)).toEqual({ parts: [text], problems: [{ index, message, hint }] })
  })

  test('is the first filter that is wrong', () => {
    const { problems } = parseTemplate('{{a.b | upper | shout | default}}')
    expect(problems.map(({ message }) => message)).toEqual(['there is no filter "shout"'])
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
