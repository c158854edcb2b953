import { Button, Checkbox, Group, Modal, NumberInput, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { GuardName, Guards } from '../../../server/schema/canary.ts'
import { guardNames, guardsSchema } from '../../../server/schema/canary.ts'
import { answer, client } from '../../api/client.ts'
import { ApiError } from '../../api/error.ts'
import { useChange } from '../../parts/use-change.ts'
import { useWorkbench } from '../workbench.ts'
import styles from './canary.module.css'

const usual = guardsSchema.parse({})

function GuardField({
  guard,
  points,
  onChange,
}: {
  guard: GuardName
  points: number | null
  onChange: (points: number | null) => void
}) {
  const { t } = useTranslation()
  const name = t(`trials.guard.${guard}`)
  return (
    <div className={styles.guard}>
      <Checkbox
        aria-label={t('trials.watch', { guard: name })}
        checked={points !== null}
        onChange={({ currentTarget }) => onChange(currentTarget.checked ? usual[guard] : null)}
      />
      <span className={points === null ? 'muted' : undefined}>{name}</span>
      <NumberInput
        aria-label={name}
        disabled={points === null}
        value={points ?? ''}
        min={0}
        max={50}
        decimalScale={1}
        clampBehavior="strict"
        onChange={(value) => typeof value === 'number' && onChange(value)}
      />
    </div>
  )
}

interface Wanted {
  readonly percent: number
  readonly minutes: number | undefined
  readonly comment: string
  readonly guards: Guards
}

function Fields({
  wanted,
  release,
  change,
}: {
  wanted: Wanted
  release: string
  change: (part: Partial<Wanted>) => void
}) {
  const { t } = useTranslation()
  const { guards } = wanted
  return (
    <>
      <Group grow align="flex-start">
        <NumberInput
          data-autofocus
          label={t('trials.percent')}
          value={wanted.percent}
          min={1}
          max={90}
          allowDecimal={false}
          onChange={(value) => typeof value === 'number' && change({ percent: value })}
        />
        <NumberInput
          label={t('trials.minutes')}
          description={t('trials.minutesHint', { release })}
          inputWrapperOrder={['label', 'input', 'description']}
          value={wanted.minutes ?? ''}
          min={1}
          max={43_200}
          allowDecimal={false}
          onChange={(value) => change({ minutes: typeof value === 'number' ? value : undefined })}
        />
      </Group>
      <fieldset className={styles.guards}>
        <legend>{t('trials.guards')}</legend>
        {guardNames.map((guard) => (
          <GuardField
            key={guard}
            guard={guard}
            points={guards[guard]}
            onChange={(points) => change({ guards: { ...guards, [guard]: points } })}
          />
        ))}
      </fieldset>
      <NumberInput
        label={t('trials.minCallers')}
        value={guards.minCallers}
        min={5}
        max={10_000}
        allowDecimal={false}
        onChange={(value) =>
          typeof value === 'number' && change({ guards: { ...guards, minCallers: value } })
        }
      />
      <TextInput
        label={t('editor.comment')}
        value={wanted.comment}
        maxLength={1000}
        onChange={({ currentTarget }) => change({ comment: currentTarget.value })}
      />
    </>
  )
}

/** Lets the draft answer some callers: how many, for how long, and what ends it by itself. */
export function CanaryDialog({ release, onClose }: { release: string; onClose: () => void }) {
  const { t } = useTranslation()
  const { id, policy } = useWorkbench()
  const [wanted, setWanted] = useState<Wanted>({
    percent: 10,
    minutes: undefined,
    comment: '',
    guards: usual,
  })
  const start = useChange({
    run: (force: boolean) => {
      const { percent, guards, minutes, comment } = wanted
      return answer(
        client.api.policies[':id'].canary.$post({
          param: { id },
          json: {
            percent,
            guards,
            ...(minutes === undefined ? {} : { minutes }),
            ...(comment.trim() === '' ? {} : { comment: comment.trim() }),
            ...(force ? { force } : {}),
          },
        }),
      )
    },
    renews: ['canary', 'policies'],
    done: t('trials.started'),
    onDone: onClose,
  })
  const isOutdated = start.error instanceof ApiError && start.error.code === 'outdated'
  return (
    <Modal
      opened
      onClose={onClose}
      size={620}
      transitionProps={{ duration: 0 }}
      title={<strong>{t('trials.title', { name: policy.name })}</strong>}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          start.mutate(isOutdated)
        }}
      >
        <Stack gap="md">
          <p>{t('trials.intro', { release })}</p>
          <Fields
            wanted={wanted}
            release={release}
            change={(part) => setWanted((before) => ({ ...before, ...part }))}
          />
          {isOutdated && <p style={{ color: 'var(--warn-text)' }}>{t('trials.outdated')}</p>}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('common.cancel')}
            </Button>
            <Button type="submit" loading={start.isPending}>
              {t(isOutdated ? 'trials.startAnyway' : 'trials.start')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
