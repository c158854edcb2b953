import type { PolicyNode } from '../../schema/policy.ts'
import { isEffect, isGate } from '../../schema/policy.ts'
import { effectParts, targetWords } from './action.ts'
import { matterOf } from './gate.ts'
import type { Words } from './words.ts'
import { fill, plain } from './words.ts'

function outcomeName(
  node: Exclude<PolicyNode, { exits: unknown } | { next: string }>,
  words: Words,
) {
  switch (node.kind) {
    case 'accept':
      return `${words('ring')} ${targetWords(node.target, words)}`
    case 'ai_pickup':
      return plain(
        fill(words('aiPickup'), {
          assistant: words('assistant').replace('{{name}}', () => node.assistant),
        }),
      )
    case 'voicemail':
      return words('record')
    case 'reject':
      return node.silent ? words('endSilently') : `${words('reject')} ${words('aMessage')}`
  }
}

/** What a step is called where another one names it: its label, or shortly what it does. */
export function stepName(node: PolicyNode, words: Words): string {
  if (node.label) return node.label
  if (isGate(node)) return plain(matterOf(node, words))
  return isEffect(node) ? plain(effectParts(node, words)) : outcomeName(node, words)
}
