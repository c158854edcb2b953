import { ActionIcon, Button, Drawer, Group, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { ChevronDown, ChevronUp } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { LeadChange } from '../../../server/schema/lead-work.ts'
import type { LeadDetail } from '../../../server/schema/lead.ts'
import { answer, client } from '../../api/client.ts'
import { useMay } from '../../api/session.ts'
import { Loaded } from '../../parts/loaded.tsx'
import { Tag } from '../../parts/tag.tsx'
import { Time } from '../../parts/time.tsx'
import { Due } from './due.tsx'
import type { DialogName } from './lead-dialogs.tsx'
import { useLeadName } from './lead-name.ts'
import { LeadTimeline, money } from './lead-timeline.tsx'
import { LeadWork } from './lead-work.tsx'
import styles from './leads.module.css'
import type { Way } from './ways.tsx'
import { Ways } from './ways.tsx'

export interface DrawerProps {
  /** Whose lead is open; nobody's where it is left out. */
  readonly chosen: string | undefined
  readonly isBusy: boolean
  readonly onChange: (lead: LeadDetail, change: LeadChange) => void
  readonly onWay: (lead: LeadDetail, way: Way) => void
  readonly onDialog: (lead: LeadDetail, dialog: DialogName) => void
  /** To the lead above or below. */
  readonly onStep: (steps: 1 | -1) => void
  readonly onClose: () => void
}

function Reasons({ lead }: { lead: LeadDetail }) {
  const { t } = useTranslation()
  return (
    <div className={styles.reasons}>
      <strong className={styles.bigScore}>{lead.score}</strong>
      {lead.reasons.length === 0 && <span className="muted">{t('leads.drawer.noReasons')}</span>}
      {lead.reasons.map((reason, index) => (
        <Tag key={reason}>
          {reason}
          <strong>
            {t('leads.drawer.points', { points: Math.round(lead.points[index] ?? 0) })}
          </strong>
        </Tag>
      ))}
    </div>
  )
}

function Standing({ lead }: { lead: LeadDetail }) {
  const { t } = useTranslation()
  const { value, currency, dismissedFor } = lead
  return (
    <p className="muted given">
      {t(`leads.status.${lead.status}`)}
      {lead.assignee && ` · ${lead.assignee.name}`}
      {value !== null &&
        currency !== null &&
        ` · ${t('leads.drawer.worth', { value: money(value, currency) })}`}
      {dismissedFor !== null && ` · ${t('leads.drawer.dismissedFor', { reason: dismissedFor })}`}
      {' · '}
      {lead.closedBy === null ? lead.why.text : t(`leads.closedBy.${lead.closedBy}`)}
      {' · '}
      <Time at={lead.closedAt ?? lead.lastCallAt} />
    </p>
  )
}

function Outcomes({
  lead,
  onDialog,
  onChange,
}: Pick<DrawerProps, 'onDialog' | 'onChange'> & { lead: LeadDetail }) {
  const { t } = useTranslation()
  const isSettled = lead.status === 'converted' || lead.status === 'dismissed'
  return (
    <Group className={styles.drawerFoot} gap="xs">
      <Button onClick={() => onDialog(lead, 'call')} title={t('leads.way.callHint')}>
        {t('leads.way.call')}
      </Button>
      <div style={{ flex: 1 }} />
      {isSettled ? (
        <Button
          variant="default"
          onClick={() => onChange(lead, { status: lead.assignee ? 'assigned' : 'new' })}
        >
          {t('leads.work.reopen')}
        </Button>
      ) : (
        <>
          <Button variant="default" onClick={() => onDialog(lead, 'converted')}>
            {t('leads.outcome.converted')}
          </Button>
          <Button variant="default" onClick={() => onDialog(lead, 'dismiss')}>
            {t('leads.outcome.dismiss')}
          </Button>
        </>
      )}
    </Group>
  )
}

function Body({ lead, ...props }: DrawerProps & { lead: LeadDetail }) {
  const { t } = useTranslation()
  const mayWork = useMay('changeLead')
  const { onChange, onWay, onDialog, isBusy } = props
  return (
    <Stack gap="lg">
      <Standing lead={lead} />
      <Reasons lead={lead} />
      <section>
        <h3>{t('leads.reach')}</h3>
        <Ways lead={lead} onWay={(way) => onWay(lead, way)} />
      </section>
      {mayWork && (
        <section>
          <h3>{t('leads.work.title')}</h3>
          <LeadWork lead={lead} isBusy={isBusy} onChange={(change) => onChange(lead, change)} />
        </section>
      )}
      <section>
        <h3>{t('leads.happened')}</h3>
        <LeadTimeline lead={lead} />
      </section>
      {mayWork && <Outcomes lead={lead} onDialog={onDialog} onChange={onChange} />}
    </Stack>
  )
}

function Title({ lead, onStep }: { lead: LeadDetail | undefined; onStep: DrawerProps['onStep'] }) {
  const { t } = useTranslation()
  const nameOf = useLeadName()
  const who = lead && nameOf(lead)
  return (
    <Group gap="xs" wrap="nowrap">
      <span className={styles.who}>
        <span className="given">{who?.name}</span>
        {who && who.below !== '' && <span className="given">{who.below}</span>}
      </span>
      {lead && lead.tier !== 'none' && lead.tier !== '' && <Tag>{lead.tier}</Tag>}
      {lead && <Due lead={lead} />}
      <div style={{ flex: 1 }} />
      <ActionIcon
        variant="subtle"
        aria-label={t('leads.drawer.previous')}
        onClick={() => onStep(-1)}
      >
        <ChevronUp size={18} aria-hidden />
      </ActionIcon>
      <ActionIcon variant="subtle" aria-label={t('leads.drawer.next')} onClick={() => onStep(1)}>
        <ChevronDown size={18} aria-hidden />
      </ActionIcon>
    </Group>
  )
}

/** One lead beside the list, which stays usable. */
export function LeadDrawer(props: DrawerProps) {
  const { t } = useTranslation()
  const { chosen, onClose, onStep } = props
  const detail = useQuery({
    queryKey: ['leads', 'detail', chosen],
    queryFn: () =>
      answer(client.api.reports['silent-leads'][':ref'].$get({ param: { ref: chosen ?? '' } })),
    enabled: chosen !== undefined,
  })
  return (
    <Drawer
      opened={chosen !== undefined}
      onClose={onClose}
      size={468}
      withOverlay={false}
      lockScroll={false}
      trapFocus={false}
      returnFocus={false}
      closeButtonProps={{ 'aria-label': t('leads.drawer.close') }}
      styles={{
        inner: { pointerEvents: 'none' },
        content: {
          pointerEvents: 'auto',
          background: 'var(--surface)',
          boxShadow: 'var(--shadow-float)',
        },
        header: { background: 'var(--surface)' },
        title: { flex: 1, fontSize: 17, fontWeight: 650 },
      }}
      title={<Title lead={detail.data} onStep={onStep} />}
    >
      {chosen !== undefined && (
        <Loaded query={detail}>{(lead) => <Body key={lead.ref} {...props} lead={lead} />}</Loaded>
      )}
    </Drawer>
  )
}
