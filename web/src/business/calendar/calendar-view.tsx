import { Link } from '@tanstack/react-router'
import { ChevronLeft, ChevronRight, Plus } from 'lucide-react'
import { type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocale, useProblemText } from '@/lib/i18n/hooks'
import { Button, IconButton } from '@/ui/button'
import { cn } from '@/ui/cn'
import { notify } from '@/ui/toast'
import { useDrag } from '../board/use-drag'
import type { ViewProps } from '../list-page'
import { faultsOf, useChanges } from '../model/changes'
import { useRecordList } from '../model/record-list'
import { fieldOf, hasStates, titleOf, type Kind, type Rec } from '../model/types'
import { dayOf } from '../model/values'
import { toneOf } from '../parts/value-view'
import { addDays, addMonths, between, daysBetween, daysOfMonth, fieldsAfterDays, firstWeekday, monthOf, spanOf } from './days'

const MOST_PER_DAY = 4
const MOST = 2_000

const TONES = { neutral: 'border-l-fg-3', ok: 'border-l-ok', warn: 'border-l-warn', bad: 'border-l-bad', info: 'border-l-info', plum: 'border-l-plum', accent: 'border-l-accent' }

/** What colours a record: its state, or its first choice. */
export function toneOfRecord(kind: Kind, record: Rec) {
  if (hasStates(kind)) return toneOf(kind.states, record.state)
  const choice = kind.fields.find((field) => field.type === 'choice' && record.fields[field.name] !== undefined)
  return choice?.type === 'choice' ? toneOf(choice.options, String(record.fields[choice.name])) : 'accent'
}

type ChipProps = { kind: Kind; record: Rec; starts: boolean; grip: ReturnType<ReturnType<typeof useDrag>['grip']>; dragged: boolean; onShift: (days: number) => void }

function Chip({ kind, record, starts, grip, dragged, onShift }: ChipProps) {
  const { t } = useTranslation('business')
  function onKeyDown(event: KeyboardEvent) {
    const days = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }[event.key]
    if (!event.shiftKey || days === undefined) return
    event.preventDefault()
    event.stopPropagation()
    onShift(days)
  }
  return (
    <Link
      to="/business/$kind/$recordId"
      params={{ kind: kind.name, recordId: record.id }}
      search={{}}
      draggable={false}
      data-card={record.id}
      aria-describedby="calendar-keys"
      onKeyDown={onKeyDown}
      {...grip}
      className={cn(
        'block h-6 shrink-0 cursor-grab truncate rounded-[5px] border-l-[3px] bg-press px-1.5 text-xs leading-6 font-medium select-none hover:bg-selected',
        TONES[toneOfRecord(kind, record)],
        !starts && 'opacity-60',
        dragged && 'opacity-40',
      )}
    >
      {titleOf(kind, record) || t('untitled')}
    </Link>
  )
}

/** A month of days, on which records can be moved. */
export default function CalendarView({ kind, search, conditions, also: more, onSearch, onNew }: ViewProps) {
  const { t } = useTranslation('business')
  const locale = useLocale()
  const problemText = useProblemText()
  const { change } = useChanges(kind)
  const today = dayOf(new Date())
  const month = search.month ?? monthOf(today)
  const days = daysOfMonth(month, firstWeekday(locale))
  const [first = ''] = days
  const last = days.at(-1) ?? ''
  const also = [...more, between(kind, first, last)]
  const { list, state } = useRecordList(kind, { kind: kind.name, conditions, also, q: search.q, sort: [kind.days[0] ?? '-created_at'] }, { limit: 500, all: MOST })
  async function shift(id: string, by: number) {
    const record = state.items.find((one) => one.id === id)
    const fields = record ? fieldsAfterDays(kind, record, by) : null
    if (!record || !fields) return
    try {
      await change(record, { fields }, { list })
    } catch (error) {
      notify(Object.values(faultsOf(error))[0] ?? problemText(error), { tone: 'bad' })
    }
  }
  // A chip names the record and the day that it was taken from.
  const { drag, grip } = useDrag((grabbed, over) => {
    const [id = '', from = ''] = grabbed.split('@')
    void shift(id, daysBetween(from, over))
  })
  const byDay = new Map<string, { record: Rec; starts: boolean }[]>()
  for (const record of state.items) {
    const span = spanOf(kind, record)
    if (!span) continue
    for (let day = span.from < first ? first : span.from; day <= span.to && day <= last; day = addDays(day, 1)) byDay.set(day, [...(byDay.get(day) ?? []), { record, starts: day === span.from }])
  }
  const dragged = drag?.id.split('@')[0]
  const field = fieldOf(kind, kind.days[0] ?? '')
  const create = (day: string) => onNew({ [kind.days[0] ?? '']: field?.type === 'datetime' ? new Date(`${day}T09:00`).toISOString() : day })
  const weekdays = days.slice(0, 7).map((day) => new Date(`${day}T00:00:00Z`).toLocaleDateString(locale, { weekday: 'short', timeZone: 'UTC' }))
  const dragRecord = state.items.find(({ id }) => id === dragged)
  return (
    <div className="flex h-full flex-col">
      <MonthBar month={month} today={monthOf(today)} locale={locale} onMonth={(next) => onSearch({ month: next })} />
      <p id="calendar-keys" hidden>
        {t('calendar.keys')}
      </p>
      <div aria-hidden className="grid shrink-0 grid-cols-7 border-b">
        {weekdays.map((day) => (
          <span key={day} className="px-2 py-1 text-xs font-medium text-fg-3">
            {day}
          </span>
        ))}
      </div>
      <div role="list" aria-label={t('view.calendar')} className="grid min-h-0 flex-1 auto-rows-fr grid-cols-7 overflow-y-auto" style={{ opacity: state.old ? 0.6 : 1 }}>
        {days.map((day) => {
          const here = byDay.get(day) ?? []
          const isOther = monthOf(day) !== month
          return (
            <div key={day} role="listitem" data-drop={day} aria-label={new Date(`${day}T00:00:00Z`).toLocaleDateString(locale, { dateStyle: 'long', timeZone: 'UTC' })} className={cn('group/day flex min-h-20 min-w-0 flex-col gap-1 border-r border-b p-1', isOther && 'bg-sunken/60', drag?.over === day && 'bg-accent-soft')}>
              <div className="flex items-center justify-between">
                <span className={cn('flex size-6 items-center justify-center rounded-full text-xs tnum', day === today ? 'bg-accent font-semibold text-accent-fg' : isOther ? 'text-fg-3' : 'text-fg-2')}>{Number(day.slice(8))}</span>
                {kind.access.create && (
                  <IconButton label={t('calendar.new', { day: Number(day.slice(8)) })} size="sm" className="size-6 opacity-0 group-focus-within/day:opacity-100 group-hover/day:opacity-100" onClick={() => create(day)}>
                    <Plus size={13} />
                  </IconButton>
                )}
              </div>
              {here.slice(0, MOST_PER_DAY).map(({ record, starts }) => (
                <Chip key={record.id} kind={kind} record={record} starts={starts} grip={grip(`${record.id}@${day}`)} dragged={dragged === record.id} onShift={(by) => void shift(record.id, by)} />
              ))}
              {here.length > MOST_PER_DAY && <span className="px-1.5 text-2xs text-fg-3">{t('calendar.more', { count: here.length - MOST_PER_DAY })}</span>}
            </div>
          )
        })}
      </div>
      {drag && dragRecord && (
        <div className="pointer-events-none fixed top-0 left-0 z-50 h-6 truncate rounded-[5px] bg-accent px-2 text-xs leading-6 font-medium text-accent-fg shadow-3" style={{ width: drag.width, transform: `translate(${drag.x - drag.dx}px, ${drag.y - drag.dy}px)` }}>
          {titleOf(kind, dragRecord)}
        </div>
      )}
    </div>
  )
}

type BarProps = { month: string; today: string; locale: string; onMonth: (month: string) => void }

export function MonthBar({ month, today, locale, onMonth }: BarProps) {
  const { t } = useTranslation('business')
  return (
    <div className="flex shrink-0 items-center gap-1 border-b px-3 py-1 sm:px-4">
      <h2 aria-live="polite" className="mr-2 font-semibold">
        {new Date(`${month}-01T00:00:00Z`).toLocaleDateString(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' })}
      </h2>
      <IconButton label={t('calendar.before')} size="sm" onClick={() => onMonth(addMonths(month, -1))}>
        <ChevronLeft size={16} />
      </IconButton>
      <IconButton label={t('calendar.after')} size="sm" onClick={() => onMonth(addMonths(month, 1))}>
        <ChevronRight size={16} />
      </IconButton>
      <Button size="sm" disabled={month === today} onClick={() => onMonth(today)}>
        {t('filter.today')}
      </Button>
    </div>
  )
}
