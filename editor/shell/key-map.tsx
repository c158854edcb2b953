import { Kbd, Modal, Stack, Switch } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { mayDo, useMe } from '../api/session.ts'
import { pages } from '../pages/registry.ts'
import { isTyping, singleLetters } from './single-letters.ts'

const modifier = navigator.platform.startsWith('Mac') ? '⌘' : 'Ctrl'

function Row({ keys, children }: { keys: readonly string[]; children: string }) {
  return (
    <div style={{ display: 'flex', justifyContent: 'space-between', gap: 16 }}>
      <dt>{children}</dt>
      <dd style={{ margin: 0, whiteSpace: 'nowrap' }}>
        {keys.map((key) => (
          <Kbd key={key} ms={4}>
            {key}
          </Kbd>
        ))}
      </dd>
    </div>
  )
}

/** All keys, under `?`. */
export function KeyMap() {
  const { t } = useTranslation()
  const me = useMe()
  const [isOpen, setOpen] = useState(false)
  const [isOn, setOn] = useState(singleLetters.isOn)
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === '?' && !isTyping(event)) setOpen(true)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
  return (
    <Modal opened={isOpen} onClose={() => setOpen(false)} title={t('shell.keys')}>
      <Stack gap="md">
        <dl style={{ margin: 0, display: 'grid', gap: 8 }}>
          <Row keys={[modifier, 'K']}>{t('shell.key.find')}</Row>
          <Row keys={['?']}>{t('shell.key.keys')}</Row>
          {pages
            .filter(({ operation }) => mayDo(me, operation))
            .map(({ path, label, key }) => (
              <Row key={path} keys={['G', key.toUpperCase()]}>
                {t(`shell.${label}`)}
              </Row>
            ))}
          <Row keys={['J', 'K']}>{t('shell.key.move')}</Row>
          <Row keys={['Enter']}>{t('shell.key.open')}</Row>
          <Row keys={['X']}>{t('shell.key.select')}</Row>
          <Row keys={['Esc']}>{t('shell.key.close')}</Row>
        </dl>
        <Switch
          checked={isOn}
          onChange={({ currentTarget }) => {
            singleLetters.set(currentTarget.checked)
            setOn(currentTarget.checked)
          }}
          label={t('shell.singleLetters')}
          description={t('shell.keysHint')}
        />
      </Stack>
    </Modal>
  )
}
