import { Clock, Crown, Gauge, PhoneForwarded, Split } from 'lucide-react'
import type { ReactNode } from 'react'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './entrance.module.css'

/** A way through a policy, as every caller takes one. */
const steps = [
  { icon: Split, name: 'Blocked?', text: 'On the block list' },
  { icon: Gauge, name: 'Too many calls?', text: 'More than 5 in 10 min' },
  { icon: Crown, name: 'VIP?', text: 'Priority 80 or more' },
  { icon: Clock, name: 'Support open?', text: 'Calendar “support”' },
  { icon: PhoneForwarded, name: 'Ring support', text: 'In turn, 20 s' },
] as const

function Picture() {
  const { t } = useTranslation()
  return (
    <aside className={styles.picture}>
      <ol className={styles.steps} aria-hidden>
        {steps.map(({ icon: Icon, name, text }) => (
          <li key={name} className={styles.step}>
            <span className={styles.tile}>
              <Icon size={18} />
            </span>
            <strong>{name}</strong>
            <span className="muted">{text}</span>
          </li>
        ))}
      </ol>
      <div>
        <p className={styles.motto}>{t('signIn.motto')}</p>
        <p className="muted">{t('signIn.mottoMore')}</p>
      </div>
    </aside>
  )
}

/** The page before the door: signing in, the first account, a one-time link. */
export function Entrance({
  title,
  text,
  children,
}: {
  title: string
  text?: ReactNode
  children: ReactNode
}) {
  const { t } = useTranslation()
  useEffect(() => {
    document.title = `${title} · ${t('common.product')}`
  }, [title, t])
  return (
    <div className={styles.frame}>
      <main id="content" className={styles.side}>
        <div className={styles.brand}>
          <img src="/icon.svg" alt="" />
          {t('common.product')}
        </div>
        <div className={styles.middle}>
          <h1>{title}</h1>
          {text && <p className={styles.text}>{text}</p>}
          {children}
        </div>
      </main>
      <Picture />
    </div>
  )
}
