import { Building2, Check, GraduationCap, HandHeart, HeartPulse, Lightbulb, Megaphone, ShoppingBag, Store, Truck, UtensilsCrossed, type LucideIcon } from 'lucide-react'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLanguage, useProblemText } from '@/lib/i18n/hooks'
import { SelectField, TextField } from '@/ui/field'
import { Pill } from '@/ui/pill'
import { Skeleton } from '@/ui/spinner'
import { COUNTRIES, countryOf, inCountry, isOn, PRESETS, READY, slugOf, withModule, withPreset, type Business, type Document, type Preset } from './document'
import type { Faults } from './wizard'

type StepProps = { document: Document; faults: Faults; onChange: (document: Document) => void }

const ICONS: Record<Preset, LucideIcon> = {
  agency: Megaphone, consulting: Lightbulb, ecommerce: ShoppingBag, healthcare: HeartPulse, logistics: Truck, ngo: HandHeart, restaurant: UtensilsCrossed, retail: Store, school: GraduationCap,
}

/** With what the business begins: stages, statuses, fields and samples of its trade, or nothing. */
export function TradeStep({ document, onChange }: StepProps) {
  const { t } = useTranslation('activate')
  const chosen = document.preset ?? null
  const name = useId()
  return (
    <div role="radiogroup" aria-label={t('step.trade.title')} className="grid gap-3 sm:grid-cols-2">
      {[...PRESETS, null].map((preset) => {
        const Icon = preset ? ICONS[preset] : Building2
        const key = preset ?? 'none'
        return (
          <label key={key} className="relative flex cursor-default items-start gap-3 rounded-lg p-3.5 shadow-1 has-checked:bg-selected has-checked:ring-2 has-checked:ring-accent has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent">
            <input type="radio" name={name} aria-label={t(`preset.${key}`)} aria-describedby={`${name}-${key}`} checked={chosen === preset} onChange={() => onChange(withPreset(document, preset))} className="sr-only" />
            <span className="flex size-9 shrink-0 items-center justify-center rounded-lg bg-accent-soft text-accent-text">
              <Icon aria-hidden size={18} strokeWidth={1.75} />
            </span>
            <span className="min-w-0 flex-1">
              <span className="block font-medium">{t(`preset.${key}`)}</span>
              <span id={`${name}-${key}`} className="block text-xs text-pretty text-fg-3">{t(`preset.${key}.text`)}</span>
            </span>
            {chosen === preset && <Check aria-hidden size={16} strokeWidth={2.25} className="shrink-0 text-accent-text" />}
          </label>
        )
      })}
    </div>
  )
}

const values = (kind: 'timeZone' | 'currency'): string[] => (typeof Intl.supportedValuesOf === 'function' ? Intl.supportedValuesOf(kind) : [])

/** What the business is called, and how it writes numbers, days and amounts. */
export function BusinessStep({ document, faults, onChange }: StepProps) {
  const { t } = useTranslation('activate')
  const language = useLanguage()
  const lists = useId()
  const { business } = document
  // The address follows the name until somebody writes it.
  const [follows, setFollows] = useState(business.slug === slugOf(business.name))
  const names = new Intl.DisplayNames(language, { type: 'region' })
  const set = (change: Partial<Business>) => onChange({ ...document, business: { ...business, ...change } })
  const fault = (name: keyof Business) => faults[`$.business.${name}`] ?? null
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <TextField label={t('business.name')} value={business.name} required maxLength={200} autoFocus error={fault('name')} onChange={({ target }) => set({ name: target.value, ...(follows ? { slug: slugOf(target.value) } : {}) })} />
      <TextField
        label={t('business.slug')}
        hint={t('business.slug_hint')}
        value={business.slug}
        required
        maxLength={40}
        spellCheck={false}
        error={fault('slug')}
        onChange={({ target }) => {
          setFollows(false)
          set({ slug: target.value })
        }}
        className="font-mono"
      />
      <SelectField label={t('business.country')} hint={t('business.country_hint')} value={countryOf(business)} onChange={({ target }) => onChange({ ...document, business: inCountry(business, target.value) })}>
        {countryOf(business) === '' && <option value="">{t('business.other')}</option>}
        {COUNTRIES.map(({ code }) => ({ code, name: names.of(code) ?? code }))
          .toSorted((one, other) => one.name.localeCompare(other.name, language))
          .map(({ code, name }) => (
            <option key={code} value={code}>{name}</option>
          ))}
      </SelectField>
      <TextField label={t('business.locale')} hint={t('business.locale_hint')} value={business.locale} required spellCheck={false} error={fault('locale')} onChange={({ target }) => set({ locale: target.value })} />
      <TextField label={t('business.zone')} list={`${lists}-zones`} value={business.time_zone} required spellCheck={false} error={fault('time_zone')} onChange={({ target }) => set({ time_zone: target.value })} />
      <TextField label={t('business.currency')} list={`${lists}-currencies`} value={business.currency} required maxLength={3} spellCheck={false} error={fault('currency')} onChange={({ target }) => set({ currency: target.value.toUpperCase() })} />
      <datalist id={`${lists}-zones`}>
        {values('timeZone').map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
      <datalist id={`${lists}-currencies`}>
        {values('currency').map((code) => (
          <option key={code} value={code} />
        ))}
      </datalist>
    </div>
  )
}

/** Who signs in first, and makes the others. */
export function AdminStep({ document, faults, onChange }: StepProps) {
  const { t } = useTranslation('activate')
  const { admin } = document
  const set = (change: Partial<Document['admin']>) => onChange({ ...document, admin: { ...admin, ...change } })
  const fault = (name: string) => faults[`$.admin.${name}`] ?? null
  const others = Array.isArray(document.users) ? document.users.length : 0
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <TextField label={t('admin.name')} value={admin.name} required maxLength={200} autoFocus autoComplete="off" error={fault('name')} onChange={({ target }) => set({ name: target.value })} />
      <TextField label={t('admin.email')} type="email" value={admin.email} required autoComplete="off" error={fault('email')} onChange={({ target }) => set({ email: target.value.trim() })} />
      <TextField label={t('admin.password')} hint={t('admin.password_hint')} type="password" value={admin.password ?? ''} autoComplete="new-password" error={fault('password')} onChange={({ target }) => set({ password: target.value })} />
      {others > 0 && <p className="text-fg-3 sm:col-span-2">{t('admin.others', { count: others })}</p>}
    </div>
  )
}

type ModulesProps = StepProps & { byPreset: readonly string[]; pending: boolean; error: Error | null }

/** What is switched on; it can be switched again at any time. */
export function ModulesStep({ document, faults, onChange, byPreset, pending, error }: ModulesProps) {
  const { t, i18n } = useTranslation('activate')
  const problemText = useProblemText()
  const nameOf = (module: string) => (i18n.exists(`module.${module}`, { ns: 'activate' }) ? t(`module.${module}` as 'module.crm') : module)
  if (pending) return <Skeleton className="h-40" />
  const all = [...new Set([...READY, ...byPreset, ...Object.keys(document.modules ?? {})])]
  const isReady = (module: string) => READY.some((name) => name === module)
  return (
    <>
      {error && <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad">{problemText(error)}</p>}
      <ul className="overflow-hidden rounded-lg shadow-1">
        {all.map((module) => (
          <li key={module} className="border-b last:border-0">
            <label className="flex min-h-11 items-center gap-3 px-4 py-2">
              <input type="checkbox" checked={isOn(document, module, byPreset)} onChange={({ target }) => onChange(withModule(document, module, target.checked, byPreset))} className="size-4 shrink-0 accent-(--accent)" />
              <span className="flex-1 font-medium">{nameOf(module)}</span>
              {!isReady(module) && <Pill>{t('module.later')}</Pill>}
            </label>
            {faults[`$.modules.${module}`] && <p role="alert" className="px-4 pb-2 text-xs text-bad">{faults[`$.modules.${module}`]}</p>}
          </li>
        ))}
      </ul>
    </>
  )
}

/** Under which name the business is found, beside the address of this installation. */
export function DomainStep({ document, faults, onChange }: StepProps) {
  const { t } = useTranslation('activate')
  const all = document.domains ?? []
  const [first = { host: '', mail: false }, ...others] = all
  const set = (change: Partial<typeof first>) => onChange({ ...document, domains: [{ ...first, ...change }, ...others] })
  return (
    <div className="flex flex-col gap-4">
      <TextField
        label={t('domain.host')}
        hint={t('domain.hint')}
        value={first.host}
        placeholder="kontor.example.com"
        autoFocus
        spellCheck={false}
        error={faults['$.domains[0].host'] ?? faults['$.domains[0]'] ?? null}
        onChange={({ target }) => set({ host: target.value.trim().toLowerCase() })}
      />
      <label className="flex items-center gap-2.5">
        <input type="checkbox" checked={first.mail ?? false} disabled={first.host === ''} onChange={({ target }) => set({ mail: target.checked })} className="size-4 accent-(--accent)" />
        {t('domain.mail')}
      </label>
      {others.length > 0 && <p className="text-fg-3">{t('domain.others', { hosts: others.map(({ host }) => host).join(', ') })}</p>}
    </div>
  )
}
