import type { LucideIcon } from 'lucide-react'
import {
  Bot,
  CircleHelp,
  Ghost,
  MessageSquareReply,
  PhoneForwarded,
  PhoneOff,
  Voicemail,
} from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Tone } from './tag.tsx'
import { Tag } from './tag.tsx'

export type OutcomeKind =
  'accept' | 'ai_pickup' | 'voicemail' | 'reject' | 'silent' | 'ghost' | 'undecided'

const looks: Readonly<Record<OutcomeKind, { tone: Tone; icon: LucideIcon }>> = {
  accept: { tone: 'accept', icon: PhoneForwarded },
  ai_pickup: { tone: 'ai', icon: Bot },
  voicemail: { tone: 'vm', icon: Voicemail },
  reject: { tone: 'rej', icon: MessageSquareReply },
  silent: { tone: 'rej', icon: PhoneOff },
  ghost: { tone: 'outline', icon: Ghost },
  undecided: { tone: 'outline', icon: CircleHelp },
}

const isKind = (text: string): text is OutcomeKind => Object.hasOwn(looks, text)

/** What became of a call: a colour, an icon and a word. */
export function OutcomeTag({ outcome }: { outcome: string | null }) {
  const { t } = useTranslation()
  const kind = outcome !== null && isKind(outcome) ? outcome : 'undecided'
  const { tone, icon: Icon } = looks[kind]
  return (
    <Tag tone={tone} icon={<Icon size={14} aria-hidden />}>
      {t(`common.outcome.${kind}`)}
    </Tag>
  )
}
