import type { TFunction } from 'i18next'
import { LifeBuoy } from 'lucide-react'
import type { LucideIcon } from 'lucide-react'
import type { OutcomeKind, Policy } from '../../../server/schema/policy.ts'
import type { Tone } from '../../parts/tag.tsx'
import { stepName } from '../../../server/policy/say/name.ts'
import type { Words } from '../../../server/policy/say/words.ts'
import { capital, plain, text } from '../../../server/policy/say/words.ts'
import { iconOf } from '../kinds/kinds.ts'

const tones: Readonly<Record<OutcomeKind, Tone>> = {
  accept: 'accept',
  ai_pickup: 'ai',
  voicemail: 'vm',
  reject: 'rej',
}
const isOutcome = (kind: string): kind is OutcomeKind => Object.hasOwn(tones, kind)

/** How a step of a policy is shown that ended a call, or that one passed: `fallback` is no node. */
export function endingOf(
  policy: Policy,
  id: string,
  { t, words }: { t: TFunction; words: Words },
): { icon: LucideIcon; tone: Tone; name: string } {
  const node = Object.hasOwn(policy.nodes, id) ? policy.nodes[id] : undefined
  if (!node)
    return { icon: LifeBuoy, tone: tones[policy.fallback.kind], name: t('simulator.fallbackName') }
  const tone = isOutcome(node.kind) ? tones[node.kind] : 'neutral'
  return { icon: iconOf(node), tone, name: plain(capital([text(stepName(node, words))])) }
}
