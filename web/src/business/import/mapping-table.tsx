import { ArrowRight } from 'lucide-react'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { cn } from '@/ui/cn'
import { controlClass } from '@/ui/field'
import { targetsOf, withColumn, type Target } from '../model/import-settings'
import type { Import, Settings } from '../model/imports'
import type { Kind } from '../model/types'
import { useLabel } from '../model/use-kinds'

const SAMPLES = 3

type TableProps = { kind: Kind; about: Import; settings: Settings; onChange: (settings: Settings) => void }

export function useTargetName() {
  const { t } = useTranslation(['imports', 'business'])
  const label = useLabel()
  return ({ value, field, part }: Target) => {
    if (!field) return value === 'owner' ? t('business:owner') : t('target.id')
    const name = `${label(field.label)}${field.required ? ' *' : ''}`
    return part === 'whole' ? name : t(part === 'id' ? 'target.id_of' : `target.${part}`, { field: name })
  }
}

/** Each column of the file with what is in it, and what it becomes. */
export function MappingTable({ kind, about, settings, onChange }: TableProps) {
  const { t } = useTranslation('imports')
  const targets = useMemo(() => targetsOf(kind), [kind])
  const nameOf = useTargetName()
  const samples = (index: number) => {
    const rows = settings.no_header ? [about.header, ...about.sample] : about.sample
    return rows.map((row) => row[index] ?? '').filter((cell) => cell.trim() !== '').slice(0, SAMPLES)
  }
  return (
    <section aria-labelledby="mapping">
      <div className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-2">
        <h2 id="mapping" className="grow font-semibold">{t('map')}</h2>
        <label className="flex items-center gap-2">
          <input type="checkbox" checked={!settings.no_header} onChange={(event) => onChange({ ...settings, no_header: !event.target.checked })} className="size-4 accent-(--accent)" />
          {t('map.header')}
        </label>
      </div>
      <ul className="overflow-hidden rounded-lg shadow-1">
        {about.header.map((header, index) => {
          const value = settings.mapping[index] ?? null
          const name = settings.no_header || header.trim() === '' ? t('map.column', { number: index + 1 }) : header
          return (
            // Columns have no other name than their place.
            // eslint-disable-next-line react/no-array-index-key
            <li key={index} data-column={index} className="grid items-center gap-x-3 gap-y-1.5 border-b px-4 py-2.5 last:border-0 sm:grid-cols-[1fr_auto_15rem]">
              <div className="min-w-0">
                <p className={cn('truncate font-medium', value === null && 'text-fg-3')}>{name}</p>
                <p className="truncate text-xs text-fg-3">{samples(index).join(' · ') || t('map.no_values')}</p>
              </div>
              <ArrowRight aria-hidden size={15} className="text-fg-3 max-sm:hidden" />
              <select
                aria-label={t('map.becomes', { column: name })}
                value={value ?? ''}
                onChange={(event) => onChange(withColumn(settings, index, event.target.value || null))}
                className={cn(controlClass, 'h-8', value === null && 'text-fg-3')}
              >
                <option value="">{t('map.leave')}</option>
                {targets.map((target) => (
                  <option key={target.value} value={target.value}>{nameOf(target)}</option>
                ))}
              </select>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
