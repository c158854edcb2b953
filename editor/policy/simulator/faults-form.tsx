import { NumberInput, Select, Switch } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Faults } from '../../../server/policy/try-call/faults.ts'
import { crmAnswers } from '../../../server/policy/try-call/faults.ts'
import { agentStatuses } from '../../../server/schema/seeds.ts'
import { exitWord } from '../kinds/kinds.ts'
import styles from './simulator.module.css'

interface FaultsProps {
  readonly faults: Faults
  readonly change: (faults: Faults) => void
  readonly onReset: () => void
}

/** Things to break on purpose. */
export function FaultsForm({ faults, change, onReset }: FaultsProps) {
  const { t } = useTranslation()
  return (
    <section className={styles.group} aria-label={t('simulator.break')}>
      <div className={styles.groupHead}>
        <h3>{t('simulator.break')}</h3>
        <button type="button" className={styles.link} onClick={onReset}>
          {t('simulator.reset')}
        </button>
      </div>
      <Select
        label={t('simulator.crm')}
        placeholder={t('simulator.crmAsIs')}
        clearable
        data={crmAnswers.map((value) => ({ value, label: t(`simulator.crmIs.${value}`) }))}
        value={faults.crm ?? null}
        onChange={(next) => change({ ...faults, crm: crmAnswers.find((one) => one === next) })}
      />
      <NumberInput
        label={t('simulator.crmMs')}
        min={0}
        max={10_000}
        value={faults.crmMs ?? ''}
        onChange={(next) =>
          change({ ...faults, crmMs: typeof next === 'number' ? next : undefined })
        }
      />
      <Switch
        label={t('simulator.noCalendars')}
        checked={faults.noCalendars === true}
        onChange={({ currentTarget }) => change({ ...faults, noCalendars: currentTarget.checked })}
      />
      <Select
        label={t('simulator.agents')}
        placeholder={t('simulator.agentsAsIs')}
        clearable
        data={agentStatuses.map((value) => ({ value, label: exitWord(value, t) }))}
        value={faults.agents ?? null}
        onChange={(next) =>
          change({ ...faults, agents: agentStatuses.find((one) => one === next) })
        }
      />
      <NumberInput
        label={t('simulator.calls')}
        min={1}
        max={100_000}
        value={faults.calls ?? ''}
        onChange={(next) =>
          change({ ...faults, calls: typeof next === 'number' ? next : undefined })
        }
      />
    </section>
  )
}
