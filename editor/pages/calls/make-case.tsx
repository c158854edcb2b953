import { Button, Modal, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQuery } from '@tanstack/react-query'
import { ListChecks } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { CallView } from '../../../server/schema/call.ts'
import type { Case } from '../../../server/schema/cases.ts'
import { answer, client } from '../../api/client.ts'
import { ApiError } from '../../api/error.ts'
import { useMay } from '../../api/session.ts'
import { Loaded } from '../../parts/loaded.tsx'
import { OutcomeTag } from '../../parts/outcome-tag.tsx'
import caseStyles from '../../policy/cases/cases.module.css'
import { useSaveCases, useStoredCases } from '../../policy/cases/use-cases.ts'
import { givenOf } from '../../policy/cases/words.ts'
import styles from './calls.module.css'

/** Why no case can be made, where that is what the server said. */
function refusal(error: unknown): 'not_by_facts' | 'needs_the_caller' | undefined {
  if (!(error instanceof ApiError) || error.code !== 'conflict') return undefined
  const { details } = error
  const why = typeof details === 'object' && details !== null && 'why' in details && details.why
  return why === 'not_by_facts' || why === 'needs_the_caller' ? why : undefined
}

interface MadeProps {
  readonly policy: string
  readonly made: Case
  readonly onClose: () => void
}

function Made({ policy, made, onClose }: MadeProps) {
  const { t } = useTranslation()
  const [name, setName] = useState(made.name)
  const stored = useStoredCases(policy)
  const save = useSaveCases(policy)
  const known = stored.data?.cases
  const isTaken = known?.some((one) => one.name === name.trim()) ?? false
  const add = () => {
    if (!stored.data || !known) return
    const cases = [...known, { ...made, name: name.trim() }]
    save.mutate(
      { cases, revision: stored.data.revision },
      {
        onSuccess: () => {
          notifications.show({ message: t('cases.made', { policy }) })
          onClose()
        },
      },
    )
  }
  return (
    <form
      className={styles.column}
      onSubmit={(event) => {
        event.preventDefault()
        add()
      }}
    >
      <p>{t('cases.makeText')}</p>
      <TextInput
        data-autofocus
        label={t('cases.name')}
        value={name}
        error={isTaken && t('cases.nameTaken')}
        onChange={({ currentTarget }) => setName(currentTarget.value)}
      />
      <dl className={caseStyles.made}>
        <dt>{t('cases.column.given')}</dt>
        <dd>{givenOf(made, t)}</dd>
        <dt>{t('cases.column.expected')}</dt>
        <dd>
          <OutcomeTag outcome={made.expect.outcome} />{' '}
          <span className="mono">{made.expect.path?.join(' → ')}</span>
        </dd>
      </dl>
      <div>
        <Button
          type="submit"
          disabled={!known || name.trim() === '' || isTaken}
          loading={save.isPending}
        >
          {t('cases.makeAdd', { policy })}
        </Button>
      </div>
    </form>
  )
}

function MakeCaseDialog({ call, onClose }: { call: CallView; onClose: () => void }) {
  const { t } = useTranslation()
  const made = useQuery({
    queryKey: ['calls', call.ref, 'case'],
    queryFn: () => answer(client.api.calls[':id'].case.$get({ param: { id: call.ref } })),
  })
  const why = refusal(made.error)
  return (
    <Modal
      opened
      size={640}
      onClose={onClose}
      transitionProps={{ duration: 0 }}
      title={t('cases.makeTitle')}
    >
      {why ? (
        <p role="status">{t(`cases.refused.${why}`)}</p>
      ) : (
        <Loaded query={made}>
          {({ policy, case: theCase }) => <Made policy={policy} made={theCase} onClose={onClose} />}
        </Loaded>
      )}
    </Modal>
  )
}

/** Keeps what the policy did with a call as a case, without who called. */
export function MakeCase({ call }: { call: CallView }) {
  const { t } = useTranslation()
  const mayMake = useMay('makeCase')
  const maySave = useMay('putCases')
  const [isOpen, setOpen] = useState(false)
  if (!mayMake || !maySave || call.outcome === null || call.policy === null) return undefined
  return (
    <>
      <Button
        variant="default"
        leftSection={<ListChecks size={15} aria-hidden />}
        onClick={() => setOpen(true)}
      >
        {t('cases.make')}
      </Button>
      {isOpen && <MakeCaseDialog call={call} onClose={() => setOpen(false)} />}
    </>
  )
}
