import { FlaskConical, OctagonAlert, RefreshCw } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { calendarOfFact } from '../../../server/policy/memory-facts.ts'
import type { Tried } from '../../../server/policy/try-call/try-call.ts'
import { isTimed } from '../../../server/policy/why-not/time-lever.ts'
import type { Installation } from '../../../server/schema/installation.ts'
import { EmptyState } from '../../parts/states.tsx'
import { useWorkbench } from '../workbench.ts'
import { FactsForm } from './facts-form.tsx'
import { FaultsForm } from './faults-form.tsx'
import type { Given, Mode, PastCall } from './given.ts'
import { callerOf, hasHidden, recordOf, trialOf, withAlternative } from './given.ts'
import { WayPanel } from '../way/way-panel.tsx'
import { Result } from './result.tsx'
import styles from './simulator.module.css'
import { TimeForm } from './time-form.tsx'
import { usePastCall, useWorld } from './use-caller.ts'
import { useTry } from './use-try.ts'
import { WhoForm } from './who-form.tsx'

/** A CRM that is there answers about a contact, in a time that is usual. */
const usualCrmMs = 12

function usualFaults(mode: Mode, { connectors }: Installation): Given['faults'] {
  if (mode === 'call' || connectors.length === 0) return {}
  return { crm: mode === 'contact' ? 'found' : 'missing', crmMs: usualCrmMs }
}

/** Facts of a past call that are not on record, so that they are what they would be today. */
function unrecordedOf(tried: Tried, given: Given, past: PastCall | undefined): ReadonlySet<string> {
  if (given.mode !== 'call' || !past) return new Set()
  const record = new Set(recordOf(past, given.at).map(([name]) => name))
  const names = Object.entries(tried.read).flatMap(([name, { source }]) =>
    record.has(name) || isTimed(name) || source === 'case' ? [] : [name],
  )
  return new Set(names)
}

/** The first calendar that the policy asks, by whose clock a time is chosen. */
function calendarFor(tried: Tried | undefined, installation: Installation) {
  const names = Object.keys(tried?.read ?? {}).filter(isTimed)
  const calendars = names.flatMap((name) => calendarOfFact(name, {}, installation) ?? [])
  const [calendar] = calendars
  return { calendar, zone: calendar?.zone ?? installation.reportZone }
}

/** A call thought out: whose, when and what is broken; where it goes and why; the way it takes. */
export function Simulator() {
  const { t } = useTranslation()
  const { id, policy, catalogue, setLit } = useWorkbench()
  const { installation } = catalogue
  const [given, setGiven] = useState<Given>(() => ({
    mode: 'contact',
    caller: undefined,
    ref: undefined,
    at: Math.floor(Date.now() / 60_000) * 60_000,
    faults: usualFaults('contact', installation),
    facts: {},
  }))
  const isPast = given.mode === 'call'
  const pastCall = usePastCall(isPast ? given.ref : undefined)
  const past = isPast ? pastCall.data : undefined
  const caller = isPast
    ? past && callerOf(past)
    : given.mode === 'contact'
      ? given.caller
      : undefined
  const told = useWorld(id, caller)
  const isChosen = given.mode === 'anybody' || (isPast ? past !== undefined : caller !== undefined)
  const question = useMemo(() => {
    if (!isChosen || !told) return undefined
    return {
      kind: 'trial' as const,
      document: policy,
      installation,
      told,
      trial: trialOf(given, past),
    }
  }, [isChosen, told, policy, installation, given, past])
  const answer = useTry(question)
  const tried = answer?.kind === 'tried' && question ? answer.tried : undefined
  const { calendar, zone } = calendarFor(tried, installation)
  const change = (next: Given) => {
    const isOther = next.mode !== given.mode || next.ref !== given.ref
    setGiven(isOther ? { ...next, facts: {}, faults: usualFaults(next.mode, installation) } : next)
  }
  const [opened, setOpened] = useState<PastCall>()
  if (past && past !== opened) {
    // a past call begins at its own time
    setOpened(past)
    setGiven({ ...given, at: Date.parse(past.decision.at) })
  }
  return (
    <div className={styles.simulator}>
      <section className={styles.given} aria-label={t('simulator.who')}>
        <WhoForm given={given} change={change} isMissing={isPast && pastCall.isError} />
        {past && hasHidden(past.decision.facts) && (
          <p className="muted">{t('simulator.callHidden')}</p>
        )}
        <TimeForm given={given} change={change} calendar={calendar} zone={zone} />
        {tried && Object.keys(tried.read).length > 0 && (
          <section className={styles.group} aria-label={t('simulator.facts')}>
            <h3>{t('simulator.facts')}</h3>
            <FactsForm
              installation={installation}
              read={tried.read}
              facts={given.facts}
              change={(facts) => setGiven({ ...given, facts })}
            />
          </section>
        )}
        <FaultsForm
          faults={given.faults}
          change={(faults) => setGiven({ ...given, faults })}
          onReset={() =>
            setGiven({ ...given, facts: {}, faults: usualFaults(given.mode, installation) })
          }
        />
        <p className={styles.foot}>
          <RefreshCw size={13} aria-hidden /> {t('simulator.foot')}
        </p>
      </section>
      <div className={styles.told}>
        {tried ? (
          <Result
            tried={tried}
            policy={policy}
            unrecorded={unrecordedOf(tried, given, past)}
            onTry={(alternative) => setGiven(withAlternative(given, alternative))}
          />
        ) : answer?.kind === 'broken' ? (
          <EmptyState icon={OctagonAlert} title={t('simulator.broken')}>
            {t('simulator.brokenText')}
          </EmptyState>
        ) : (
          !isChosen && (
            <EmptyState icon={FlaskConical} title={t('simulator.choose')}>
              {t('simulator.chooseText')}
            </EmptyState>
          )
        )}
      </div>
      {tried && <WayPanel policy={policy} walked={tried} onLit={setLit} />}
    </div>
  )
}
