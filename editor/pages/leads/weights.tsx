import { Button, Group, NumberInput, Stack } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ArrowLeft, PhoneMissed } from 'lucide-react'
import type { FormEvent } from 'react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { z } from 'zod'
import type { LeadWeights, leadWeightsViewSchema } from '../../../server/schema/lead-score.ts'
import { leadWeightsSchema } from '../../../server/schema/lead-score.ts'
import type { ScorePreview } from '../../../server/schema/lead-work.ts'
import { answer, client } from '../../api/client.ts'
import { useMay } from '../../api/session.ts'
import { Card } from '../../parts/card.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { EmptyState } from '../../parts/states.tsx'
import type { Column } from '../../parts/table.tsx'
import { Table, TwoLines } from '../../parts/table.tsx'
import { Tag } from '../../parts/tag.tsx'
import { useChange } from '../../parts/use-change.ts'
import { Page } from '../../shell/page.tsx'
import { useLeadName } from './lead-name.ts'
import styles from './leads.module.css'

type View = z.infer<typeof leadWeightsViewSchema>
type Previewed = ScorePreview['then'][number]

const names = [
  'called',
  'calledAgain',
  'calledAgainMost',
  'hurry',
  'hurryMinutes',
  'calledAfterMessage',
  'openedLink',
  'contact',
  'priority',
  'tier',
  'vipPriority',
] as const satisfies readonly (keyof LeadWeights)[]

const limits: Readonly<Partial<Record<keyof LeadWeights, { min: number; max: number }>>> = {
  hurryMinutes: { min: 1, max: 10_080 },
}

interface FieldsProps {
  readonly weights: LeadWeights
  readonly isReadOnly: boolean
  readonly onChange: (weights: LeadWeights) => void
}

function Fields({ weights, isReadOnly, onChange }: FieldsProps) {
  const { t } = useTranslation()
  return (
    <div className={styles.weightRows}>
      {names.map((name) => {
        const id = `weight-${name}`
        const { min, max } = limits[name] ?? { min: 0, max: 100 }
        const set = (value: number | string) => onChange({ ...weights, [name]: Number(value) })
        return (
          <div key={name} className={styles.weightRow}>
            <label htmlFor={id}>{t(`leads.weight.${name}`)}</label>
            <NumberInput
              id={id}
              min={min}
              max={max}
              allowDecimal={name !== 'hurryMinutes' && name !== 'vipPriority'}
              decimalScale={1}
              clampBehavior="strict"
              value={weights[name]}
              onChange={set}
              disabled={isReadOnly}
            />
          </div>
        )
      })}
    </div>
  )
}

function usePreviewColumns(now: ScorePreview['now']): readonly Column<Previewed>[] {
  const { t } = useTranslation()
  const nameOf = useLeadName()
  const scores = new Map(now.map(({ ref, score }) => [ref, score]))
  return [
    {
      key: 'then',
      head: t('leads.weight.then'),
      align: 'end',
      width: 64,
      cell: ({ score }) => <strong>{score}</strong>,
    },
    {
      key: 'now',
      head: t('leads.weight.now'),
      align: 'end',
      width: 64,
      cell: ({ ref }) => <span className="muted">{scores.get(ref) ?? '–'}</span>,
    },
    {
      key: 'caller',
      head: t('leads.caller'),
      cell: (lead) => {
        const { name, below } = nameOf(lead)
        return <TwoLines first={name} second={below} />
      },
    },
    {
      key: 'because',
      head: t('leads.because'),
      cell: ({ reasons, points }) => (
        <span className="given">
          {reasons
            .map((reason, index) => `${reason} +${Math.round(points[index] ?? 0)}`)
            .join(' · ')}
        </span>
      ),
    },
  ]
}

function Place({ was, place }: { was: number | null; place: number }) {
  const { t } = useTranslation()
  if (was === place) return <span className="muted">{t('leads.weight.same')}</span>
  return (
    <Tag tone="accent">
      {was === null ? t('leads.weight.wasBelow') : t('leads.weight.was', { place: was })}
    </Tag>
  )
}

function PreviewTable({ preview }: { preview: ScorePreview }) {
  const { t } = useTranslation()
  const columns = usePreviewColumns(preview.now)
  const places = new Map(preview.then.map(({ ref }, index) => [ref, index + 1]))
  const moved: Column<Previewed> = {
    key: 'place',
    head: '',
    width: 130,
    cell: ({ ref, was }) => <Place was={was} place={places.get(ref) ?? 0} />,
  }
  if (preview.then.length === 0)
    return (
      <EmptyState icon={PhoneMissed} title={t('leads.empty')}>
        {t('leads.weight.previewNone')}
      </EmptyState>
    )
  return (
    <>
      <p className="muted" style={{ padding: '0 16px 8px' }}>
        {t('leads.weight.previewCount', { count: preview.leads, changed: preview.changed })}
      </p>
      <Table
        label={t('leads.weight.preview')}
        columns={[...columns, moved]}
        rows={preview.then}
        keyOf={({ ref }) => ref}
      />
    </>
  )
}

function Preview({ weights }: { weights: LeadWeights }) {
  const { t } = useTranslation()
  const preview = useQuery({
    queryKey: ['leads', 'preview', weights],
    queryFn: () => answer(client.api.reports['lead-weights'].preview.$post({ json: { weights } })),
    placeholderData: keepPreviousData,
  })
  return (
    <Card title={t('leads.weight.preview')} isFilled>
      <Loaded query={preview}>{(data) => <PreviewTable preview={data} />}</Loaded>
    </Card>
  )
}

function Form({ view }: { view: View }) {
  const { t } = useTranslation()
  const mayChange = useMay('putLeadWeights')
  const mayPreview = useMay('previewLeadWeights')
  const [weights, setWeights] = useState(view.weights)
  const isFit = leadWeightsSchema.safeParse(weights).success
  const save = useChange({
    run: () => answer(client.api.reports['lead-weights'].$put({ json: weights })),
    renews: ['lead-weights', 'leads'],
    done: t('leads.weight.saved'),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate(undefined)
  }
  return (
    <div className={styles.weights}>
      <Card>
        <form onSubmit={submit}>
          <Stack>
            <p>{t('leads.weight.lead')}</p>
            <Fields weights={weights} isReadOnly={!mayChange} onChange={setWeights} />
            {view.underWay && <p className="muted">{t('leads.weight.underWay')}</p>}
            {mayChange ? (
              <Group>
                <Button type="submit" loading={save.isPending} disabled={!isFit}>
                  {t('leads.weight.save')}
                </Button>
                <Button variant="default" onClick={() => setWeights(view.default)}>
                  {t('leads.weight.usual')}
                </Button>
              </Group>
            ) : (
              <p className="muted">{t('leads.weight.readOnly')}</p>
            )}
          </Stack>
        </form>
      </Card>
      {mayPreview && isFit && <Preview weights={weights} />}
    </div>
  )
}

/** What the score of a lead is made of, and what other weights would do, before they are saved. */
export function LeadWeightsPage() {
  const { t } = useTranslation()
  const weights = useQuery({
    queryKey: ['lead-weights'],
    queryFn: () => answer(client.api.reports['lead-weights'].$get()),
  })
  return (
    <Page
      title={t('leads.weight.title')}
      actions={
        <Button
          component={Link}
          to="/leads"
          variant="default"
          leftSection={<ArrowLeft size={15} aria-hidden />}
        >
          {t('leads.weight.back')}
        </Button>
      }
    >
      <Loaded query={weights}>{(view) => <Form key={view.updatedAt} view={view} />}</Loaded>
    </Page>
  )
}
