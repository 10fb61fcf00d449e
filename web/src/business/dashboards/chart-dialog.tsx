import { useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { RecordChart, RecordDashboard } from '@/lib/api/types'
import { Button } from '@/ui/button'
import { Dialog } from '@/ui/dialog'
import { SelectField, TextField } from '@/ui/field'
import { filterOf } from '../model/filters'
import { partsOf } from '../model/saved-views'
import { fieldOf, type Condition, type Kind } from '../model/types'
import { useKinds, useLabel } from '../model/use-kinds'
import { AddFilter, FilterChips } from '../parts/filter-bar'
import { groupNames, sumNames } from '../table/groups'
import { useDashboardChanges } from './dashboards-api'

const FORMS = ['number', 'bar', 'line', 'donut'] as const
type Form = (typeof FORMS)[number]

const dayNames = (kind: Kind) => kind.fields.filter(({ type, indexed }) => type === 'date' && indexed).map(({ name }) => name)

/** By which fields a chart of this form has its groups. */
const byNames = (kind: Kind, form: Form) => (form === 'number' ? [] : form === 'line' ? dayNames(kind) : [...groupNames(kind), ...dayNames(kind)])

/** Makes a chart, or changes one. */
export default function ChartDialog({ dashboard, at, onClose }: { dashboard: RecordDashboard; at: number | null; onClose: () => void }) {
  const { t } = useTranslation(['business', 'common'])
  const label = useLabel()
  const kinds = useKinds()
  const changes = useDashboardChanges()
  const before = at === null ? undefined : dashboard.charts[at]
  const parts = partsOf(before?.filter)
  const [name, setName] = useState(before?.kind ?? kinds.find((kind) => kind.name === 'crm.deal')?.name ?? kinds[0]?.name ?? '')
  const [form, setForm] = useState<Form>(before?.form ?? 'bar')
  const [by, setBy] = useState(before?.by ?? '')
  const [sum, setSum] = useState(before?.sum ?? '')
  const [width, setWidth] = useState(String(before?.width ?? 1))
  const [conditions, setConditions] = useState<Condition[]>(parts.conditions)
  const [fresh, setFresh] = useState<number | null>(null)
  const kind = kinds.find((one) => one.name === name)
  const groups = kind ? byNames(kind, form) : []
  const group = groups.includes(by) ? by : (groups[0] ?? '')
  const sums = kind ? sumNames(kind) : []
  const labelOf = (field: string) => (field === 'state' ? t('state') : field === 'owner' ? t('owner') : label((kind && fieldOf(kind, field)?.label) ?? field))
  function chooseKind(next: string) {
    setName(next)
    setConditions([])
    setSum('')
  }
  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const title = String(new FormData(event.currentTarget).get('title') ?? '').trim()
    const chart: RecordChart = { title, form, kind: name, filter: filterOf(conditions, name === before?.kind ? parts.also : []) ?? null, by: form === 'number' ? null : group, sum: sums.includes(sum) ? sum : null, width: Number(width) }
    const charts = at === null ? [...dashboard.charts, chart] : dashboard.charts.with(at, chart)
    if (await changes.change(dashboard, { charts })) onClose()
  }
  return (
    <Dialog open onClose={onClose} title={before ? t('chart.edit') : t('chart.new')} closeLabel={t('common:close')}>
      <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <TextField label={t('chart.title')} name="title" required autoFocus maxLength={80} defaultValue={before?.title} />
        <div className="grid gap-4 sm:grid-cols-2">
          <SelectField label={t('chart.kind')} value={name} onChange={(event) => chooseKind(event.target.value)}>
            {kinds.map((one) => (
              <option key={one.name} value={one.name}>{label(one.plural)}</option>
            ))}
          </SelectField>
          <SelectField label={t('chart.form')} value={form} onChange={(event) => setForm(event.target.value as Form)}>
            {FORMS.filter((one) => one === 'number' || (kind && byNames(kind, one).length > 0)).map((one) => (
              <option key={one} value={one}>{t(`chart.form.${one}`)}</option>
            ))}
          </SelectField>
          {form !== 'number' && (
            <SelectField label={t('chart.by')} value={group} onChange={(event) => setBy(event.target.value)}>
              {groups.map((field) => (
                <option key={field} value={field}>{labelOf(field)}</option>
              ))}
            </SelectField>
          )}
          <SelectField label={t('chart.sum')} value={sum} onChange={(event) => setSum(event.target.value)}>
            <option value="">{t('chart.count')}</option>
            {sums.map((field) => (
              <option key={field} value={field}>{labelOf(field)}</option>
            ))}
          </SelectField>
          <SelectField label={t('chart.width')} value={width} onChange={(event) => setWidth(event.target.value)}>
            {['1', '2', '3'].map((one) => (
              <option key={one} value={one}>{t(`chart.width.${one as '1'}`)}</option>
            ))}
          </SelectField>
        </div>
        {kind && (
          <div>
            <FilterChips kind={kind} conditions={conditions} fresh={fresh} onChange={setConditions} />
            <AddFilter kind={kind} conditions={conditions} onChange={setConditions} onFresh={setFresh} className="h-8" />
          </div>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('common:cancel')}</Button>
          <Button type="submit" tone="primary" busy={changes.busy}>{t('common:save')}</Button>
        </div>
      </form>
    </Dialog>
  )
}
