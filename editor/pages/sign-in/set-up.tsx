import { Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import { zodResolver } from '@hookform/resolvers/zod'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useForm } from 'react-hook-form'
import { useTranslation } from 'react-i18next'
import { z } from 'zod'
import { displayNameSchema, passwordSchema, usernameSchema } from '../../../server/schema/access.ts'
import { answer, client } from '../../api/client.ts'
import { useProblemText } from '../../parts/problem-text.ts'
import { Entrance } from './entrance.tsx'
import { LinkGone } from './link-gone.tsx'
import { useEnter } from './use-enter.ts'

const formSchema = z.object({
  name: displayNameSchema,
  username: usernameSchema,
  password: passwordSchema,
})

/** The very first account, by the link that the server printed. */
export function SetUp() {
  const { t } = useTranslation()
  const param = useParams({ from: '/setup/$token' })
  const enter = useEnter()
  const problemText = useProblemText()
  const link = useQuery({
    queryKey: ['setup', param.token],
    queryFn: () => answer(client.api.setup[':token'].$get({ param })),
    retry: false,
  })
  const form = useForm({
    resolver: zodResolver(formSchema),
    defaultValues: { name: '', username: 'admin', password: '' },
  })
  const setUp = useMutation({
    mutationFn: (json: z.infer<typeof formSchema>) =>
      answer(client.api.setup[':token'].$post({ param, json })),
    onSuccess: (me) => enter(me),
  })
  if (link.error) return <LinkGone hint={t('signIn.goneSetUp')} />
  const { errors } = form.formState
  return (
    <Entrance title={t('signIn.setUpTitle')} text={t('signIn.setUpText')}>
      <form onSubmit={form.handleSubmit((values) => setUp.mutate(values))} noValidate>
        <Stack>
          <TextInput
            label={t('signIn.displayName')}
            size="md"
            autoComplete="name"
            autoFocus
            {...form.register('name')}
            error={errors.name && t('signIn.required')}
          />
          <TextInput
            label={t('signIn.username')}
            size="md"
            autoComplete="username"
            {...form.register('username')}
            error={errors.username?.message}
          />
          <PasswordInput
            label={t('signIn.password')}
            description={t('signIn.passwordHint')}
            size="md"
            autoComplete="new-password"
            {...form.register('password')}
            error={errors.password?.message ?? (setUp.error ? problemText(setUp.error) : undefined)}
          />
          <Button type="submit" size="md" loading={setUp.isPending}>
            {t('signIn.setUpSubmit')}
          </Button>
        </Stack>
      </form>
    </Entrance>
  )
}
