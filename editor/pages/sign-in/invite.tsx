import { Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import { zodResolver } from '@hookform/resolvers/zod'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useForm } from 'react-hook-form'
import { useTranslation } from 'react-i18next'
import { z } from 'zod'
import { displayNameSchema, passwordSchema } from '../../../server/schema/access.ts'
import { answer, client } from '../../api/client.ts'
import { useProblemText } from '../../parts/problem-text.ts'
import { Entrance } from './entrance.tsx'
import { LinkGone } from './link-gone.tsx'
import { useEnter } from './use-enter.ts'

const formSchema = z.object({ name: displayNameSchema, password: passwordSchema })

function Form({ name, isReset }: { name: string; isReset: boolean }) {
  const { t } = useTranslation()
  const param = useParams({ from: '/invite/$token' })
  const enter = useEnter()
  const problemText = useProblemText()
  const form = useForm({ resolver: zodResolver(formSchema), defaultValues: { name, password: '' } })
  const take = useMutation({
    mutationFn: (json: z.infer<typeof formSchema>) =>
      answer(client.api.invite[':token'].$post({ param, json })),
    onSuccess: (me) => enter(me),
  })
  const { errors } = form.formState
  return (
    <form onSubmit={form.handleSubmit((values) => take.mutate(values))} noValidate>
      <Stack>
        {!isReset && (
          <TextInput
            label={t('signIn.displayName')}
            size="md"
            autoComplete="name"
            {...form.register('name')}
            error={errors.name && t('signIn.required')}
          />
        )}
        <PasswordInput
          label={t('signIn.newPassword')}
          description={t('signIn.passwordHint')}
          size="md"
          autoComplete="new-password"
          autoFocus
          {...form.register('password')}
          error={errors.password?.message ?? (take.error ? problemText(take.error) : undefined)}
        />
        <Button type="submit" size="md" loading={take.isPending}>
          {t('signIn.inviteSubmit')}
        </Button>
      </Stack>
    </form>
  )
}

/** Taking up an invitation, or choosing a new password after a reset. */
export function Invite() {
  const { t } = useTranslation()
  const param = useParams({ from: '/invite/$token' })
  const link = useQuery({
    queryKey: ['invite', param.token],
    queryFn: () => answer(client.api.invite[':token'].$get({ param })),
    retry: false,
  })
  if (link.error) return <LinkGone hint={t('signIn.goneHint')} />
  if (!link.data) return undefined
  const { username, name, role, kind } = link.data
  const isReset = kind === 'reset'
  const text = isReset
    ? t('signIn.resetText', { username })
    : t('signIn.inviteText', { username, role: t(`common.roles.${role}`) })
  return (
    <Entrance title={t(isReset ? 'signIn.resetTitle' : 'signIn.inviteTitle')} text={text}>
      <Form name={name} isReset={isReset} />
    </Entrance>
  )
}
