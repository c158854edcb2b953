import { Modal, TextInput } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './editor.module.css'

export interface Choice {
  readonly key: string
  readonly label: string
  readonly choose: () => void
}
export interface Question {
  readonly title: string
  readonly choices: (sought: string) => readonly Choice[]
}

/** One question after the other, answered by typing, arrows and Enter, or by the mouse. */
export function Chooser({
  question,
  onClose,
}: {
  question: Question | undefined
  onClose: () => void
}) {
  return (
    <Modal
      opened={question !== undefined}
      onClose={onClose}
      title={question?.title}
      size="sm"
      // at once, so that what somebody types on is not lost
      transitionProps={{ duration: 0 }}
    >
      {question && <Choices key={question.title} question={question} />}
    </Modal>
  )
}

function Choices({ question }: { question: Question }) {
  const { t } = useTranslation()
  const [sought, setSought] = useState('')
  const [active, setActive] = useState(0)
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => input.current?.focus(), [])
  const choices = question.choices(sought)
  const at = Math.min(active, Math.max(0, choices.length - 1))
  return (
    <>
      <TextInput
        ref={input}
        data-autofocus
        role="combobox"
        aria-expanded
        aria-controls="chooser"
        aria-activedescendant={`chooser-${at}`}
        aria-label={question.title}
        value={sought}
        onChange={({ currentTarget }) => {
          setSought(currentTarget.value)
          setActive(0)
        }}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown') setActive(Math.min(at + 1, choices.length - 1))
          else if (event.key === 'ArrowUp') setActive(Math.max(at - 1, 0))
          else if (event.key === 'Enter') choices[at]?.choose()
          else return
          event.preventDefault()
        }}
      />
      <div id="chooser" role="listbox" aria-label={question.title} className={styles.choices}>
        {choices.map(({ key, label, choose }, index) => (
          <button
            key={key}
            id={`chooser-${index}`}
            type="button"
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            data-active={index === at || undefined}
            onClick={choose}
          >
            {label}
          </button>
        ))}
      </div>
      {choices.length === 0 && <p className="muted">{t('editor.nothing')}</p>}
    </>
  )
}
