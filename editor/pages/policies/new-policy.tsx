import { Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { FormEvent } from 'react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Policy } from '../../../server/schema/policy.ts'
import { policySchema } from '../../../server/schema/policy.ts'
import { answer, client } from '../../api/client.ts'
import { ApiError } from '../../api/error.ts'
import { policyList } from '../../api/policies.ts'
import { useProblemText } from '../../parts/problem-text.ts'
import { saveDraft } from '../../policy/draft-api.ts'
import { readDrawable } from '../../policy/document/read.ts'

/** What a name comes to as an id: `Main line (Paris)` is `main-line-paris`. */
export const idOf = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 64)

const blank = (id: string, name: string, text: string): Policy => ({
  schema: 1,
  id,
  name,
  numbers: [],
  budgetMs: 150,
  start: '',
  fallback: { kind: 'reject', message: { text } },
  nodes: {},
})

interface NewPolicyProps {
  readonly policies: readonly { readonly id: string; readonly name: string }[]
  readonly onClose: () => void
}

/** A policy from an empty canvas, or beginning as a copy of another. It answers no line until it is given one. */
export function NewPolicy({ policies, onClose }: NewPolicyProps) {
  const { t } = useTranslation()
  const why = useProblemText()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const [from, setFrom] = useState<string | null>(null)
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const id = idOf(name)
  const isTaken = policies.some((policy) => policy.id === id)
  const isValid = policySchema.shape.id.safeParse(id).success && !isTaken

  async function documentOf(): Promise<Policy> {
    if (from === null) return blank(id, name.trim(), t('policies.sorry'))
    const { draft } = await answer(client.api.policies[':id'].$get({ param: { id: from } }))
    const document = readDrawable(draft.document)
    if (!document) throw new ApiError({ code: 'invalid_policy', status: 422, requestId: '' })
    return { ...document, id, name: name.trim(), numbers: [] }
  }
  async function create(): Promise<void> {
    setBusy(true)
    try {
      await saveDraft({ id, document: await documentOf(), revision: 0 })
      await queries.invalidateQueries(policyList)
      onClose()
      await navigate({ to: '/policies/$id', params: { id } })
    } catch (error) {
      setProblem(why(error))
    } finally {
      setBusy(false)
    }
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isValid) void create()
  }
  const wrong = isTaken ? t('policies.taken', { id }) : problem
  return (
    <Modal opened onClose={onClose} title={t('policies.create')}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label={t('policies.createName')}
            description={id === '' ? undefined : t('policies.createId', { id })}
            data-autofocus
            required
            withAsterisk={false}
            maxLength={120}
            value={name}
            error={wrong}
            onChange={({ currentTarget }) => {
              setName(currentTarget.value)
              setProblem(undefined)
            }}
          />
          <Select
            label={t('policies.createFrom')}
            placeholder={t('policies.createEmpty')}
            data={policies.map((policy) => ({ value: policy.id, label: policy.name }))}
            value={from}
            clearable
            onChange={setFrom}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('common.cancel')}
            </Button>
            <Button type="submit" loading={isBusy} disabled={!isValid}>
              {t('policies.create')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
