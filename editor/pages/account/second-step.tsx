import {
  Button,
  Group,
  PasswordInput,
  Stack,
  TextInput,
  useComputedColorScheme,
} from '@mantine/core'
import type { FormEvent } from 'react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { renderSVG } from 'uqr'
import { answer, client } from '../../api/client.ts'
import { SecretDialog } from '../../parts/secret-dialog.tsx'
import { useChange } from '../../parts/use-change.ts'
import styles from '../settings/settings.module.css'

/** An address as a picture for a phone; always dark on light, or cameras do not read it. */
function QrCode({ text, label }: { text: string; label: string }) {
  useComputedColorScheme()
  const svg = renderSVG(text, { border: 2 })
  return (
    <img
      alt={label}
      width={180}
      height={180}
      style={{ borderRadius: 7, border: '1px solid var(--line2)' }}
      src={`data:image/svg+xml,${encodeURIComponent(svg)}`}
    />
  )
}

function TurnOn({ onCodes }: { onCodes: (codes: readonly string[]) => void }) {
  const { t } = useTranslation()
  const [code, setCode] = useState('')
  const begin = useChange({ run: () => answer(client.api.auth.totp.start.$post()), renews: [] })
  const confirm = useChange({
    run: () => answer(client.api.auth.totp.confirm.$post({ json: { code } })),
    renews: ['auth'],
    onDone: ({ recoveryCodes }) => onCodes(recoveryCodes),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    confirm.mutate(undefined)
  }
  if (!begin.data)
    return (
      <Stack align="flex-start">
        <p>{t('settings.account.totpOff')}</p>
        <Button onClick={() => begin.mutate(undefined)} loading={begin.isPending}>
          {t('settings.account.totpBegin')}
        </Button>
      </Stack>
    )
  return (
    <form onSubmit={submit}>
      <p>{t('settings.account.totpScan')}</p>
      <Group align="flex-start" mt="md">
        <QrCode text={begin.data.uri} label={t('settings.account.totpScan')} />
        <Stack flex={1} miw={220}>
          <div>
            <span className="muted">{t('settings.account.totpKey')}</span>
            <div className={styles.secret} data-testid="totp-key">
              {begin.data.secret}
            </div>
          </div>
          <TextInput
            label={t('signIn.code')}
            autoComplete="one-time-code"
            inputMode="numeric"
            required
            withAsterisk={false}
            value={code}
            onChange={({ currentTarget }) => setCode(currentTarget.value)}
          />
          <Button type="submit" loading={confirm.isPending}>
            {t('settings.account.totpConfirm')}
          </Button>
        </Stack>
      </Group>
    </form>
  )
}

function TurnOff() {
  const { t } = useTranslation()
  const [password, setPassword] = useState('')
  const end = useChange({
    run: () => answer(client.api.auth.totp.off.$post({ json: { password } })),
    renews: ['auth'],
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    end.mutate(undefined)
  }
  return (
    <form onSubmit={submit} className={styles.form}>
      <p>{t('settings.account.totpOn')}</p>
      <PasswordInput
        label={t('signIn.currentPassword')}
        autoComplete="current-password"
        required
        withAsterisk={false}
        value={password}
        onChange={({ currentTarget }) => setPassword(currentTarget.value)}
      />
      <div>
        <Button type="submit" variant="default" loading={end.isPending}>
          {t('settings.account.totpEnd')}
        </Button>
      </div>
    </form>
  )
}

/** A code of an authenticator app besides the password. */
export function SecondStep({ isOn }: { isOn: boolean }) {
  const { t } = useTranslation()
  const [codes, setCodes] = useState<readonly string[]>()
  return (
    <>
      {isOn ? <TurnOff /> : <TurnOn onCodes={setCodes} />}
      <SecretDialog
        title={t('settings.account.totp')}
        text={t('settings.account.recovery')}
        secret={codes?.join('\n')}
        onClose={() => setCodes(undefined)}
      />
    </>
  )
}
