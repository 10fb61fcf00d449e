import { useMemo, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { SelectField, TextField } from '@/ui/field'
import { fillsType, linkColumns, MOST_KEYS, possibleKeys, targetsOf } from '../model/import-settings'
import type { Settings } from '../model/imports'
import type { Kind } from '../model/types'
import { useKinds, useLabel } from '../model/use-kinds'
import { useTargetName } from './mapping-table'

type RulesProps = { kind: Kind; settings: Settings; onChange: (settings: Settings) => void }

const RULES = ['skip', 'update', 'create'] as const

function Check({ checked, disabled, onChange, children }: { checked: boolean; disabled?: boolean; onChange: (on: boolean) => void; children: ReactNode }) {
  return (
    <label className="flex items-center gap-2.5">
      <input type="checkbox" checked={checked} disabled={disabled} onChange={(event) => onChange(event.target.checked)} className="size-4 accent-(--accent)" />
      {children}
    </label>
  )
}

const toggled = (list: readonly string[], name: string, on: boolean) => (on ? [...list, name] : list.filter((one) => one !== name))

/** What becomes of rows whose record is there, and how values are written. */
export function ImportRules(props: RulesProps) {
  const { t } = useTranslation('imports')
  const { kind, settings, onChange } = props
  const rules = RULES.filter((rule) => rule !== 'update' || kind.access.edit !== 'none')
  return (
    <>
      <section aria-labelledby="duplicates">
        <h2 id="duplicates" className="mb-3 font-semibold">{t('rule')}</h2>
        <div role="radiogroup" aria-labelledby="duplicates" className="flex flex-col gap-2">
          {rules.map((rule) => (
            <div key={rule}>
              <label className="flex items-center gap-2.5 font-medium">
                <input
                  type="radio"
                  name="duplicates"
                  aria-describedby={`rule-${rule}`}
                  checked={settings.duplicates === rule}
                  onChange={() => onChange({ ...settings, duplicates: rule })}
                  className="size-4 accent-(--accent)"
                />
                {t(`rule.${rule}`)}
              </label>
              <p id={`rule-${rule}`} className="pl-6.5 text-xs text-fg-3">{t(`rule.${rule}_text`)}</p>
            </div>
          ))}
        </div>
        {settings.duplicates !== 'create' && <Keys {...props} />}
      </section>
      <Links {...props} />
      <Writing {...props} />
    </>
  )
}

function Keys({ kind, settings, onChange }: RulesProps) {
  const { t } = useTranslation('imports')
  const nameOf = useTargetName()
  const targets = useMemo(() => targetsOf(kind), [kind])
  const keys = possibleKeys(kind, settings)
  const named = (value: string) => {
    const target = targets.find((one) => one.value === value)
    return target ? nameOf(target).replace(/ \*$/, '') : value
  }
  if (keys.length === 0) return <p className="mt-3 text-warn">{t('rule.no_keys')}</p>
  return (
    <fieldset className="mt-4">
      <legend className="mb-1.5 text-sm font-medium">{t('rule.same_by')}</legend>
      <div className="flex flex-wrap gap-x-5 gap-y-2">
        {keys.map((name) => {
          const on = settings.same_by.includes(name)
          return (
            <Check key={name} checked={on} disabled={!on && settings.same_by.length >= MOST_KEYS} onChange={(next) => onChange({ ...settings, same_by: toggled(settings.same_by, name, next) })}>
              {named(name)}
            </Check>
          )
        })}
      </div>
      <p className="mt-1.5 text-xs text-fg-3">{settings.same_by.length > 0 ? t('rule.same_by_text') : t('rule.same_by_none')}</p>
    </fieldset>
  )
}

function Links({ kind, settings, onChange }: RulesProps) {
  const { t } = useTranslation('imports')
  const label = useLabel()
  const kinds = useKinds()
  // A record that needs more than a name cannot be made from a name.
  const links = linkColumns(kind, settings).filter((field) => {
    const target = kinds.find(({ name }) => field.type === 'link' && name === field.to)
    return target?.access.create && target.fields.every(({ name, required }) => !required || name === target.title)
  })
  if (links.length === 0) return null
  return (
    <section aria-labelledby="links">
      <h2 id="links" className="mb-3 font-semibold">{t('links')}</h2>
      <div className="flex flex-col gap-2">
        {links.map(({ name, label: text }) => (
          <Check key={name} checked={settings.create_links.includes(name)} onChange={(on) => onChange({ ...settings, create_links: toggled(settings.create_links, name, on) })}>
            {t('links.create', { field: label(text) })}
          </Check>
        ))}
      </div>
    </section>
  )
}

const NUMBERS = { point: '1,234.56', comma: '1.234,56' } as const
const DATES = { year_month_day: '2026-11-21', day_month_year: '21.11.2026', month_day_year: '11/21/2026' } as const

/** How numbers and days stand in the file; asked for only where there are some. */
function Writing({ kind, settings, onChange }: RulesProps) {
  const { t } = useTranslation('imports')
  const [numbers, money, days] = [fillsType(kind, settings, ['number', 'money']), fillsType(kind, settings, ['money']), fillsType(kind, settings, ['date', 'datetime'])]
  if (!numbers && !days) return null
  return (
    <section aria-labelledby="writing">
      <h2 id="writing" className="mb-3 font-semibold">{t('writing')}</h2>
      <div className="grid gap-4 sm:grid-cols-3">
        {numbers && (
          <SelectField label={t('writing.numbers')} value={settings.numbers} onChange={(event) => onChange({ ...settings, numbers: event.target.value as 'point' })}>
            {Object.entries(NUMBERS).map(([value, example]) => (
              <option key={value} value={value}>{example}</option>
            ))}
          </SelectField>
        )}
        {money && (
          <TextField
            label={t('writing.currency')}
            hint={t('writing.currency_hint')}
            value={settings.currency ?? ''}
            maxLength={3}
            onChange={(event) => onChange({ ...settings, currency: event.target.value.toUpperCase() || null })}
          />
        )}
        {days && (
          <SelectField label={t('writing.days')} value={settings.dates} onChange={(event) => onChange({ ...settings, dates: event.target.value as 'year_month_day' })}>
            {Object.entries(DATES).map(([value, example]) => (
              <option key={value} value={value}>{example}</option>
            ))}
          </SelectField>
        )}
      </div>
    </section>
  )
}
