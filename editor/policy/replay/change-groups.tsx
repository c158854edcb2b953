import { ActionIcon, Button } from '@mantine/core'
import { ArrowRight, ChevronDown, ChevronRight } from 'lucide-react'
import { Fragment, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { NamedCall } from '../../../server/policy/replay-pack.ts'
import type { ChangeGroup, ChangedCall } from '../../../server/policy/replay.ts'
import { OutcomeTag } from '../../parts/outcome-tag.tsx'
import { Time } from '../../parts/time.tsx'
import { wayOf } from '../cases/words.ts'
import { exitWord } from '../kinds/kinds.ts'
import { useWorkbench } from '../workbench.ts'
import styles from './replay.module.css'

/** Shown of a group before more are asked for. */
const atOnce = 5

/** Where a call leaves the way it took: the last step both share, and the exit it takes now. */
function turn({ call, path }: ChangedCall): { node: string; was: string; is: string } | undefined {
  const at = path.findIndex((step, index) => {
    const old = call.way.path[index]
    return old?.node !== step.node || old.exit !== step.exit
  })
  const [old, now] = [call.way.path[at], path[at]]
  if (!old || !now) return undefined
  return { node: now.node, was: old.exit ?? old.node, is: now.exit ?? now.node }
}

function CallRow({ one, compare }: { one: ChangedCall; compare: (one: ChangedCall) => void }) {
  const { t } = useTranslation()
  const { policy } = useWorkbench()
  const { call }: { call: NamedCall } = one
  const turned = turn(one)
  return (
    <tr className={styles.one}>
      <td />
      <td>
        <Time at={new Date(call.at).toISOString()} />
      </td>
      <td className="given">{call.name ?? call.phone ?? t('replay.unknownCaller')}</td>
      <td className="given">
        {turned &&
          `${wayOf([turned.node], policy, t)}: ${exitWord(turned.was, t)} → ${exitWord(turned.is, t)}`}
      </td>
      <td>
        <Button
          size="compact-xs"
          variant="default"
          aria-label={t('replay.compareCall', { when: new Date(call.at).toLocaleString() })}
          onClick={() => compare(one)}
        >
          {t('replay.compare')}
        </Button>
      </td>
    </tr>
  )
}

interface GroupProps {
  readonly group: ChangeGroup
  readonly compare: (one: ChangedCall) => void
}

function Group({ group, compare }: GroupProps) {
  const { t } = useTranslation()
  const [isOpen, setOpen] = useState(false)
  const [count, setCount] = useState(atOnce)
  const { from, to, calls } = group
  const [first] = calls
  const example: NamedCall | undefined = first?.call
  const Chevron = isOpen ? ChevronDown : ChevronRight
  const words = { from: t(`common.outcome.${from}`), to: t(`common.outcome.${to}`) }
  return (
    <Fragment>
      <tr>
        <td>{calls.length}</td>
        <td>
          <OutcomeTag outcome={from} />
        </td>
        <td>
          <ArrowRight size={14} aria-hidden /> <OutcomeTag outcome={to} />
          {from === to && <span className="muted">{` ${t('replay.elsewhere')}`}</span>}
        </td>
        <td className="given">
          {example && (
            <>
              <Time at={new Date(example.at).toISOString()} />{' '}
              {example.name ?? example.phone ?? t('replay.unknownCaller')}
            </>
          )}
        </td>
        <td>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-expanded={isOpen}
            aria-label={t('replay.expand', words)}
            onClick={() => setOpen(!isOpen)}
          >
            <Chevron size={16} aria-hidden />
          </ActionIcon>
        </td>
      </tr>
      {isOpen &&
        calls
          .slice(0, count)
          .map((one) => <CallRow key={one.call.ref} one={one} compare={compare} />)}
      {isOpen && calls.length > count && (
        <tr className={styles.one}>
          <td />
          <td colSpan={4}>
            <Button
              size="compact-xs"
              variant="subtle"
              onClick={() => setCount((now) => now + 10 * atOnce)}
            >
              {t('replay.more', { count: calls.length - count })}
            </Button>
          </td>
        </tr>
      )}
    </Fragment>
  )
}

/** Calls that would end otherwise, by what they were and would be. */
export function ChangeGroups(props: {
  readonly groups: readonly ChangeGroup[]
  readonly compare: (one: ChangedCall) => void
}) {
  const { t } = useTranslation()
  const { groups, compare } = props
  return (
    <table className={styles.groups} aria-label={t('replay.groups')}>
      <thead>
        <tr>
          <th scope="col">{t('replay.column.calls')}</th>
          <th scope="col">{t('replay.column.from')}</th>
          <th scope="col">{t('replay.column.to')}</th>
          <th scope="col">{t('replay.column.example')}</th>
          <td />
        </tr>
      </thead>
      <tbody>
        {groups.map((group) => (
          <Group key={`${group.from} ${group.to}`} group={group} compare={compare} />
        ))}
      </tbody>
    </table>
  )
}
