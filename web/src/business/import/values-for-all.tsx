import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { InlineSelect } from '@/ui/field'
import { defaultsOf, missingFields, withDefault } from '../model/import-settings'
import type { Settings } from '../model/imports'
import { isReadOnly, type Kind } from '../model/types'
import { useKinds, useLabel } from '../model/use-kinds'
import { FormField } from '../parts/form-field'
import { narrowing } from '../parts/option-pickers'

type ValuesProps = { kind: Kind; settings: Settings; onChange: (settings: Settings) => void }

/** Fields that have the same value in every row which says nothing of them. */
export function ValuesForAll({ kind, settings, onChange }: ValuesProps) {
  const { t } = useTranslation('imports')
  const label = useLabel()
  const kinds = useKinds()
  const [added, setAdded] = useState<readonly string[]>([])
  const defaults = defaultsOf(settings)
  const missing = new Set(missingFields(kind, settings).map(({ name }) => name))
  const open = kind.fields.filter(({ name }) => !isReadOnly(kind, name))
  const shown = open.filter(({ name }) => missing.has(name) || added.includes(name) || name in defaults)
  const others = open.filter((field) => !shown.includes(field))
  return (
    <section aria-labelledby="for-all">
      <div className="mb-1 flex flex-wrap items-center gap-x-4 gap-y-1">
        <h2 id="for-all" className="grow font-semibold">{t('all')}</h2>
        {others.length > 0 && (
          <InlineSelect aria-label={t('all.add')} value="" onChange={(event) => setAdded([...added, event.target.value])}>
            <option value="">{t('all.add')}</option>
            {others.map((field) => (
              <option key={field.name} value={field.name}>{label(field.label)}</option>
            ))}
          </InlineSelect>
        )}
      </div>
      <p className="mb-3 text-fg-3">{shown.length > 0 ? t('all.text') : t('all.none')}</p>
      {shown.length > 0 && (
        <div className="grid gap-4 sm:grid-cols-2">
          {shown.map((field) => (
            <FormField key={field.name} field={field} value={defaults[field.name]} narrowed={narrowing(kinds, kind, field, defaults)} onChange={(value) => onChange(withDefault(settings, field.name, value))} />
          ))}
        </div>
      )}
    </section>
  )
}
