import { useTranslation } from 'react-i18next'
import type { Overview } from '../../../server/schema/reports.ts'
import { Figure, Figures } from '../../parts/figure.tsx'
import { CallsLink } from './calls-link.tsx'
import { numberText, shareText } from '../../parts/number-text.ts'
import { useChangeText, useSpan, valueText } from './words.ts'

interface Compared {
  readonly now: Overview
  readonly then: Overview
}

/** How a share differs from that of the period before, in points. */
function usePoints(): (now: number, then: number) => string {
  const { t } = useTranslation()
  return (now, then) => {
    const points = Math.round(100 * now) - Math.round(100 * then)
    if (points === 0) return t('reports.samePoints')
    const count = Math.abs(points)
    return points > 0 ? t('reports.pointsMore', { count }) : t('reports.pointsFewer', { count })
  }
}

const part = (of: number, count: number): number => (of === 0 ? 0 : count / of)

function Callback({ now, then }: Compared) {
  const { t } = useTranslation()
  const span = useSpan()
  const hint = (): string => {
    const [is, was] = [now.callbackMedian, then.callbackMedian]
    if (is === null) return t('reports.figures.noCallback')
    if (was === null || is === was) return t('reports.samePoints')
    const words = { span: span(Math.abs(is - was)) }
    return is < was ? t('reports.faster', words) : t('reports.slower', words)
  }
  return (
    <Figure
      name={t('reports.figures.callback')}
      value={
        now.callbackMedian === null ? undefined : (
          <CallsLink search={{ lead: 'called_back' }}>{span(now.callbackMedian)}</CallsLink>
        )
      }
      hint={hint()}
    />
  )
}

/** The main figures, with those of the period before in words. */
export function OverviewFigures({ now, then }: Compared) {
  const { t } = useTranslation()
  const change = useChangeText()
  const points = usePoints()
  return (
    <Figures>
      <Figure
        name={t('reports.figures.calls')}
        value={<CallsLink search={{}}>{numberText(now.calls)}</CallsLink>}
        hint={change(now.calls, then.calls)}
      />
      <Figure
        name={t('reports.figures.missed')}
        value={<CallsLink search={{ standing: 'missed' }}>{numberText(now.missed)}</CallsLink>}
        hint={change(now.missed, then.missed)}
      />
      <Figure
        name={t('reports.figures.leads')}
        value={<CallsLink search={{ lead: 'opened' }}>{numberText(now.leads)}</CallsLink>}
        hint={change(now.leads, then.leads)}
      />
      <Figure
        name={t('reports.figures.reached')}
        value={
          <CallsLink search={{ lead: 'reached' }}>{shareText(now.reached, now.leads)}</CallsLink>
        }
        hint={points(part(now.leads, now.reached), part(then.leads, then.reached))}
      />
      <Callback now={now} then={then} />
      <Figure
        name={t('reports.figures.ghosts')}
        value={<CallsLink search={{ ghost: 'true' }}>{numberText(now.ghosts)}</CallsLink>}
        hint={t('reports.ofCalls', { share: shareText(now.ghosts, now.calls) })}
      />
      <Figure
        name={t('reports.figures.converted')}
        value={<CallsLink search={{ lead: 'converted' }}>{numberText(now.converted)}</CallsLink>}
        hint={
          now.values.length === 0
            ? change(now.converted, then.converted)
            : t('reports.figures.worth', { value: valueText(now.values) })
        }
      />
    </Figures>
  )
}
