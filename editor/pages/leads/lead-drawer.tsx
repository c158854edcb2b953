import { Drawer, Stack } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { MessageCircle, Phone } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { actionStates } from '../../../server/schema/action.ts'
import type { LeadView } from '../../../server/schema/lead.ts'
import { Tag } from '../../parts/tag.tsx'
import { Time } from '../../parts/time.tsx'
import styles from './leads.module.css'

/** Numbers that are masked reach nobody. */
const isWhole = (phone: string | null): phone is string => phone !== null && /^\+\d+$/.test(phone)

function Ways({ phone }: { phone: string | null }) {
  const { t } = useTranslation()
  if (!isWhole(phone)) return <p className="muted">{t('leads.noNumber')}</p>
  return (
    <div className={styles.ways}>
      <a
        className={styles.way}
        href={`https://wa.me/${phone.slice(1)}`}
        target="_blank"
        rel="noreferrer noopener"
      >
        <MessageCircle size={18} aria-hidden />
        <strong>{t('leads.call')}</strong>
        <span className="muted">{t('leads.callHint')}</span>
      </a>
      <a className={styles.way} href={`tel:${phone}`}>
        <Phone size={18} aria-hidden />
        <strong>{t('leads.phone')}</strong>
        <span className="muted">{t('leads.phoneHint', { number: phone })}</span>
      </a>
    </div>
  )
}

function Body({ lead }: { lead: LeadView }) {
  const { t } = useTranslation()
  const state = actionStates.find((one) => one === lead.told?.state)
  return (
    <Stack gap="lg">
      <div style={{ display: 'flex', flexWrap: 'wrap', gap: 6, alignItems: 'center' }}>
        <strong style={{ fontSize: 20 }}>{lead.score}</strong>
        {lead.reasons.map((reason) => (
          <Tag key={reason}>{reason}</Tag>
        ))}
      </div>
      <section>
        <h3>{t('leads.reach')}</h3>
        <Ways phone={lead.phone} />
      </section>
      <section>
        <h3>{t('leads.why')}</h3>
        <p className="given">{lead.why.text}</p>
        <p className="muted">
          <Time at={lead.lastCallAt} />
          {lead.call.ref !== null && (
            <>
              {' · '}
              <Link to="/calls/$ref" params={{ ref: lead.call.ref }}>
                {t('leads.seeCall')}
              </Link>
            </>
          )}
        </p>
      </section>
      <section>
        <h3>{t('leads.told')}</h3>
        {lead.told ? (
          <>
            <p className="given">{lead.told.text}</p>
            <p className="muted">
              {lead.told.delivery ?? (state ? t(`calls.state.${state}`) : '')}
            </p>
          </>
        ) : (
          <p className="muted">{t('leads.notTold')}</p>
        )}
      </section>
      <p className="muted">
        {t('leads.since')} <Time at={lead.openedAt} />
        {lead.closedBy !== null && ` · ${t(`leads.closedBy.${lead.closedBy}`)}`}
      </p>
    </Stack>
  )
}

/** One lead beside the list, which stays usable. */
export function LeadDrawer({ lead, onClose }: { lead: LeadView | undefined; onClose: () => void }) {
  const { t } = useTranslation()
  return (
    <Drawer
      opened={lead !== undefined}
      onClose={onClose}
      size={468}
      withOverlay={false}
      lockScroll={false}
      trapFocus={false}
      styles={{
        content: { background: 'var(--surface)', boxShadow: 'var(--shadow-float)' },
        header: { background: 'var(--surface)' },
        title: { fontSize: 17, fontWeight: 650 },
      }}
      title={
        <span className="given">{lead?.name ?? lead?.phone ?? t('common.unknownCaller')}</span>
      }
    >
      {lead && <Body lead={lead} />}
    </Drawer>
  )
}
