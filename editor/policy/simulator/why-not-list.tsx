import { createElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { WhyNot } from '../../../server/policy/why-not/why-not.ts'
import type { Policy } from '../../../server/schema/policy.ts'
import type { Alternative } from '../../../server/schema/why-not.ts'
import { Tag } from '../../parts/tag.tsx'
import { useWords } from '../../parts/use-words.ts'
import { alternativeText } from './change-text.ts'
import { endingOf } from './ending.ts'
import styles from './simulator.module.css'

interface WhyNotListProps {
  readonly whyNot: WhyNot
  readonly policy: Policy
  /** Arrival of the call, in epoch milliseconds. */
  readonly at: number
  /** Makes the change and tries the call again. */
  readonly onTry?: (alternative: Alternative) => void
}

/** For every other outcome the smallest change of the call that leads there. Each was tried before it is shown. */
export function WhyNotList({ whyNot, policy, at, onTry }: WhyNotListProps) {
  const { t, i18n } = useTranslation()
  const words = useWords()
  const teller = { t, words, language: i18n.language, at }
  const { alternatives, complete } = whyNot
  return (
    <>
      {alternatives.length === 0 && <p className="muted">{t('simulator.whyNotNone')}</p>}
      <ul className={styles.whyNot}>
        {alternatives.map((alternative) => {
          const { icon, tone, name } = endingOf(policy, alternative.node, { t, words })
          return (
            <li key={alternative.node}>
              <Tag tone={tone} icon={createElement(icon, { size: 14, 'aria-hidden': true })}>
                <span className="given">{name}</span>
              </Tag>
              <span className="given">{alternativeText(alternative, teller)}</span>
              {onTry && (
                <button
                  type="button"
                  className={styles.link}
                  aria-label={t('simulator.tryItFor', { node: name })}
                  onClick={() => onTry(alternative)}
                >
                  {t('simulator.tryIt')}
                </button>
              )}
            </li>
          )
        })}
      </ul>
      {!complete && <p className="muted">{t('simulator.whyNotCut')}</p>}
    </>
  )
}
