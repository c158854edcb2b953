import { Button } from '@mantine/core'
import { CircleHelp, Play } from 'lucide-react'
import { useEffect, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useWords } from '../../parts/use-words.ts'
import type { Decision } from '../../../server/schema/decision.ts'
import type { Policy } from '../../../server/schema/policy.ts'
import { Drawing } from '../canvas/drawing.tsx'
import { exitWord } from '../kinds/kinds.ts'
import { endingOf } from '../simulator/ending.ts'
import type { Lit } from '../workbench.ts'
import styles from './way.module.css'
import { useSteps } from './use-steps.ts'

/** What a walk left behind, of a real call or one thought out. */
type Walked = Pick<Decision, 'path' | 'trace' | 'facts'>

/** What was seen at each node: its first fact's value, and milliseconds where it was waited for. */
function seenAt({ trace, facts }: Walked): ReadonlyMap<string, string> {
  const entries = trace.flatMap(({ node, leaves }) => {
    const leaf = leaves.find(({ result }) => result !== 'not_evaluated')
    const seen = leaf && Object.hasOwn(facts, leaf.fact) ? facts[leaf.fact] : undefined
    if (!seen) return []
    const value = 'value' in seen ? String(seen.value) : seen.unknown
    return [[node, seen.ms >= 1 ? `${value} · ${seen.ms.toFixed(1)} ms` : value] as const]
  })
  return new Map(entries)
}

/** Milliseconds that were waited for at a node. */
function waitedAt({ trace, facts }: Walked, node: string): number {
  const leaves = trace.find((one) => one.node === node)?.leaves ?? []
  const waits = leaves.map(({ fact }) => (Object.hasOwn(facts, fact) ? (facts[fact]?.ms ?? 0) : 0))
  return Math.max(0, ...waits)
}

interface PanelProps {
  readonly policy: Policy
  readonly walked: Walked
  /** Hears of what is lit, to light it elsewhere too. */
  readonly onLit?: (lit: Lit) => void
  /** The steps stand beside the drawing, on a page that has room. */
  readonly isWide?: boolean
}

/** The way of a call through a policy: drawn, and step by step. */
export function WayPanel({ policy, walked, onLit, isWide = false }: PanelProps) {
  const { t } = useTranslation()
  const words = useWords()
  const { path } = walked
  const { lit, play, goTo } = useSteps(walked, path.length)
  const seen = useMemo(() => seenAt(walked), [walked])
  const overlay = useMemo(() => ({ path: path.slice(0, lit), seen }), [path, lit, seen])
  useEffect(() => onLit?.(overlay), [overlay, onLit])
  const name = (id: string): string => endingOf(policy, id, { t, words }).name
  const last = path[lit - 1]
  return (
    <section
      className={styles.path}
      data-wide={isWide || undefined}
      aria-label={t('simulator.path')}
    >
      <div className={styles.pathHead}>
        <h2>{t('simulator.path')}</h2>
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<Play size={14} aria-hidden />}
          rightSection={<kbd aria-hidden>{t('simulator.playKey')}</kbd>}
          onClick={play}
        >
          {t('simulator.play')}
        </Button>
      </div>
      <div className={styles.drawing}>
        <Drawing policy={policy} overlay={overlay} label={t('editor.path')} />
      </div>
      <ol className={styles.steps}>
        {path.map(({ node, exit }, index) => {
          const ms = waitedAt(walked, node)
          const isUnknown = exit === 'unknown'
          return (
            <li key={`${node} ${index}`}>
              <button
                type="button"
                data-lit={index < lit || undefined}
                aria-current={index === lit - 1 ? 'step' : undefined}
                onClick={() => goTo(index + 1)}
              >
                <span className={styles.number}>{index + 1}</span>
                <span className="given">{name(node)}</span>
                <strong data-unknown={isUnknown || undefined}>
                  {isUnknown && <CircleHelp size={13} aria-hidden />}
                  {exit !== null && exit !== 'next' && exitWord(exit, t)}
                </strong>
                <span>{ms > 0 ? t('simulator.ms', { ms: ms.toFixed(1) }) : ''}</span>
              </button>
            </li>
          )
        })}
      </ol>
      <div className="unseen" role="status">
        {last &&
          lit < path.length &&
          t('simulator.stepOf', { step: lit, count: path.length, name: name(last.node) })}
      </div>
    </section>
  )
}
