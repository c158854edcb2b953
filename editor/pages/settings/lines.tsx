import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Phone } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { LineSettings } from '../../../server/schema/line-settings.ts'
import { answer, client } from '../../api/client.ts'
import { useMay } from '../../api/session.ts'
import { Card } from '../../parts/card.tsx'
import { Confirm } from '../../parts/confirm.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { EmptyState } from '../../parts/states.tsx'
import { Tag } from '../../parts/tag.tsx'
import { useChange } from '../../parts/use-change.ts'
import { CheckList } from './check-list.tsx'
import styles from './settings.module.css'

function CallingSwitch({ line }: { line: LineSettings }) {
  const { t } = useTranslation()
  const [isAsking, setAsking] = useState(false)
  const isOn = line.calling === 'on'
  const change = useChange({
    run: (calling: 'on' | 'off') =>
      answer(client.api.settings.lines[':id'].$put({ param: { id: line.id }, json: { calling } })),
    renews: ['lines'],
    onDone: () => setAsking(false),
  })
  const mayChange = useMay('putLineSettings')
  if (!line.canChange || !mayChange) return undefined
  return (
    <>
      <Button
        variant="default"
        size="compact-sm"
        loading={change.isPending}
        onClick={() => (isOn ? setAsking(true) : change.mutate('on'))}
      >
        {t(isOn ? 'settings.line.turnOff' : 'settings.line.turnOn')}
      </Button>
      <Confirm
        isOpen={isAsking}
        title={t('settings.line.turnOffTitle', { name: line.name ?? line.id })}
        text={t('settings.line.turnOffText')}
        action={t('settings.line.turnOff')}
        isBusy={change.isPending}
        onConfirm={() => change.mutate('off')}
        onClose={() => setAsking(false)}
      />
    </>
  )
}

function Ours({ ours }: Pick<LineSettings, 'ours'>) {
  const { t } = useTranslation()
  if (!ours) return <Tag tone="warn">{t('settings.line.nobody')}</Tag>
  return (
    <span>
      <Link to="/policies/$id" params={{ id: ours.policy }}>
        {ours.policy}
      </Link>
      <span className="mono muted">{` ${ours.release}`}</span>
    </span>
  )
}

function LineCard({ line }: { line: LineSettings }) {
  const { t } = useTranslation()
  const { calling, meta, checks } = line
  const tone = { on: 'accept', off: 'err', unknown: 'outline' } as const
  const wrong = checks.filter(({ state }) => state !== 'ok')
  return (
    <Card
      title={
        <span className="given">
          {[line.name ?? line.id, line.display].filter(Boolean).join(' · ')}
        </span>
      }
      actions={<CallingSwitch line={line} />}
    >
      <dl className={styles.pairs}>
        <dt>{t('settings.line.calling')}</dt>
        <dd>
          <Tag tone={tone[calling]}>{t(`settings.line.${calling}`)}</Tag>
        </dd>
        <dt>{t('settings.line.answers')}</dt>
        <dd>
          <Ours ours={line.ours} />
        </dd>
        <dt>{t('settings.line.meta')}</dt>
        <dd>
          {meta === null
            ? t('settings.line.metaUnknown')
            : [
                `${t('settings.line.callHours')}: ${t(`settings.line.${meta.callHours}`)}`,
                `${t('settings.line.voicemail')}: ${t(`settings.line.${meta.voicemail}`)}`,
              ].join(' · ')}
        </dd>
      </dl>
      <div style={{ marginTop: 12 }}>
        {wrong.length === 0 ? (
          <span className="muted">{t('settings.line.fine')}</span>
        ) : (
          <CheckList checks={wrong} />
        )}
      </div>
    </Card>
  )
}

/** Each number as its provider has it, beside what answers here. */
export function Lines() {
  const { t } = useTranslation()
  const lines = useQuery({
    queryKey: ['lines'],
    queryFn: async () => (await answer(client.api.settings.lines.$get())).data,
    staleTime: 30_000,
  })
  return (
    <>
      <div className={styles.lead}>{t('settings.line.lead')}</div>
      <Loaded query={lines}>
        {(data) =>
          data.length === 0 ? (
            <EmptyState icon={Phone} title={t('settings.line.empty')}>
              {t('settings.line.emptyText')}
            </EmptyState>
          ) : (
            data.map((line) => <LineCard key={line.id} line={line} />)
          )
        }
      </Loaded>
    </>
  )
}
