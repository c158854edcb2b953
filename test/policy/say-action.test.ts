import { describe, expect, it } from 'vitest'
import { effectParts, outcomeParts, targetWords } from '../../server/policy/say/action.ts'
import { stepName } from '../../server/policy/say/name.ts'
import { english } from '../../server/policy/say/words.ts'
import type {
  AcceptTarget,
  EffectNode,
  OutcomeNode,
  PolicyNode,
} from '../../server/schema/policy.ts'
import { marked } from './marked.ts'

const target = { team: 'support' }
const next = 'end'

describe('an outcome in words', () => {
  it.each<[string, AcceptTarget]>([
    ['support', { team: 'support' }],
    ['ana', { agent: 'ana' }],
    ['the queue $& night', { queue: '$& night' }],
    ['the owner', { owner: true }],
  ])('rings %s', (words, who) => {
    expect(targetWords(who, english)).toBe(words)
  })

  it.each<[string, OutcomeNode]>([
    [
      '[ring](=accept) [support](target=accept) [all at once](strategy)',
      { kind: 'accept', target },
    ],
    [
      '[ring](=accept) [the owner](target=accept) [all at once](strategy) for [15 s](ringSeconds)',
      { kind: 'accept', target: { owner: true }, strategy: 'ring_all', ringSeconds: 15 },
    ],
    [
      '[ring](=accept) [support](target=accept) [in turn](strategy)',
      { kind: 'accept', target, strategy: 'round_robin' },
    ],
    [
      '[ring](=accept) [support](target=accept) [with the one who waited longest first](strategy)',
      { kind: 'accept', target, strategy: 'least_recent' },
    ],
    [
      '[ring](=accept) [support](target=accept) [by priority](strategy) for [1 s](ringSeconds)',
      { kind: 'accept', target, strategy: 'priority', ringSeconds: 1 },
    ],
    [
      '[take a voicemail](mode=voicemail) with the greeting [“default”](greeting)',
      { kind: 'voicemail' },
    ],
    [
      '[play a greeting](mode=voicemail) with the greeting [“night”](greeting)',
      { kind: 'voicemail', mode: 'greeting_only', greeting: 'night' },
    ],
    [
      '[ask for a voice note](mode=voicemail) with the greeting [“default”](greeting), [90 s](maxSeconds) at most',
      { kind: 'voicemail', mode: 'voice_note', maxSeconds: 90 },
    ],
    [
      'let [the AI assistant “$& reception”](assistant=ai_pickup) pick up',
      { kind: 'ai_pickup', assistant: '$& reception' },
    ],
    [
      '[end silently](message=reject), because [blocked](reason)',
      { kind: 'reject', silent: true, reason: 'blocked' },
    ],
    [
      '[end silently](message=reject), because [nothing yet](reason)',
      { kind: 'reject', silent: true },
    ],
    ['[reject with](=reject) [nothing yet](message)', { kind: 'reject' }],
    ['[reject with](=reject) [nothing yet](message)', { kind: 'reject', message: { text: '' } }],
    [
      '[reject with](=reject) [“Hi …”](message)',
      { kind: 'reject', message: { text: 'Hi {{caller.name | default: "you"}}' } },
    ],
    [
      '[reject with](=reject) [“Hi”](message) and the button [Site](message)',
      {
        kind: 'reject',
        message: { text: 'Hi', url: { label: 'Site', href: 'https://a.example' } },
      },
    ],
    [
      '[reject with](=reject) [“Hi”](message) and the button [Call](message)',
      { kind: 'reject', message: { text: 'Hi', call: { label: 'Call' } } },
    ],
    [
      '[reject with](=reject) [“Hi”](message) and the replies “Yes”, “No” and “Later”',
      { kind: 'reject', message: { text: 'Hi', replies: ['Yes', 'No', 'Later'] } },
    ],
  ])('%s', (words, node) => {
    expect(marked(outcomeParts(node, english))).toBe(words)
  })
})

it('cuts a long list of replies', () => {
  const replies = Array.from({ length: 14 }, (_, index) => String(index))
  expect(
    marked(outcomeParts({ kind: 'reject', message: { text: 'Hi', replies } }, english)),
  ).toMatch(/ and the replies “0”, .*, “11” and 2 more$/)
})

describe('an effect in words', () => {
  it.each<[string, EffectNode]>([
    [
      'tell people [“… calls”](text)',
      { kind: 'notify', level: 'info', text: '{{caller.name}} calls', next },
    ],
    ['alert people with [“Now”](text)', { kind: 'notify', level: 'high', text: 'Now', next }],
    ['tag the caller [late, again](tags)', { kind: 'tag', tags: ['late', 'again'], next }],
    ['block this caller for [1 day](minutes)', { kind: 'block', minutes: 1440, next }],
    [
      'keep this caller in the queue [night](queue) for [30 minutes](minutes)',
      { kind: 'restrict', queue: 'night', minutes: 30, next },
    ],
  ])('%s', (words, node) => {
    expect(marked(effectParts(node, english))).toBe(words)
  })
})

describe('the name of a step', () => {
  it.each<[string, PolicyNode]>([
    ['Team', { kind: 'accept', target, label: 'Team' }],
    ['Known?', { kind: 'vip', minPriority: 3, label: 'Known?', exits: {} }],
    ['Warn', { kind: 'block', minutes: 60, label: 'Warn', next }],
    ['ring support', { kind: 'accept', target }],
    [
      'let the AI assistant “$& reception” pick up',
      { kind: 'ai_pickup', assistant: '$& reception' },
    ],
    ['take a voicemail', { kind: 'voicemail', mode: 'voice_note' }],
    ['end silently', { kind: 'reject', silent: true }],
    ['reject with a message', { kind: 'reject', message: { text: 'Hi' } }],
    ['the hours of support', { kind: 'hours', calendar: 'support', exits: {} }],
    ['block this caller for 1 hour', { kind: 'block', minutes: 60, next }],
  ])('is %s', (name, node) => {
    expect(stepName(node, english)).toBe(name)
  })
})
