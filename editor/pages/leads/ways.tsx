import { BellPlus, MessageCircle, Phone } from 'lucide-react'
import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { LeadDetail, LeadView } from '../../../server/schema/lead.ts'
import { useMay } from '../../api/session.ts'
import { readablePhone } from '../../parts/phone.ts'
import { wholeTime } from './due.tsx'
import { isWhole } from './lead-name.ts'
import styles from './leads.module.css'

export type Way = 'whatsapp' | 'phone' | 'ask'

/** Where a way leads; undefined where it leads nowhere. */
export function hrefOf(way: 'whatsapp' | 'phone', phone: string | null): string | undefined {
  if (!isWhole(phone)) return undefined
  return way === 'whatsapp' ? `https://wa.me/${phone.slice(1)}` : `tel:${phone}`
}

interface EntryProps {
  readonly icon: LucideIcon
  readonly title: string
  readonly hint: string
  readonly letter: string
}

function Entry({ icon: Icon, title, hint, letter }: EntryProps): ReactNode {
  return (
    <>
      <Icon size={18} aria-hidden />
      <strong>{title}</strong>
      <kbd aria-hidden>{letter}</kbd>
      <span className="muted">{hint}</span>
    </>
  )
}

/** What their last answer says about calling them. */
function useAskHint(): (permission: LeadDetail['permission'] | undefined) => string {
  const { t } = useTranslation()
  return (permission) => {
    if (!permission) return t('leads.way.askHint')
    const { response, until, at } = permission
    if (response === 'reject') return t('leads.way.refused', { time: wholeTime(at) })
    if (until === null) return t('leads.way.allowedForGood')
    return until > new Date().toISOString()
      ? t('leads.way.allowed', { time: wholeTime(until) })
      : t('leads.way.askHint')
  }
}

interface WaysProps {
  readonly lead: LeadView & Partial<Pick<LeadDetail, 'permission'>>
  /** A way was taken; links open by themselves. */
  readonly onWay: (way: Way) => void
}

/** The ways to reach somebody, each with what it will do. */
export function Ways({ lead, onWay }: WaysProps) {
  const { t } = useTranslation()
  const mayAsk = useMay('requestCallPermission')
  const askHint = useAskHint()
  const { phone, userId } = lead
  const chat = hrefOf('whatsapp', phone)
  const dial = hrefOf('phone', phone)
  const isMasked = phone !== null && chat === undefined
  return (
    <div className={styles.ways}>
      {chat && (
        <a
          className={styles.way}
          href={chat}
          target="_blank"
          rel="noreferrer noopener"
          onClick={() => onWay('whatsapp')}
        >
          <Entry
            icon={MessageCircle}
            title={t('leads.way.write')}
            hint={t('leads.way.writeHint')}
            letter="W"
          />
        </a>
      )}
      {dial && phone && (
        <a className={styles.way} href={dial} onClick={() => onWay('phone')}>
          <Entry
            icon={Phone}
            title={t('leads.way.phone')}
            hint={t('leads.way.phoneHint', { number: readablePhone(phone) })}
            letter="P"
          />
        </a>
      )}
      {mayAsk && (phone !== null || userId !== null) && (
        <button type="button" className={styles.way} onClick={() => onWay('ask')}>
          <Entry
            icon={BellPlus}
            title={t('leads.way.ask')}
            hint={askHint(lead.permission)}
            letter="A"
          />
        </button>
      )}
      {!chat && <p className="muted">{t(isMasked ? 'leads.masked' : 'leads.noNumber')}</p>}
    </div>
  )
}
