import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useLocale } from '@/lib/i18n/hooks'
import { cn } from '@/ui/cn'
import { Empty } from '@/ui/empty'
import { ChartNoAxesGantt } from 'lucide-react'
import type { ViewProps } from '../list-page'
import { useRecordList } from '../model/record-list'
import { titleOf, type Kind, type Rec } from '../model/types'
import { dayOf, formatDate } from '../model/values'
import { MonthBar, toneOfRecord } from './calendar-view'
import { addDays, addMonths, between, daysBetween, monthOf, spanOf } from './days'

const MONTHS = 3
const DAY_PX = 14
const NAME_PX = 220

const BARS = { neutral: 'bg-press text-fg', ok: 'bg-ok-soft text-ok', warn: 'bg-warn-soft text-warn', bad: 'bg-bad-soft text-bad', info: 'bg-info-soft text-info', plum: 'bg-plum-soft text-plum', accent: 'bg-accent-soft text-accent-text' }

function Bar({ kind, record, from, days }: { kind: Kind; record: Rec; from: string; days: number }) {
  const { t } = useTranslation('business')
  const locale = useLocale()
  const span = spanOf(kind, record)
  if (!span) return null
  const start = Math.max(0, daysBetween(from, span.from))
  const end = Math.min(days, daysBetween(from, span.to) + 1)
  const title = titleOf(kind, record) || t('untitled')
  return (
    <li className="flex h-10 items-center border-b">
      <Link to="/business/$kind/$recordId" params={{ kind: kind.name, recordId: record.id }} search={{}} className="sticky left-0 z-10 flex h-full shrink-0 items-center border-r bg-surface px-3 hover:bg-sunken" style={{ width: NAME_PX }}>
        <span className="truncate font-medium">{title}</span>
      </Link>
      <span className="relative h-full" style={{ width: days * DAY_PX }}>
        <span
          title={`${formatDate(span.from, locale)} – ${formatDate(span.to, locale)}`}
          className={cn('absolute top-2.5 h-5 rounded-md border border-current/25', BARS[toneOfRecord(kind, record)])}
          style={{ left: start * DAY_PX, width: Math.max(DAY_PX, (end - start) * DAY_PX) }}
        />
        <span className="absolute top-2.5 pl-2 text-xs leading-5 whitespace-nowrap text-fg-3 tnum" style={{ left: start * DAY_PX + Math.max(DAY_PX, (end - start) * DAY_PX) }}>
          {formatDate(span.from, locale)} – {formatDate(span.to, locale)}
        </span>
      </span>
    </li>
  )
}

/** Records with a beginning and an end, side by side over three months. */
export default function TimelineView({ kind, search, conditions, also: more, onSearch }: ViewProps) {
  const { t } = useTranslation('business')
  const locale = useLocale()
  const today = dayOf(new Date())
  const month = search.month ?? monthOf(today)
  const from = `${month}-01`
  const to = addDays(`${addMonths(month, MONTHS)}-01`, -1)
  const days = daysBetween(from, to) + 1
  const also = [...more, between(kind, from, to)]
  const { state } = useRecordList(kind, { kind: kind.name, conditions, also, q: search.q, sort: [kind.days[0] ?? '-created_at'] }, { limit: 500, all: 1_000 })
  const months = Array.from({ length: MONTHS }, (_, index) => addMonths(month, index))
  return (
    <div className="flex h-full flex-col">
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
              <Bar key={record.id} kind={kind} record={record} from={from} days={days} />
            ))}
          </ul>
        </div>
        {state.status === 'ready' && !state.old && state.items.length === 0 && <Empty icon={ChartNoAxesGantt} title={t('timeline.empty')} text={t('timeline.empty_text')} />}
      </div>
    </div>
  )
}
