import { Link } from '@tanstack/react-router'
import { useRef, useState, type DragEvent, type KeyboardEvent, type MouseEvent, type PointerEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocale } from '@/lib/i18n/hooks'
import { useSession } from '@/lib/session'
import { cn } from '@/ui/cn'
import { Empty } from '@/ui/empty'
import { ChartNoAxesGantt } from 'lucide-react'
import type { ViewProps } from '../list-page'
import { useRecordList } from '../model/record-list'
import { isReadOnly, mayEdit, titleOf, type Kind, type Rec } from '../model/types'
import { dayOf, formatDate } from '../model/values'
import { MonthBar, toneOfRecord } from './calendar-view'
import { addDays, addMonths, between, daysBetween, fieldsAfterShift, monthOf, shifted, spanOf, type Grip } from './days'
import { useKeep } from './use-keep'

const MONTHS = 3
const DAY_PX = 14
const NAME_PX = 220
const SLOP_PX = 4

const BARS = { neutral: 'bg-press text-fg', ok: 'bg-ok-soft text-ok', warn: 'bg-warn-soft text-warn', bad: 'bg-bad-soft text-bad', info: 'bg-info-soft text-info', plum: 'bg-plum-soft text-plum', accent: 'bg-accent-soft text-accent-text' }

type BarProps = { kind: Kind; record: Rec; from: string; days: number; onShift: ((grip: Grip, by: number) => void) | null }

/** A bar follows the pointer in whole days, and is kept where it is let go. */
function useBarDrag(onShift: BarProps['onShift']) {
  const [grab, setGrab] = useState<{ grip: Grip; x: number; days: number } | null>(null)
  const moved = useRef(false)
  if (!onShift) return { grab: null, events: {} }
  const events = {
    onPointerDown(event: PointerEvent<HTMLElement>) {
      if (event.button !== 0) return
      const { grip = 'all' } = (event.target as HTMLElement).dataset
      event.currentTarget.setPointerCapture(event.pointerId)
      moved.current = false
      setGrab({ grip: grip as Grip, x: event.clientX, days: 0 })
    },
    onPointerMove(event: PointerEvent) {
      if (!grab) return
      const by = event.clientX - grab.x
      moved.current ||= Math.abs(by) > SLOP_PX
      if (moved.current && Math.round(by / DAY_PX) !== grab.days) setGrab({ ...grab, days: Math.round(by / DAY_PX) })
    },
    onPointerUp() {
      if (grab && grab.days !== 0) onShift(grab.grip, grab.days)
      setGrab(null)
    },
    onPointerCancel: () => setGrab(null),
    onDragStart: (event: DragEvent) => event.preventDefault(),
    onClickCapture(event: MouseEvent) {
      // A click that ends a drag opens nothing.
      if (moved.current) event.preventDefault()
      if (moved.current) event.stopPropagation()
      moved.current = false
    },
    onKeyDown(event: KeyboardEvent) {
      const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
      if (event.key === 'Escape' && grab) setGrab(null)
      else if (by && event.shiftKey) onShift('all', by)
      else if (by && event.ctrlKey) onShift('end', by)
      else return
      event.preventDefault()
      event.stopPropagation()
    },
  }
  return { grab, events }
}

function Bar({ kind, record, from, days, onShift }: BarProps) {
  const { t } = useTranslation('business')
  const locale = useLocale()
  const { grab, events } = useBarDrag(onShift)
  const known = spanOf(kind, record)
  if (!known) return null
  const span = grab ? shifted(known, grab.grip, grab.days) : known
  const [begin, after] = [daysBetween(from, span.from), daysBetween(from, span.to) + 1]
  const start = Math.max(0, begin)
  const width = Math.max(DAY_PX, (Math.min(days, after) - start) * DAY_PX)
  const title = titleOf(kind, record) || t('untitled')
  const text = `${formatDate(span.from, locale)} – ${formatDate(span.to, locale)}`
  const to = { to: '/business/$kind/$recordId', params: { kind: kind.name, recordId: record.id }, search: {} } as const
  return (
    <li className="flex h-10 items-center border-b">
      <Link {...to} className="sticky left-0 z-10 flex h-full shrink-0 items-center border-r bg-surface px-3 hover:bg-sunken" style={{ width: NAME_PX }}>
        <span className="truncate font-medium">{title}</span>
      </Link>
      <span className="relative h-full" style={{ width: days * DAY_PX }}>
        <Link
          {...to}
          {...events}
          data-bar={record.id}
          aria-label={`${title}: ${text}`}
          aria-describedby={onShift ? 'timeline-keys' : undefined}
          className={cn('group/bar absolute top-2.5 h-5 touch-pan-y rounded-md border border-current/25 select-none', BARS[toneOfRecord(kind, record)], onShift && (grab ? 'z-10 cursor-grabbing shadow-2' : 'cursor-grab'))}
          style={{ left: start * DAY_PX, width }}
        >
          {onShift && begin >= 0 && <span data-grip="begin" className="absolute inset-y-0 -left-1 w-2.5 cursor-ew-resize rounded-l-md group-hover/bar:bg-current/25" />}
          {onShift && after <= days && kind.days.length > 1 && <span data-grip="end" className="absolute inset-y-0 -right-1 w-2.5 cursor-ew-resize rounded-r-md group-hover/bar:bg-current/25" />}
        </Link>
        <span className="pointer-events-none absolute top-2.5 pl-2.5 text-xs leading-5 whitespace-nowrap text-fg-3 tnum" style={{ left: start * DAY_PX + width }}>
          {text}
        </span>
      </span>
    </li>
  )
}

/** Records with a beginning and an end, side by side over three months. */
export default function TimelineView({ kind, search, conditions, also: more, onSearch }: ViewProps) {
  const { t } = useTranslation('business')
  const locale = useLocale()
  const { user } = useSession()
  const today = dayOf(new Date())
  const month = search.month ?? monthOf(today)
  const from = `${month}-01`
  const to = addDays(`${addMonths(month, MONTHS)}-01`, -1)
  const days = daysBetween(from, to) + 1
  const also = [...more, between(kind, from, to)]
  const { list, state } = useRecordList(kind, { kind: kind.name, conditions, also, q: search.q, sort: [kind.days[0] ?? '-created_at'] }, { limit: 500, all: 1_000 })
  const months = Array.from({ length: MONTHS }, (_, index) => addMonths(month, index))
  const keep = useKeep(kind, list)
  const isFixed = kind.days.some((name) => isReadOnly(kind, name))
  return (
    <div className="flex h-full flex-col">
      <p id="timeline-keys" hidden>{t('timeline.keys')}</p>
      <MonthBar month={month} today={monthOf(today)} locale={locale} onMonth={(next) => onSearch({ month: next })} />
      <div className="relative min-h-0 flex-1 overflow-auto">
        <div className="relative" style={{ width: NAME_PX + days * DAY_PX }}>
          <div className="sticky top-0 z-20 flex h-8 border-b bg-surface">
            <span className="sticky left-0 z-10 shrink-0 border-r bg-surface" style={{ width: NAME_PX }} />
            {months.map((one) => (
              <span key={one} className="border-r px-2 text-xs leading-8 font-medium text-fg-3" style={{ width: (daysBetween(`${one}-01`, `${addMonths(one, 1)}-01`)) * DAY_PX }}>
                {new Date(`${one}-01T00:00:00Z`).toLocaleDateString(locale, { month: 'long', timeZone: 'UTC' })}
              </span>
            ))}
          </div>
          {today >= from && today <= to && <span aria-hidden className="absolute top-8 bottom-0 w-0.5 bg-accent/50" style={{ left: NAME_PX + (daysBetween(from, today) + 0.5) * DAY_PX }} />}
          <ul aria-label={t('view.timeline')}>
            {state.items.map((record) => (
              <Bar key={record.id} kind={kind} record={record} from={from} days={days} onShift={isFixed || !mayEdit(kind, record, user.id) ? null : (grip, by) => void keep(record, fieldsAfterShift(kind, record, grip, by))} />
            ))}
          </ul>
        </div>
        {state.status === 'ready' && !state.old && state.items.length === 0 && <Empty icon={ChartNoAxesGantt} title={t('timeline.empty')} text={t('timeline.empty_text')} />}
      </div>
    </div>
  )
}
