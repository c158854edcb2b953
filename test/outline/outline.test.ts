import { readFileSync, readdirSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { documentOf } from '../../server/policy/outline/document.ts'
import type { Outline } from '../../server/policy/outline/outline.ts'
import { outlineOf } from '../../server/policy/outline/outline.ts'
import { exitsOf, targetOf } from '../../server/policy/exits.ts'
import { english, plain } from '../../server/policy/say/words.ts'
import type { Policy, PolicyNode } from '../../server/schema/policy.ts'
import { policySchema } from '../../server/schema/policy.ts'
import { generatedPolicy } from '../editor/generated-policy.ts'
import { wildPolicy } from './wild-policy.ts'

const folder = new URL('../../policies/', import.meta.url)
const shipped = readdirSync(folder)
  .filter((name) => name.endsWith('.json') && !name.endsWith('.cases.json'))
  .map((name) => policySchema.parse(JSON.parse(readFileSync(new URL(name, folder), 'utf8'))))
const named = (id: string): Policy => {
  const policy = shipped.find((one) => one.id === id)
  if (!policy) throw new Error(`no policy ${id}`)
  return policy
}
const outline = (policy: Policy): Outline => outlineOf(policy, english)
const said = (policy: Policy): string[] =>
  outline(policy).lines.map(({ depth, parts }) => `${'  '.repeat(depth)}${plain(parts)}`)

function roundTrips(policy: Policy): void {
  const lines = outline(policy)
  const document = documentOf(lines)
  // the text too, so that also the order of fields, steps and exits is the same
  expect(JSON.stringify(document)).toBe(JSON.stringify(policy))
  expect(outline(document)).toEqual(lines)
}

describe('the outline', () => {
  it('gives the identical document back, of every shipped policy', () => {
    expect(shipped.length).toBeGreaterThanOrEqual(8)
    for (const policy of shipped) roundTrips(policy)
  })

  it('gives the identical document back, of 1,000 generated policies', () => {
    fc.assert(fc.property(generatedPolicy(), roundTrips), { numRuns: 1000 })
  })

  it('gives the identical document back, of 1,000 drafts of every kind, wrong ones too', () => {
    fc.assert(fc.property(wildPolicy(), roundTrips), { numRuns: 1000 })
  })

  it('has each node once as a step, and each exit in one line or tail', () => {
    fc.assert(
      fc.property(wildPolicy(), (policy) => {
        const { lines } = outline(policy)
        const steps = lines.filter(({ type }) => type === 'step').map(({ id }) => id)
        expect([...steps].sort()).toEqual(Object.keys(policy.nodes).sort())
        const drawn = lines.flatMap(({ id, from, tails }) => [
          ...(from?.exits ?? []).map((exit) => `${from?.step} ${exit}`),
          ...tails.filter(({ how }) => how !== 'below').map(({ exit }) => `${id} ${exit}`),
        ])
        const ways = Object.entries(policy.nodes).flatMap(([id, node]) =>
          exitsOf(node)
            .filter((exit) => exit !== 'otherwise' || targetOf(node, exit) !== undefined)
            .map((exit) => `${id} ${exit}`),
        )
        expect(drawn.sort()).toEqual(ways.sort())
        expect(new Set(lines.map(({ key }) => key)).size).toBe(lines.length)
      }),
      { numRuns: 300 },
    )
  })

  it('says the main line in sentences', () => {
    expect(said(named('main-line'))).toEqual([
      'If the caller is blocked:',
      '  end silently, because blocked by an operator.',
      'Otherwise, if this caller has called more than 5 times in 10 minutes:',
      '  block this caller for 1 hour, then',
      '  reject with “You have called several times. Please write to us here and we will answer.”.',
      'Otherwise, if the caller is a VIP (priority 80 or more):',
      '  alert people with “VIP … is ringing”, then',
      '  ring the owner all at once for 15 s.',
      '    if nobody answers, take a voicemail with the greeting “default”, 120 s at most.',
      'Otherwise, if support is closed or on holiday:',
      '  reject with “Thank you for calling. We are open again ….” and the button Book a callback.',
      'Otherwise, if the CRM, asked for 80 ms at most, does not know the caller:',
      '  reject with “Thank you for calling. Tell us in half a minute what you need and the right person ' +
        'calls you back.” and the button Tell us more.',
      'Otherwise, check whether support is free:',
      '  if busy, let the AI assistant “reception” pick up; if it cannot, take a voicemail.',
      '  if on do not disturb, continue at Closed.',
      '  if offline, take a voicemail.',
      '  otherwise ring support in turn for 20 s; if nobody answers, take a voicemail.',
    ])
  })

  it('never hides what becomes of an unknown answer', () => {
    for (const policy of shipped)
      for (const { node, unknown } of outline(policy).lines)
        expect(unknown !== undefined).toBe(node !== undefined && 'exits' in node)
    const { lines } = outline(named('main-line'))
    const tails = lines.flatMap(({ unknown }) => (unknown ? [plain(unknown)] : []))
    expect(tails).toEqual([...Array<string>(5).fill('not known: go on'), 'not known: as free'])
  })

  it('puts steps that no call reaches at the end', () => {
    const stray: PolicyNode = { kind: 'reject', silent: true, reason: 'stray' }
    const main = named('main-line')
    const { lines } = outline({ ...main, nodes: { stray, ...main.nodes } })
    expect(lines.at(-1)).toMatchObject({ id: 'stray', isApart: true, depth: 0, number: '7' })
    expect(lines.filter(({ isApart }) => isApart)).toHaveLength(1)
  })

  it('names the field behind every word that can be edited', () => {
    const { lines } = outline(named('main-line'))
    const fields = (id: string) =>
      lines
        .find((line) => line.id === id)
        ?.parts.flatMap((part) => (part.type === 'word' ? [[part.field.join('.'), part.text]] : []))
    expect(fields('spam')).toEqual([
      ['scope', 'this caller has'],
      ['limit', '5 times'],
      ['windowMinutes', '10 minutes'],
    ])
    expect(fields('blocked')).toEqual([['when.any.0', 'is blocked']])
  })

  it('stands a chain of 2,000 steps, and as many inside one another', () => {
    const chain = (node: (next: string) => PolicyNode): Policy => ({
      ...named('main-line'),
      start: 'n0',
      nodes: Object.fromEntries(
        Array.from({ length: 2000 }, (_, index): [string, PolicyNode] => [
          `n${index}`,
          index === 1999 ? { kind: 'reject', silent: true, reason: 'end' } : node(`n${index + 1}`),
        ]),
      ),
    })
    roundTrips(chain((next) => ({ kind: 'tag', tags: ['a'], next })))
    roundTrips(chain((otherwise) => ({ kind: 'voicemail', otherwise })))
  })
})
