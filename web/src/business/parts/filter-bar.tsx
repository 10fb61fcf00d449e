import { ListFilter, X } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocale } from '@/lib/i18n/hooks'
import { Button } from '@/ui/button'
import { cn } from '@/ui/cn'
import { firstCondition, needsValue, opText, relativeDay, subjectsOf, type Subject } from '../model/filters'
import { plainText } from '../model/plain-text'
import { titles } from '../model/titles'
import { useStore } from '@/lib/store'
import type { Condition, Kind } from '../model/types'
import { isMoney } from '../model/types'
import { useLabel, usePeople } from '../model/use-kinds'
import { useSession } from '@/lib/session'
import { Floating, OptionList, useText } from './picker'
import { FilterForm } from './filter-form'
import { FieldIcon } from './kind-icon'

export function useSubjects(kind: Kind): Subject[] {
  const { t } = useTranslation('business')
  return useMemo(() => subjectsOf(kind, { state: t('state'), owner: t('owner'), created: t('created_at'), updated: t('updated_at') }), [kind, t])
}

/** What a condition compares with, in words. */
function useConditionText() {
  const { t } = useTranslation('business')
  const locale = useLocale()
  const label = useLabel()
  const people = usePeople()
  const { tenant } = useSession()
  useStore(titles.known, (known) => known)
  return ({ field, type }: Subject, { value }: Condition): string => {
    const one = (single: unknown): string => {
      if (single === 'me') return t('filter.me')
      const days = type === 'date' || type === 'datetime' ? relativeDay(single) : null
      if (days !== null) return days === 0 ? t('filter.today') : days > 0 ? t('filter.in_days', { count: days }) : t('filter.days_ago', { count: -days })
      const shown = type === 'money' && typeof single === 'number' ? { minor: single, currency: tenant.currency } : single
      const plain = type === 'tags' || type === 'choices' ? [single] : shown
      return plainText(field, isMoney(shown) ? shown : plain, { locale, people, yes: t('yes'), no: t('no'), label }) || '…'
    }
    return Array.isArray(value) ? value.map(one).join(', ') : one(value)
  }
}

type ChipProps = { subject: Subject; condition: Condition; fresh: boolean; onChange: (condition: Condition) => void; onRemove: () => void }

function Chip({ subject, condition, fresh, onChange, onRemove }: ChipProps) {
  const { t } = useTranslation('business')
  const label = useLabel()
  const conditionText = useConditionText()
  const [open, setOpen] = useState(fresh)
  const value = needsValue(condition.op) ? conditionText(subject, condition) : ''
  const anchor = (
    <span className="flex h-7 max-w-full items-center rounded-md bg-selected text-xs text-accent-text">
      <button type="button" aria-haspopup="dialog" aria-expanded={open} onClick={() => setOpen(true)} className="flex h-full min-w-0 items-center gap-1.5 rounded-l-md px-2 hover:bg-hover">
        <FieldIcon type={subject.type} size={13} className="shrink-0" />
        <span className="shrink-0 font-medium">{label(subject.label)}</span>
        <span className="shrink-0">{t(opText(subject.type, condition.op))}</span>
        {value && <span className="max-w-48 truncate font-medium">{value}</span>}
      </button>
      <button type="button" aria-label={t('filter.remove', { field: label(subject.label) })} onClick={onRemove} className="flex h-full items-center rounded-r-md px-1.5 hover:bg-hover">
        <X size={13} />
      </button>
    </span>
  )
  return (
    <Floating label={t('filter.edit', { field: label(subject.label) })} open={open} onOpenChange={setOpen} anchor={anchor}>
      <FilterForm subject={subject} condition={condition} onChange={onChange} onDone={() => setOpen(false)} />
    </Floating>
  )
}

type BarProps = { kind: Kind; conditions: readonly Condition[]; onChange: (conditions: Condition[]) => void; className?: string }

/** The conditions as chips. */
export function FilterChips({ kind, conditions, onChange, fresh }: BarProps & { fresh: number | null }) {
  const { t } = useTranslation('business')
  const subjects = useSubjects(kind)
  if (conditions.length === 0) return null
  // Conditions have no name of their own: the second on a field is told apart by its place.
  const keys = conditions.map(({ field }, index) => `${field} ${conditions.slice(0, index).filter((one) => one.field === field).length}`)
  return (
    <div role="group" aria-label={t('filters')} className="flex shrink-0 flex-wrap items-center gap-1.5 border-b px-3 py-1.5 sm:px-4">
      {conditions.map((condition, index) => {
        const subject = subjects.find(({ name }) => name === condition.field)
        if (!subject) return null
        return (
          <Chip
            key={keys[index]}
            subject={subject}
            condition={condition}
            fresh={fresh === index}
            onChange={(next) => onChange(conditions.with(index, next))}
            onRemove={() => onChange(conditions.toSpliced(index, 1))}
          />
        )
      })}
      <Button size="sm" tone="quiet" onClick={() => onChange([])}>
        {t('filter.clear')}
      </Button>
    </div>
  )
}

/** Begins a new condition: first its field. */
export function AddFilter({ kind, conditions, onChange, onFresh, className }: BarProps & { onFresh: (index: number) => void }) {
  const { t } = useTranslation('business')
  const label = useLabel()
  const subjects = useSubjects(kind)
  const [open, setOpen] = useState(false)
  const search = useText()
  function choose(name: string) {
    const subject = subjects.find((one) => one.name === name)
    if (!subject) return
    setOpen(false)
    search.onText('')
    onFresh(conditions.length)
    onChange([...conditions, firstCondition(subject)])
  }
  const options = subjects.map((subject) => ({
    value: subject.name,
    label: label(subject.label),
    view: (
      <span className="flex items-center gap-2">
        <FieldIcon type={subject.type} className="text-fg-3" />
        {label(subject.label)}
      </span>
    ),
  }))
  const anchor = (
    <Button size="sm" tone="quiet" aria-haspopup="dialog" aria-expanded={open} onClick={() => setOpen(true)} className={cn(conditions.length > 0 && 'text-accent-text', className)}>
      <ListFilter aria-hidden size={15} strokeWidth={1.75} />
      <span className="max-sm:sr-only">{t('filter')}</span>
    </Button>
  )
  return (
    <Floating label={t('filter.add')} open={open} onOpenChange={setOpen} anchor={anchor} className="w-60">
      <OptionList label={t('filter.add')} options={options} chosen={[]} onChoose={choose} {...search} />
    </Floating>
  )
}
