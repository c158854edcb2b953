import type { TFunction } from 'i18next'
import { MessageSquareReply, PhoneOff } from 'lucide-react'
import type { LucideIcon } from 'lucide-react'
import type { NodeKind, PolicyNode } from '../../../server/schema/policy.ts'
import { acceptKind } from './accept.tsx'
import { agentsKind } from './agents.tsx'
import { aiPickupKind } from './ai-pickup.tsx'
import { blockKind } from './block.tsx'
import { conditionKind } from './condition.tsx'
import { crmKind } from './crm.tsx'
import { hoursKind } from './hours.tsx'
import type { Kind } from './kind.ts'
import { notifyKind } from './notify.tsx'
import { rejectKind } from './reject.tsx'
import { restrictKind } from './restrict.tsx'
import { splitKind } from './split.tsx'
import { switchKind } from './switch.tsx'
import { tagKind } from './tag.tsx'
import { velocityKind } from './velocity.tsx'
import { vipKind } from './vip.tsx'
import { voicemailKind } from './voicemail.tsx'

export const kinds: { readonly [K in NodeKind]: Kind<K> } = {
  condition: conditionKind,
  hours: hoursKind,
  vip: vipKind,
  velocity: velocityKind,
  agents: agentsKind,
  crm: crmKind,
  switch: switchKind,
  split: splitKind,
  notify: notifyKind,
  tag: tagKind,
  block: blockKind,
  restrict: restrictKind,
  accept: acceptKind,
  ai_pickup: aiPickupKind,
  reject: rejectKind,
  voicemail: voicemailKind,
}

/** The kind of a node, for a node of any kind: the entry under its own name takes it. */
export const kindOf = (node: PolicyNode): Kind<NodeKind> =>
  kinds[node.kind] as unknown as Kind<NodeKind>

/** A node's icon: a silent reject has its own. */
export const iconOf = (node: PolicyNode): LucideIcon =>
  node.kind === 'reject' ? (node.silent ? PhoneOff : MessageSquareReply) : kinds[node.kind].icon

/** A node's parameters in a few words; nothing while a draft's are too incomplete to be said. */
export function summaryOf(node: PolicyNode, t: TFunction): string {
  try {
    return kindOf(node).summary(node, t)
  } catch {
    return t('editor.sum.nothing')
  }
}

export const titleOf = (node: PolicyNode, t: TFunction): string =>
  node.label ?? t(`editor.kind.${node.kind}`)

const exitWords = [
  'yes',
  'no',
  'unknown',
  'open',
  'closed',
  'holiday',
  'exceeded',
  'within',
  'available',
  'busy',
  'dnd',
  'offline',
  'found',
  'missing',
  'in',
  'out',
  'default',
  'next',
  'otherwise',
] as const
/** An exit's word on its pill; values of a switch are their own. */
export function exitWord(exit: string, t: TFunction): string {
  const word = exitWords.find((one) => one === exit)
  return word ? t(`editor.exit.${word}`) : exit
}
