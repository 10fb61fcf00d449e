import { useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { OwnRecordField } from '@/lib/api/types'
import { useProblemText } from '@/lib/i18n/hooks'
import { Button } from '@/ui/button'
import { Dialog } from '@/ui/dialog'
import { SelectField, TextField } from '@/ui/field'
import { notify } from '@/ui/toast'
import { kindsQuery, putField } from '../model/api'
import { freeName, optionsOf } from '../model/own-names'
import { columnsOf, setSettings, useSettings } from '../model/view-settings'
import type { Field, FieldType, Kind } from '../model/types'
import { useKinds, useLabel } from '../model/use-kinds'

const TYPES: FieldType[] = ['text', 'markdown', 'number', 'money', 'date', 'datetime', 'boolean', 'choice', 'choices', 'link', 'person', 'email', 'phone', 'url', 'tags', 'recurrence']
const AREA = 'rounded-md border border-line-strong bg-surface px-2.5 py-1.5 font-normal outline-none focus:border-accent focus:ring-2 focus:ring-accent/25'

function holdsOf(type: FieldType, form: FormData, known: Field | null) {
  const read = (name: string) => String(form.get(name) ?? '').trim()
  if (type === 'choice' || type === 'choices') return { type, options: optionsOf(read('options'), known?.type === type ? known.options : []) }
  // What a field holds stays what it is, so those controls are off.
  if (type === 'number') return { type, scale: known?.type === type ? known.scale : Number(read('scale') || 0) }
  if (type === 'link') return { type, to: known?.type === type ? known.to : read('to'), on_delete: read('on_delete') as 'clear', acyclic: form.get('acyclic') === 'on' }
  return { type }
}

/** A field of the business' own: made, or changed in what may change. */
export default function FieldDialog({ kind, field, onClose }: { kind: Kind; field: Field | null; onClose: () => void }) {
  const { t } = useTranslation(['business', 'common'])
  const label = useLabel()
  const kinds = useKinds()
  const settings = useSettings(kind)
  const client = useQueryClient()
  const problemText = useProblemText()
  const [type, setType] = useState<FieldType>(field?.type ?? 'text')
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const read = (name: string) => String(form.get(name) ?? '').trim()
    const taken = kind.fields.map(({ name }) => name.replace(/^x_/, ''))
    const name = field?.name ?? `x_${freeName(read('label'), taken)}`
    setBusy(true)
    setProblem(null)
    try {
      await putField(kind.name, name, { label: read('label'), help: read('help'), required: form.get('required') === 'on', ...holdsOf(type, form, field) } as OwnRecordField)
      await client.invalidateQueries({ queryKey: kindsQuery.queryKey })
      // A new field is wanted in the list as well.
      if (!field) setSettings(kind.name, { columns: [...columnsOf(kind, settings.columns), name] })
      notify(field ? t('fields.changed', { field: read('label') }) : t('fields.added', { field: read('label') }))
      onClose()
    } catch (error) {
      setProblem(problemText(error))
      setBusy(false)
    }
  }
  const options = (field?.type === 'choice' || field?.type === 'choices') ? field.options.map((option) => option.label).join('\n') : ''
  return (
    <Dialog open onClose={onClose} title={field ? t('fields.edit', { field: field.label }) : t('fields.add')} description={label(kind.plural)} closeLabel={t('common:close')}>
      <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <TextField name="label" label={t('fields.label')} defaultValue={field?.label} required maxLength={80} autoFocus />
        <SelectField label={t('fields.type')} value={type} disabled={field !== null} onChange={(event) => setType(event.target.value as FieldType)}>
          {TYPES.map((one) => (
            <option key={one} value={one}>{t(`type.${one}`)}</option>
          ))}
        </SelectField>
        {(type === 'choice' || type === 'choices') && (
          <label className="flex flex-col gap-1.5 text-sm font-medium">
            {t('fields.options')}
            <textarea name="options" rows={4} required defaultValue={options} className={AREA} />
            <span className="text-xs font-normal text-fg-3">{t('fields.options_hint')}</span>
          </label>
        )}
        {type === 'number' && (
          <SelectField name="scale" label={t('fields.scale')} defaultValue={field?.type === 'number' ? (field.scale ?? 0) : 0} disabled={field !== null}>
            {[0, 1, 2, 3, 4, 5, 6].map((digits) => (
              <option key={digits}>{digits}</option>
            ))}
          </SelectField>
        )}
        {type === 'link' && (
          <>
            <SelectField name="to" label={t('fields.to')} defaultValue={field?.type === 'link' ? field.to : undefined} disabled={field !== null}>
              {kinds.map((one) => (
                <option key={one.name} value={one.name}>{label(one.label)}</option>
              ))}
            </SelectField>
            <SelectField name="on_delete" label={t('fields.on_delete')} defaultValue={field?.type === 'link' ? (field.on_delete ?? 'clear') : 'clear'}>
              {(['clear', 'refuse', 'follow'] as const).map((one) => (
                <option key={one} value={one}>{t(`fields.on_delete.${one}`)}</option>
              ))}
            </SelectField>
            <label className="flex items-center gap-2.5">
              <input type="checkbox" name="acyclic" defaultChecked={field?.type === 'link' && field.acyclic} className="size-4 accent-(--accent)" />
              {t('fields.acyclic')}
            </label>
          </>
        )}
        <TextField name="help" label={t('fields.help')} defaultValue={field?.help} maxLength={300} />
        <label className="flex items-center gap-2.5">
          <input type="checkbox" name="required" defaultChecked={field?.required} className="size-4 accent-(--accent)" />
          {t('fields.required')}
        </label>
        {problem && <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad">{problem}</p>}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('common:cancel')}</Button>
          <Button type="submit" tone="primary" busy={busy}>{field ? t('common:save') : t('fields.add')}</Button>
        </div>
      </form>
    </Dialog>
  )
}
