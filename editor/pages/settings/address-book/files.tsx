import { Button, FileInput, Group, Modal, Progress, Stack, Switch } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Download, Upload } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { z } from 'zod'
import { importReportSchema } from '../../../../server/schema/address-book.ts'
import { ApiError, problemOf } from '../../../api/error.ts'
import { useMay } from '../../../api/session.ts'
import { useProblemText } from '../../../parts/problem-text.ts'
import styles from '../settings.module.css'

type Kind = 'contacts' | 'agents' | 'calendars' | 'lists'
type Report = z.infer<typeof importReportSchema>

/** Rows shown of those that were left out; the count says how many there are. */
const mostShown = 200

interface Sending {
  readonly kind: Kind
  readonly file: File
  readonly isTrial: boolean
  readonly isReplacing: boolean
}

/** @throws ApiError what the server says of the file */
async function send({ kind, file, isTrial, isReplacing }: Sending): Promise<Report> {
  const isJson = file.name.toLowerCase().endsWith('.json')
  const query = new URLSearchParams({
    format: isJson ? 'json' : 'csv',
    dry_run: String(isTrial),
    replace: String(isReplacing),
  })
  const response = await fetch(`/api/settings/import/${kind}?${query}`, {
    method: 'POST',
    headers: { 'content-type': isJson ? 'application/json' : 'text/csv' },
    body: file,
    credentials: 'same-origin',
  }).catch((cause: unknown) => {
    throw new ApiError({ code: 'offline', status: 0, requestId: '' }, { cause })
  })
  if (!response.ok) throw await problemOf(response)
  return importReportSchema.parse(await response.json())
}

function ReportView({ report, isTrial }: { report: Report; isTrial: boolean }) {
  const { t } = useTranslation()
  const { rows, inserted, updated, unchanged, kept, skipped, problems } = report
  const counts = [
    t('addressBook.inserted', { count: inserted }),
    t('addressBook.updated', { count: updated }),
    t('addressBook.unchanged', { count: unchanged }),
    ...(kept > 0 ? [t('addressBook.kept', { count: kept })] : []),
    ...(skipped > 0 ? [t('addressBook.skipped', { count: skipped })] : []),
  ]
  return (
    <div role="status">
      <p>
        <strong>{t(isTrial ? 'addressBook.would' : 'addressBook.did', { count: rows })}</strong>{' '}
        {counts.join(' · ')}
      </p>
      {problems.length > 0 && (
        <ul className={styles.rows} tabIndex={0} aria-label={t('addressBook.badRows')}>
          {problems.slice(0, mostShown).map(({ line, column, why }) => (
            <li key={`${line} ${column} ${why}`}>
              {column === undefined
                ? t('addressBook.badRow', { line, why })
                : t('addressBook.badCell', { line, column, why })}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

function ImportDialog({ kind, onClose }: { kind: Kind; onClose: () => void }) {
  const { t } = useTranslation()
  const problemText = useProblemText()
  const queries = useQueryClient()
  const [file, setFile] = useState<File | null>(null)
  const [isReplacing, setReplacing] = useState(false)
  const trial = useMutation({
    mutationFn: (next: { file: File; isReplacing: boolean }) =>
      send({ kind, ...next, isTrial: true }),
  })
  const real = useMutation({
    mutationFn: (chosen: File) => send({ kind, file: chosen, isReplacing, isTrial: false }),
    onSuccess: () => queries.invalidateQueries(),
  })
  const look = (next: File | null, replacing = isReplacing) => {
    setFile(next)
    real.reset()
    trial.reset()
    if (next) trial.mutate({ file: next, isReplacing: replacing })
  }
  const error = real.error ?? trial.error
  const report = real.data ?? trial.data
  const isBusy = trial.isPending || real.isPending
  return (
    <Modal opened onClose={onClose} size="lg" title={t(`addressBook.importTitle.${kind}`)}>
      <Stack>
        <p className="muted">{t(`addressBook.columns.${kind}`)}</p>
        <FileInput
          label={t('addressBook.file')}
          accept=".csv,.json,text/csv,application/json"
          value={file}
          onChange={(next) => look(next)}
        />
        <Switch
          label={t('addressBook.replace')}
          checked={isReplacing}
          onChange={({ currentTarget }) => {
            setReplacing(currentTarget.checked)
            look(file, currentTarget.checked)
          }}
        />
        {isBusy && <Progress value={100} animated aria-label={t('addressBook.reading')} />}
        {error && (
          <p role="alert" style={{ color: 'var(--err-text)' }}>
            {error instanceof ApiError && error.status === 400 ? error.message : problemText(error)}
          </p>
        )}
        {report && <ReportView report={report} isTrial={real.data === undefined} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t(real.data ? 'common.close' : 'common.cancel')}
          </Button>
          {!real.data && (
            <Button
              disabled={!file || !trial.data || trial.data.inserted + trial.data.updated === 0}
              loading={real.isPending}
              onClick={() => file && real.mutate(file)}
            >
              {t('addressBook.import')}
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  )
}

/** Files of a kind, in (tried first, every bad row named) and out. */
export function Files({ kind }: { kind: Kind }) {
  const { t } = useTranslation()
  const mayRead = useMay('exportAddressBook')
  const mayWrite = useMay('importAddressBook')
  const [isOpen, setOpen] = useState(false)
  return (
    <Group gap={8} wrap="nowrap">
      {mayRead && (
        <Button
          component="a"
          href={`/api/settings/export/${kind}?format=csv`}
          download
          variant="default"
          leftSection={<Download size={15} aria-hidden />}
        >
          {t('addressBook.export')}
        </Button>
      )}
      {mayWrite && (
        <Button
          variant="default"
          leftSection={<Upload size={15} aria-hidden />}
          onClick={() => setOpen(true)}
        >
          {t('addressBook.importFile')}
        </Button>
      )}
      {isOpen && <ImportDialog kind={kind} onClose={() => setOpen(false)} />}
    </Group>
  )
}
