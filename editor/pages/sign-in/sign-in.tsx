import { Alert, Anchor, Button, Divider, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Navigate, useSearch } from '@tanstack/react-router'
import { KeyRound } from 'lucide-react'
import type { FormEvent } from 'react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { z } from 'zod'
import { answer, client } from '../../api/client.ts'
import { ApiError } from '../../api/error.ts'
import { authState } from '../../api/session.ts'
import { useProblemText } from '../../parts/problem-text.ts'
import { Entrance } from './entrance.tsx'
import { useEnter } from './use-enter.ts'

const detailsSchema = z.object({
  triesLeft: z.number().optional(),
  retryAfterSeconds: z.number().optional(),
})
const problems = [
  'unreachable',
  'refused',
  'expired',
  'no_role',
  'no_team',
  'taken',
  'disabled',
] as const
const isProblem = (text: string | undefined): text is (typeof problems)[number] =>
  problems.some((one) => one === text)

/** Why signing in did not work, in words. */
function useRefusal(): (error: unknown) => string | undefined {
  const { t } = useTranslation()
  const problemText = useProblemText()
  return (error) => {
    if (!(error instanceof ApiError)) return error ? problemText(error) : undefined
    const { triesLeft, retryAfterSeconds } = detailsSchema.safeParse(error.details).data ?? {}
    const left = triesLeft === undefined ? '' : ` ${t('signIn.left', { count: triesLeft })}`
    if (error.code === 'unauthorized') return `${t('signIn.wrong')}${left}`
    if (error.code === 'totp_required') return `${t('signIn.codeWrong')}${left}`
    if (error.code === 'too_many_requests')
      return t('signIn.wait', { minutes: Math.ceil((retryAfterSeconds ?? 60) / 60) })
    return problemText(error)
  }
}

function ElsewhereButton({ name, to }: { name: string; to: string | undefined }) {
  const { t } = useTranslation()
  const query = to === undefined ? '' : `?return=${encodeURIComponent(to)}`
  return (
    <>
      <Button
        component="a"
        href={`/api/oidc/start${query}`}
        variant="default"
        size="md"
        leftSection={<KeyRound size={17} aria-hidden />}
      >
        {t('signIn.with', { name })}
      </Button>
      <Divider label={t('signIn.or')} />
    </>
  )
}

/** Name and password, then the code of those who have a second step. */
export function SignIn() {
  const { t } = useTranslation()
  const search = useSearch({ from: '/sign-in' })
  const state = useQuery(authState)
  const enter = useEnter()
  const refusal = useRefusal()
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const [asksCode, setAsksCode] = useState(false)
  const [needsHelp, setNeedsHelp] = useState(false)

  const signIn = useMutation({
    mutationFn: (json: { username: string; password: string; code?: string }) =>
      answer(client.api.auth['sign-in'].$post({ json })),
    onSuccess: (me) => enter(me, search.return),
    onError: (error) => {
      if (error instanceof ApiError && error.code === 'totp_required') setAsksCode(true)
    },
  })
  if (state.data?.me && !signIn.isPending) return <Navigate to={search.return ?? '/'} replace />

  const submit = (event: FormEvent) => {
    event.preventDefault()
    signIn.mutate({ username, password, ...(asksCode ? { code } : {}) })
  }
  const isFirstAsk = signIn.variables?.code === undefined
  const wrong =
    asksCode &&
    isFirstAsk &&
    signIn.error instanceof ApiError &&
    signIn.error.code === 'totp_required'
      ? undefined
      : refusal(signIn.error)

  if (asksCode)
    return (
      <Entrance title={t('signIn.codeTitle')}>
        <form onSubmit={submit}>
          <Stack>
            <TextInput
              label={t('signIn.code')}
              description={t('signIn.codeHint')}
              size="md"
              autoComplete="one-time-code"
              data-autofocus
              autoFocus
              required
              withAsterisk={false}
              value={code}
              onChange={({ currentTarget }) => setCode(currentTarget.value)}
              error={wrong}
            />
            <Button type="submit" size="md" loading={signIn.isPending}>
              {t('signIn.codeSubmit')}
            </Button>
            <Button variant="subtle" onClick={() => setAsksCode(false)}>
              {t('signIn.back')}
            </Button>
          </Stack>
        </form>
      </Entrance>
    )
  return (
    <Entrance title={t('signIn.title')}>
      <Stack>
        {isProblem(search.problem) && (
          <Alert color="gray" role="alert">
            {t(`signIn.problem.${search.problem}`)}
          </Alert>
        )}
        {state.data?.oidc && <ElsewhereButton name={state.data.oidc.name} to={search.return} />}
        <form onSubmit={submit}>
          <Stack>
            <TextInput
              label={t('signIn.username')}
              size="md"
              autoComplete="username"
              autoFocus
              required
              withAsterisk={false}
              value={username}
              onChange={({ currentTarget }) => setUsername(currentTarget.value)}
            />
            <PasswordInput
              label={t('signIn.password')}
              size="md"
              autoComplete="current-password"
              required
              withAsterisk={false}
              value={password}
              onChange={({ currentTarget }) => setPassword(currentTarget.value)}
              error={wrong}
            />
            <Button type="submit" size="md" loading={signIn.isPending}>
              {t('signIn.submit')}
            </Button>
          </Stack>
        </form>
        <Anchor
          component="button"
          type="button"
          size="sm"
          onClick={() => setNeedsHelp(!needsHelp)}
          aria-expanded={needsHelp}
        >
          {t('signIn.help')}
        </Anchor>
        {needsHelp && <p className="muted">{t('signIn.helpText')}</p>}
      </Stack>
    </Entrance>
  )
}
