import { useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { filterOf } from '@/business/model/filters'
import { partsOf } from '@/business/model/saved-views'
import type { Condition } from '@/business/model/types'
import { useKinds, useLabel } from '@/business/model/use-kinds'
import { AddFilter, FilterChips } from '@/business/parts/filter-bar'
import type { RecordHook } from '@/lib/api/types'
import { Button } from '@/ui/button'
import { cn } from '@/ui/cn'
import { Dialog } from '@/ui/dialog'
import { TextField } from '@/ui/field'
import { SecretOnce } from '@/ui/secret-once'
import { addHook, changeHook, useChange } from '../integrations-api'

const KEY = ['webhooks'] as const
const EVENTS = ['created', 'changed', 'deleted', 'restored', 'merged'] as const

type ToggleProps = { label: string; hint: string; options: readonly { value: string; label: string }[]; chosen: readonly string[]; onChange: (chosen: string[]) => void }

/** Several of many, side by side; none of them means all. */
function Toggles({ label, hint, options, chosen, onChange }: ToggleProps) {
  return (
    <fieldset>
      <legend className="text-sm font-medium">{label}</legend>
      <div className="mt-1.5 flex flex-wrap gap-1.5">
        {options.map((option) => {
          const isOn = chosen.includes(option.value)
          return (
            <button
              key={option.value}
              type="button"
              aria-pressed={isOn}
              onClick={() => onChange(isOn ? chosen.filter((one) => one !== option.value) : [...chosen, option.value])}
              className={cn('h-7 rounded-md px-2 text-xs font-medium', isOn ? 'bg-selected text-accent-text' : 'bg-sunken text-fg-2 hover:bg-hover')}
            >
              {option.label}
            </button>
          )
        })}
      </div>
      <p className="mt-1.5 text-xs text-fg-3">{hint}</p>
    </fieldset>
  )
}

/** Makes a webhook of records, or changes one; its secret is shown when it was made. */
export default function HookDialog({ hook, onClose }: { hook: RecordHook | null; onClose: () => void }) {
  const { t } = useTranslation(['integrations', 'common'])
  const label = useLabel()
  const kinds = useKinds()
  const before = partsOf(hook?.wants.filter)
  const [types, setTypes] = useState<string[]>(hook?.wants.kinds ?? [])
  const [events, setEvents] = useState<string[]>(hook?.wants.events ?? [])
  const [conditions, setConditions] = useState<Condition[]>(before.conditions)
  const [fresh, setFresh] = useState<number | null>(null)
  const [made, setMade] = useState<RecordHook | null>(null)
  const only = types.length === 1 ? kinds.find(({ name }) => name === types[0]) : undefined
  const add = useChange(KEY, addHook, setMade)
  const change = useChange(KEY, (body: Parameters<typeof changeHook>[1]) => changeHook(hook?.id ?? '', body), onClose)
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const text = (name: string) => String(form.get(name) ?? '').trim()
    const told = text('told').split(/[\s,]+/).filter((word) => word !== '')
    const filter = only ? (filterOf(conditions, before.also) ?? null) : null
    const body = { name: text('name'), url: text('url'), wants: { kinds: types, events: [...new Set([...events.filter(isNamed), ...told])], filter } }
    if (hook) change.mutate(body)
    else add.mutate(body)
  }
  const isNamed = (name: string) => EVENTS.some((known) => known === name)
  return (
    <Dialog open wide onClose={onClose} title={made ? t('made', { name: made.name }) : hook ? t('hook.edit') : t('hook.add')} closeLabel={t('common:close')}>
      {made ? (
        <div className="flex flex-col gap-4">
          <p className="text-fg-2">{t('once')}</p>
          {made.secret && <SecretOnce label={t('secret')} value={made.secret} hint={t('secret.out_hint')} />}
          <Button tone="primary" className="self-end" onClick={onClose}>{t('common:done')}</Button>
        </div>
      ) : (
        <form onSubmit={submit} className="flex flex-col gap-4">
          <TextField label={t('name')} name="name" required autoFocus maxLength={80} defaultValue={hook?.name} />
          <TextField label={t('url')} name="url" type="url" required maxLength={2000} placeholder="https://" defaultValue={hook?.url} />
          <Toggles label={t('hook.kinds')} hint={t('hook.kinds_hint')} options={kinds.map(({ name, plural }) => ({ value: name, label: label(plural) }))} chosen={types} onChange={setTypes} />
          <Toggles label={t('hook.events')} hint={t('hook.events_hint')} options={EVENTS.map((name) => ({ value: name, label: t(`event.${name}`) }))} chosen={events} onChange={setEvents} />
          <TextField label={t('hook.told')} name="told" maxLength={2000} defaultValue={events.filter((name) => !isNamed(name)).join(', ')} placeholder="crm.deal.won" hint={t('hook.told_hint')} />
          {only && (
            <div>
              <p className="text-sm font-medium">{t('hook.filter')}</p>
              <FilterChips kind={only} conditions={conditions} fresh={fresh} onChange={setConditions} />
              <AddFilter kind={only} conditions={conditions} onChange={setConditions} onFresh={setFresh} className="mt-1.5 h-8" />
            </div>
          )}
          <div className="flex justify-end gap-2">
            <Button onClick={onClose}>{t('common:cancel')}</Button>
            <Button type="submit" tone="primary" busy={add.isPending || change.isPending}>{hook ? t('common:save') : t('make')}</Button>
          </div>
        </form>
      )}
    </Dialog>
  )
}
