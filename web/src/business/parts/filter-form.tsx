import { useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocale } from '@/lib/i18n/hooks'
import { useSession } from '@/lib/session'
import { Button } from '@/ui/button'
import { controlClass } from '@/ui/field'
import { cn } from '@/ui/cn'
import { needsValue, opsFor, opText, relativeDay, relativeText, takesList, withOp, type Subject } from '../model/filters'
import type { Condition, Op } from '../model/types'
import { useLabel } from '../model/use-kinds'
import { amountText, parseAmount, parseDecimal } from '../model/values'
import { ChoiceOptions, LinkOptions, PersonOptions } from './option-pickers'

type FormProps = { subject: Subject; condition: Condition; onChange: (condition: Condition) => void; onDone: () => void }

/** How a field is compared, and with what. */
export default function FilterForm({ subject, condition, onChange, onDone }: FormProps) {
  const { t } = useTranslation('business')
  const ops = opsFor(subject)
  return (
    <div>
      <div className="flex items-center gap-2 border-b p-2">
        <select
          aria-label={t('filter.op')}
          value={condition.op}
          onChange={(event) => onChange(withOp(condition, event.target.value as Op))}
          className="h-8 w-full rounded-md bg-sunken px-2 text-sm [&>option]:bg-raised"
        >
          {ops.map((op) => (
            <option key={op} value={op}>
              {t(opText(subject.type, op))}
            </option>
          ))}
        </select>
      </div>
      {needsValue(condition.op) && <FilterValue subject={subject} condition={condition} onChange={onChange} onDone={onDone} />}
    </div>
  )
}

function FilterValue(props: FormProps) {
  const { subject, condition, onChange } = props
  const label = useLabel()
  const chosen = Array.isArray(condition.value) ? condition.value.map(String) : condition.value ? [String(condition.value)] : []
  function choose(value: string) {
    if (!takesList(condition.op)) return onChange({ ...condition, value })
    onChange({ ...condition, value: chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value] })
  }
  const common = { label: label(subject.label), chosen, onChoose: choose }
  const { field } = subject
  switch (field.type) {
    case 'choice':
    case 'choices':
      return <ChoiceOptions options={field.options} {...common} />
    case 'person':
      return <PersonOptions withMe {...common} />
    case 'link':
      return <LinkOptions to={field.to} {...common} />
    case 'boolean':
      return <YesNo {...props} />
    case 'date':
    case 'datetime':
      return <DayValue {...props} />
    default:
      return <TextValue {...props} />
  }
}

function YesNo({ condition, onChange, onDone }: FormProps) {
  const { t } = useTranslation('business')
  return (
    <div className="flex gap-2 p-2">
      {[true, false].map((value) => (
        <Button
          key={String(value)}
          className="flex-1"
          aria-pressed={condition.value === value}
          tone={condition.value === value ? 'primary' : 'plain'}
          onClick={() => {
            onChange({ ...condition, value })
            onDone()
          }}
        >
          {value ? t('yes') : t('no')}
        </Button>
      ))}
    </div>
  )
}

const DAYS = [0, 1, 7, 30, -1, -7, -30, -90]

function DayValue({ subject, condition, onChange, onDone }: FormProps) {
  const { t } = useTranslation('business')
  const days = relativeDay(condition.value)
  const exact = days === null && typeof condition.value === 'string' ? condition.value.slice(0, 10) : ''
  const pick = (value: string) => {
    onChange({ ...condition, value })
    onDone()
  }
  const text = (count: number) => (count === 0 ? t('filter.today') : count > 0 ? t('filter.in_days', { count }) : t('filter.days_ago', { count: -count }))
  return (
    <div className="p-2">
      <div className="mb-2 grid grid-cols-2 gap-1">
        {DAYS.map((count) => (
          <button
            key={count}
            type="button"
            aria-pressed={days === count}
            onClick={() => pick(relativeText(count))}
            className="h-8 rounded-md px-2 text-left hover:bg-hover aria-pressed:bg-selected aria-pressed:text-accent-text"
          >
            {text(count)}
          </button>
        ))}
      </div>
      <input
        type="date"
        aria-label={t('filter.day')}
        value={exact}
        onChange={({ target }) => {
          if (!target.value) return
          onChange({ ...condition, value: subject.type === 'datetime' ? new Date(`${target.value}T00:00`).toISOString() : target.value })
        }}
        className={cn(controlClass, 'dark:[color-scheme:dark]')}
      />
    </div>
  )
}

function TextValue({ subject, condition, onChange, onDone }: FormProps) {
  const { t } = useTranslation(['business', 'common'])
  const locale = useLocale()
  const { tenant } = useSession()
  const first = subject.type === 'money' && typeof condition.value === 'number' ? amountText({ minor: condition.value, currency: tenant.currency }, locale) : String(condition.value ?? '')
  const [text, setText] = useState(first)
  const [wrong, setWrong] = useState(false)
  function submit(event: FormEvent) {
    event.preventDefault()
    const value = subject.type === 'money' ? parseAmount(text, tenant.currency, locale) : subject.type === 'number' ? parseDecimal(text, locale) : text.trim()
    if (value === null) return setWrong(true)
    onChange({ ...condition, value })
    onDone()
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-2 p-2">
      <input autoFocus aria-label={t('filter.value')} aria-invalid={wrong || undefined} value={text} onChange={(event) => setText(event.target.value)} className={controlClass} />
      {wrong && <p role="alert" className="text-xs text-bad">{t('fault.number')}</p>}
      <Button type="submit" tone="primary">
        {t('filter.apply')}
      </Button>
    </form>
  )
}
