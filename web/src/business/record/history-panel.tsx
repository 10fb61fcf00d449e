import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { ArrowRight, Eye, Undo2, Workflow } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { RecordEvent } from '@/lib/api/types'
import { formatDay, formatTime } from '@/lib/i18n/format'
import { useLocale, useProblemText } from '@/lib/i18n/hooks'
import { useStore } from '@/lib/store'
import { useSession } from '@/lib/session'
import { Avatar } from '@/ui/avatar'
import { Button, IconButton } from '@/ui/button'
import { cn } from '@/ui/cn'
import { Pill } from '@/ui/pill'
import { Skeleton } from '@/ui/spinner'
import { historyQuery } from '../model/api'
import { useChanges } from '../model/changes'
import { plainText } from '../model/plain-text'
import { titles } from '../model/titles'
import { fieldOf, mayEdit, type Field, type Kind, type Rec } from '../model/types'
import { useLabel, usePeople } from '../model/use-kinds'

const NAMED = ['created', 'changed', 'deleted', 'restored', 'merged'] as const
const FILE_EVENTS = ['file_added', 'file_removed'] as const
const isNamed = (name: string): name is (typeof NAMED)[number] => NAMED.some((known) => known === name)

function useFieldOf(kind: Kind) {
  const { t } = useTranslation('business')
  return (name: string): Field => {
    const known = fieldOf(kind, name)
    if (known) return known
    const shared = { name, required: false, indexed: true, custom: false }
    if (name === 'state') return { ...shared, label: t('state'), type: 'choice', options: kind.states } as Field
    return { ...shared, label: name === 'owner' ? t('owner') : name, type: name === 'owner' ? 'person' : 'text' } as Field
  }
}

function byDay(events: readonly RecordEvent[], locale: string) {
  const days = new Map<string, RecordEvent[]>()
  for (const event of events) {
    const day = formatDay(event.at, locale)
    days.set(day, [...(days.get(day) ?? []), event])
  }
  return [...days]
}

/** Who has done what when, the latest first. */
export function HistoryPanel({ kind, record, seq }: { kind: Kind; record: Rec; seq?: number }) {
  const { t } = useTranslation('business')
  const locale = useLocale()
  const problemText = useProblemText()
  const query = useInfiniteQuery(historyQuery(kind.name, record.id))
  const events = query.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <div className="p-3 sm:p-4">
      {query.isPending && <Skeleton className="h-24" />}
      {query.isError && <p role="alert" className="text-bad">{problemText(query.error)}</p>}
      {byDay(events, locale).map(([day, items]) => (
        <section key={day} aria-label={day} className="mb-3">
          <h3 className="mb-1 text-xs font-medium text-fg-3">{day}</h3>
          <ol>
            {items.map((event) => (
              <EventRow key={event.seq} kind={kind} record={record} event={event} isShown={event.seq === seq} isPast={seq !== undefined} isLatest={event === events[0]} />
            ))}
          </ol>
        </section>
      ))}
      {query.hasNextPage && (
        <Button size="sm" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t('history.more')}
        </Button>
      )}
    </div>
  )
}

type RowProps = { kind: Kind; record: Rec; event: RecordEvent; isShown: boolean; isPast: boolean; isLatest: boolean }

function EventRow({ kind, record, event, isShown, isPast, isLatest }: RowProps) {
  const { t } = useTranslation('business')
  const label = useLabel()
  const locale = useLocale()
  const people = usePeople()
  const navigate = useNavigate()
  const { user } = useSession()
  const { undo } = useChanges(kind)
  const name = (event.actor && people.get(event.actor)?.name) || t('someone')
  const fileEvent = FILE_EVENTS.find((one) => one === event.name)
  const file = (event.changes['file']?.new ?? event.changes['file']?.old) as { name?: string } | undefined
  const said = fileEvent ? t(`history.${fileEvent}`, { file: file?.name ?? '' }) : isNamed(event.name) ? t(`history.${event.name}`) : t('history.other', { event: label(lastWord(event.name)) })
  const mayUndo = !isPast && (event.name === 'changed' || fileEvent) && mayEdit(kind, record, user.id)
  const look = () => void navigate({ to: '/business/$kind/$recordId', params: { kind: kind.name, recordId: record.id }, search: { seq: event.seq } })
  return (
    <li className={cn('group/event relative flex gap-2.5 rounded-md px-1.5 py-2', isShown ? 'bg-warn-soft' : 'hover:bg-hover')}>
      {event.via === 'rule' ? (
        <span className="flex size-6 shrink-0 items-center justify-center rounded-full bg-plum-soft text-plum">
          <Workflow aria-hidden size={13} />
        </span>
      ) : (
        <Avatar id={event.actor ?? event.batch} name={name} />
      )}
      <div className="min-w-0 flex-1">
        <p className="flex min-h-6 flex-wrap items-center gap-x-1.5">
          <span className="font-medium">{name}</span>
          <span className="text-fg-2">{said}</span>
          {event.via !== 'person' && <Pill tone={event.via === 'undo' ? 'warn' : 'plum'}>{t(`via.${event.via}`)}</Pill>}
          <time dateTime={event.at} className="text-xs text-fg-3 tnum">
            {formatTime(event.at, locale)}
          </time>
        </p>
        {event.name === 'changed' && (
          <ul className="mt-1 flex flex-col gap-1">
            {Object.entries(event.changes).map(([field, change]) => (
              <ChangeLine key={field} kind={kind} name={field} from={change.old} to={change.new} />
            ))}
          </ul>
        )}
      </div>
      <div className="absolute top-1.5 right-1.5 flex rounded-md bg-raised opacity-0 shadow-1 group-focus-within/event:opacity-100 group-hover/event:opacity-100 max-lg:opacity-100">
        {mayUndo && (
          <IconButton label={t('history.undo')} size="sm" onClick={() => void undo({ event: event.seq })}>
            <Undo2 size={14} />
          </IconButton>
        )}
        {!isLatest && !isShown && (
          <IconButton label={t('history.look')} size="sm" onClick={look}>
            <Eye size={14} />
          </IconButton>
        )}
      </div>
    </li>
  )
}

function lastWord(name: string) {
  const word = (name.split('.').at(-1) ?? name).replaceAll('_', ' ')
  return word.charAt(0).toUpperCase() + word.slice(1)
}

function ChangeLine({ kind, name, from, to }: { kind: Kind; name: string; from: unknown; to: unknown }) {
  const { t } = useTranslation('business')
  const label = useLabel()
  const locale = useLocale()
  const people = usePeople()
  const fieldFor = useFieldOf(kind)
  const field = fieldFor(name)
  const known = useStore(titles.known, (all) => all)
  for (const value of [from, to]) if (field.type === 'link' && typeof value === 'string' && !known.has(value)) titles.need(field.to, value)
  const text = (value: unknown) => plainText(field, value, { locale, people, yes: t('yes'), no: t('no'), label })
  const [before, after] = [text(from), text(to)]
  return (
    <li className="flex min-w-0 flex-wrap items-center gap-x-1.5 text-xs">
      <span className="text-fg-3">{label(field.label)}</span>
      {before && <s className="max-w-40 truncate text-fg-3 decoration-fg-3/60">{before}</s>}
      {before && <ArrowRight aria-label={t('history.to')} size={12} className="shrink-0 text-fg-3" />}
      {after ? <span className="max-w-48 truncate font-medium">{after}</span> : <span className="text-fg-3 italic">{t('empty_value')}</span>}
    </li>
  )
}
