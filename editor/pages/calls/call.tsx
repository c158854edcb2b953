import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { Download } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { CallView } from '../../../server/schema/call.ts'
import { answer, client } from '../../api/client.ts'
import { ApiError } from '../../api/error.ts'
import { useMay } from '../../api/session.ts'
import { Card } from '../../parts/card.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { OutcomeTag } from '../../parts/outcome-tag.tsx'
import { useCallerName } from '../../parts/use-caller-name.ts'
import { useChange } from '../../parts/use-change.ts'
import { Page } from '../../shell/page.tsx'
import { CallTimeline } from './call-timeline.tsx'
import styles from './calls.module.css'
import { Decision } from './decision.tsx'
import { MakeCase } from './make-case.tsx'
import { useUndecided } from './use-undecided.ts'

function CallActions({ call }: { call: CallView }) {
  const { t } = useTranslation()
  const param = { id: call.ref }
  const mayReject = useMay('rejectCall')
  const mayEnd = useMay('endCall')
  const reject = useChange({
    run: () => answer(client.api.calls[':id'].reject.$post({ param })),
    renews: ['calls'],
    done: t('calls.rejectDone'),
  })
  const end = useChange({
    run: () => answer(client.api.calls[':id'].end.$post({ param })),
    renews: ['calls'],
    done: t('calls.endDone'),
  })
  if (call.status === 'ringing' && mayReject)
    return (
      <Button variant="default" loading={reject.isPending} onClick={() => reject.mutate(undefined)}>
        {t('calls.reject')}
      </Button>
    )
  if (call.status === 'in_progress' && mayEnd)
    return (
      <Button variant="default" loading={end.isPending} onClick={() => end.mutate(undefined)}>
        {t('calls.end')}
      </Button>
    )
  return undefined
}

/** Everything the decision was made of, in one file that decides it again. */
function FlightRecorder({ call }: { call: CallView }) {
  const { t } = useTranslation()
  const mayRecord = useMay('getFlight')
  if (!mayRecord || call.outcome === null) return undefined
  return (
    <Button
      component="a"
      variant="default"
      leftSection={<Download size={15} aria-hidden />}
      title={t('calls.recordHint')}
      href={`/api/calls/${call.ref}/flight`}
      download={`call-${call.ref}.flight.json`}
    >
      {t('calls.record')}
    </Button>
  )
}

function Details({ call }: { call: CallView }) {
  const { t } = useTranslation()
  const decision = useQuery({
    queryKey: ['calls', call.ref, 'decision'],
    queryFn: () => answer(client.api.calls[':id'].decision.$get({ param: { id: call.ref } })),
    retry: (count, error) => count < 2 && !(error instanceof ApiError && error.status === 404),
  })
  const undecided = useUndecided()
  const isUndecided = decision.error instanceof ApiError && decision.error.status === 404
  const caller = useCallerName()(call)
  return (
    <div className={styles.grid}>
      {isUndecided ? (
        <Card>
          <p className={`${styles.sentence} given`}>{undecided(call, caller.name)}</p>
        </Card>
      ) : (
        <Loaded query={decision}>
          {(view) => (
            <Decision decision={view} caller={caller.name} line={call.to_number ?? call.line} />
          )}
        </Loaded>
      )}
      <div className={styles.column}>
        <Card title={t('calls.timeline')}>
          <CallTimeline call={call} />
        </Card>
        {call.contact && (
          <Card title={t('home.caller')}>
            <p className="given">
              <strong>{caller.name}</strong>
            </p>
            <p className="muted given">{caller.number}</p>
            <Link to="/calls" search={{ contact_id: call.contact.id }}>
              {t('calls.history')}
            </Link>
          </Card>
        )}
      </div>
    </div>
  )
}

/** One call: what became of it, and why. */
export function CallPage() {
  const { t } = useTranslation()
  const { ref } = useParams({ from: '/shell/calls/$ref' })
  const call = useQuery({
    queryKey: ['calls', ref],
    queryFn: async () => (await answer(client.api.calls[':id'].$get({ param: { id: ref } }))).data,
  })
  return (
    <Page
      title={t('calls.call')}
      beside={
        call.data && (
          <>
            <OutcomeTag outcome={call.data.final_outcome ?? call.data.outcome} />
            <span className="muted">{t(`common.status.${call.data.status}`)}</span>
            <span className="mono muted">{ref}</span>
          </>
        )
      }
      actions={
        call.data && (
          <>
            <MakeCase call={call.data} />
            <FlightRecorder call={call.data} />
            <CallActions call={call.data} />
          </>
        )
      }
    >
      <Loaded query={call}>{(data) => <Details call={data} />}</Loaded>
    </Page>
  )
}
