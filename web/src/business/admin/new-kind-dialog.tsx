import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { useProblemText } from '@/lib/i18n/hooks'
import { Button } from '@/ui/button'
import { Dialog } from '@/ui/dialog'
import { TextField } from '@/ui/field'
import { kindsQuery, putKind } from '../model/api'
import { freeName, optionsOf } from '../model/own-names'
import type { Kind } from '../model/types'
import { KindIcon, OWN_ICONS } from '../parts/kind-icon'

/** Makes a type of the business' own; its fields come after. */
export default function NewKindDialog({ kinds, onClose }: { kinds: readonly Kind[]; onClose: () => void }) {
  const { t } = useTranslation(['business', 'common'])
  const client = useQueryClient()
  const navigate = useNavigate()
  const problemText = useProblemText()
  const [icon, setIcon] = useState('box')
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const read = (name: string) => String(form.get(name) ?? '').trim()
    const label = read('label')
    const kind = `own.${freeName(label, kinds.filter(({ module }) => module === 'own').map(({ name }) => name.slice(4)))}`
    setBusy(true)
    setProblem(null)
    try {
      await putKind(kind, { label, plural: read('plural') || label, help: read('help'), icon, states: optionsOf(read('states')), days: [] })
      await client.invalidateQueries({ queryKey: kindsQuery.queryKey })
      onClose()
      void navigate({ to: '/business/$kind/fields', params: { kind } })
    } catch (error) {
      setProblem(problemText(error))
      setBusy(false)
    }
  }
  return (
    <Dialog open onClose={onClose} title={t('kind.new')} description={t('kind.new_text')} closeLabel={t('common:close')}>
      <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <TextField name="label" label={t('kind.label')} placeholder={t('kind.label_example')} required maxLength={80} autoFocus />
        <TextField name="plural" label={t('kind.plural')} placeholder={t('kind.plural_example')} required maxLength={80} />
        <TextField name="help" label={t('kind.help')} maxLength={300} />
        <fieldset>
          <legend className="mb-1.5 text-sm font-medium">{t('kind.icon')}</legend>
          <div className="flex flex-wrap gap-1">
            {OWN_ICONS.map((name) => (
              <button key={name} type="button" aria-label={name} aria-pressed={icon === name} onClick={() => setIcon(name)} className="flex size-9 items-center justify-center rounded-md text-fg-2 hover:bg-hover aria-pressed:bg-selected aria-pressed:text-accent-text">
                <KindIcon icon={name} size={18} />
              </button>
            ))}
          </div>
        </fieldset>
        <label className="flex flex-col gap-1.5 text-sm font-medium">
          {t('kind.states')}
          <textarea name="states" rows={3} placeholder={t('kind.states_example')} className="rounded-md border border-line-strong bg-surface px-2.5 py-1.5 font-normal outline-none focus:border-accent focus:ring-2 focus:ring-accent/25" />
          <span className="text-xs font-normal text-fg-3">{t('kind.states_hint')}</span>
        </label>
        {problem && <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad">{problem}</p>}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('common:cancel')}</Button>
          <Button type="submit" tone="primary" busy={busy}>{t('kind.create')}</Button>
        </div>
      </form>
    </Dialog>
  )
}
