import { ChevronRight, ClipboardCheck, ExternalLink, Phone } from 'lucide-react'
import { createElement } from 'react'
import { useTranslation } from 'react-i18next'
import { useWords } from '../../parts/use-words.ts'
import type { Tried } from '../../../server/policy/try-call/try-call.ts'
import type { RenderedMessage } from '../../../server/schema/message.ts'
import type { Policy } from '../../../server/schema/policy.ts'
import { isEffect } from '../../../server/schema/policy.ts'
import { summaryOf } from '../kinds/kinds.ts'
import shape from '../parts/editor.module.css'
import { endingOf } from './ending.ts'
import styles from './simulator.module.css'

/** A message as the caller's phone shows it, its values filled in. */
function Bubble({ message }: { message: RenderedMessage }) {
  const { t } = useTranslation()
  const { url, call, replies = [] } = message
  return (
    <figure className={shape.phone} aria-label={t('simulator.callerSees')}>
      <div className={shape.bubble}>
        <p className="given">{message.text}</p>
        {url && (
          <div className={shape.bubbleButton}>
            <ExternalLink size={14} aria-hidden /> {url.label}
          </div>
        )}
        {call && (
          <div className={shape.bubbleButton}>
            <Phone size={14} aria-hidden /> {call.label}
          </div>
        )}
        {replies.map(({ id, label }) => (
          <div key={id} className={shape.bubbleButton}>
            {label}
          </div>
        ))}
      </div>
    </figure>
  )
}

function otherwiseOf(policy: Policy, id: string): string | undefined {
  const node = Object.hasOwn(policy.nodes, id) ? policy.nodes[id] : undefined
  return node && 'otherwise' in node ? node.otherwise : undefined
}

/** The nodes that do something, in the order of doing: effects on the way, the outcome, and what it goes on to. */
function doers(policy: Policy, { path, node }: Tried): string[] {
  const passed = path
    .map((step) => step.node)
    .filter((id) => {
      const found = Object.hasOwn(policy.nodes, id) ? policy.nodes[id] : undefined
      return found && isEffect(found)
    })
  const chain = [node]
  for (const id of chain) {
    const next = otherwiseOf(policy, id)
    if (next !== undefined && !chain.includes(next)) chain.push(next)
  }
  return [...passed, ...chain]
}

/** What would be done, in order, and what the caller would read. */
export function Doing({ tried, policy }: { tried: Tried; policy: Policy }) {
  const { t } = useTranslation()
  const words = useWords()
  const ids = doers(policy, tried)
  const { message } = tried
  return (
    <>
      <ol className={styles.doing}>
        {ids.map((id, index) => {
          const { icon, name } = endingOf(policy, id, { t, words })
          const node = Object.hasOwn(policy.nodes, id) ? policy.nodes[id] : policy.fallback
          const isElse = index > ids.indexOf(tried.node)
          return (
            <li key={id}>
              {createElement(icon, { size: 17, 'aria-hidden': true })}
              <div>
                <strong className="given">
                  {isElse ? t('simulator.ifNot', { what: name }) : name}
                </strong>
                <span className="given">{node && summaryOf(node, t)}</span>
              </div>
              <ChevronRight size={15} aria-hidden />
            </li>
          )
        })}
        <li>
          <ClipboardCheck size={17} aria-hidden />
          <div>
            <strong>{t('simulator.writeDown')}</strong>
            <span>{t('simulator.writeDownText', { count: Object.keys(tried.facts).length })}</span>
          </div>
        </li>
      </ol>
      {message && <Bubble message={message} />}
    </>
  )
}
