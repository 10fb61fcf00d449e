import { Link } from '@tanstack/react-router'
import { CalendarDays, ChartNoAxesGantt, Columns3, LayoutGrid, Plus, Search, Table2, Trash2, X, type LucideIcon } from 'lucide-react'
import { lazy, Suspense, useDeferredValue, useEffect, useEffectEvent, useState, type ReactNode, type RefObject } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/ui/button'
import { tip } from '@/ui/tooltip'
import type { ViewProps } from '../list-page'
import type { Condition, Kind } from '../model/types'
import { useLabel } from '../model/use-kinds'
import type { ListSearch, ViewName } from '../model/addresses'
import { AddFilter } from './filter-bar'
import { KindIcon } from './kind-icon'

const ListMenu = lazy(() => import('./list-menu'))

const VIEW_ICONS: Record<ViewName, LucideIcon> = { table: Table2, board: Columns3, calendar: CalendarDays, timeline: ChartNoAxesGantt, cards: LayoutGrid }

type BarProps = {
  kind: Kind
  search: ListSearch
  view: ViewName
  views: readonly ViewName[]
  find: RefObject<HTMLInputElement | null>
  conditions: readonly Condition[]
  onSearch: ViewProps['onSearch']
  onView: (view: ViewName) => void
  onFilter: (conditions: Condition[]) => void
  onFresh: (index: number) => void
  onNew: (() => void) | null
  /** What names the view that is looked at. */
  children: ReactNode
}

function ViewTabs({ view, views, onView }: Pick<BarProps, 'view' | 'views' | 'onView'>) {
  const { t } = useTranslation('business')
  if (views.length < 2) return null
  return (
    <div role="group" aria-label={t('views')} className="flex h-8 shrink-0 items-center gap-0.5 rounded-lg bg-sunken p-0.5">
      {views.map((name, index) => {
        const Icon = VIEW_ICONS[name]
        return (
          <button
            key={name}
            type="button"
            aria-pressed={name === view}
            onClick={() => onView(name)}
            {...tip(t(`view.${name}`), [String(index + 1)])}
            className="flex h-7 items-center gap-1.5 rounded-md px-2 font-medium text-fg-2 hover:text-fg aria-pressed:bg-raised aria-pressed:text-fg aria-pressed:shadow-1"
          >
            <Icon aria-hidden size={15} strokeWidth={1.75} />
            <span className="max-lg:sr-only">{t(`view.${name}`)}</span>
          </button>
        )
      })}
    </div>
  )
}

function FindField({ q, find, onQuery, label }: { q: string; find: BarProps['find']; onQuery: (q: string) => void; label: string }) {
  const { t } = useTranslation('business')
  const [text, setText] = useState(q)
  const deferred = useDeferredValue(text)
  // The address follows the field, never the other way round.
  const follow = useEffectEvent((next: string) => {
    if (next !== q) onQuery(next)
  })
  useEffect(() => {
    const timer = setTimeout(() => follow(deferred), 150)
    return () => clearTimeout(timer)
  }, [deferred])
  return (
    <div className="relative min-w-0 flex-1 sm:w-52 sm:flex-none">
      <Search aria-hidden size={14} className="pointer-events-none absolute top-2 left-2.5 text-fg-3" />
      <input
        ref={find}
        type="search"
        aria-label={label}
        placeholder={t('find')}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => event.key === 'Escape' && (text ? setText('') : event.currentTarget.blur())}
        className="h-8 w-full rounded-md border border-line-strong bg-surface pr-7 pl-8 outline-none focus:border-accent focus:ring-2 focus:ring-accent/25 [&::-webkit-search-cancel-button]:hidden"
      />
      {text && (
        <button type="button" aria-label={t('find.clear')} onClick={() => setText('')} className="absolute top-1 right-1 flex size-6 items-center justify-center rounded-sm text-fg-3 hover:bg-hover">
          <X size={14} />
        </button>
      )}
    </div>
  )
}

/** The head of every list: what it is, how it is looked at, what is looked for. */
export function ListBar(props: BarProps) {
  const { t } = useTranslation('business')
  const label = useLabel()
  const { kind, search, onSearch, onNew, conditions, onFilter, onFresh } = props
  return (
    <header className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-2 border-b px-3 py-2 sm:px-4">
      <h1 className="flex min-w-0 items-center gap-2 text-base font-semibold">
        <KindIcon icon={kind.icon} className="shrink-0 text-fg-3" />
        <span className="truncate">{label(kind.plural)}</span>
      </h1>
      {search.trash && (
        <Link to="/business/$kind" params={{ kind: kind.name }} search={{}} className="flex h-7 items-center gap-1.5 rounded-md bg-bad-soft px-2 text-xs font-medium text-bad">
          <Trash2 aria-hidden size={13} />
          {t('trash')}
          <X aria-hidden size={13} />
          <span className="sr-only">{t('trash.leave')}</span>
        </Link>
      )}
      {props.children}
      <ViewTabs {...props} />
      <div className="flex min-w-0 flex-1 items-center justify-end gap-1 sm:min-w-fit max-sm:order-last max-sm:w-full max-sm:flex-none">
        {!search.trash && <FindField q={search.q ?? ''} find={props.find} label={t('find.in', { kind: label(kind.plural) })} onQuery={(q) => onSearch({ q: q || undefined })} />}
        {!search.trash && <AddFilter kind={kind} conditions={conditions} onChange={onFilter} onFresh={onFresh} className="h-8" />}
        <Suspense fallback={<span className="size-8" />}>
          <ListMenu {...props} />
        </Suspense>
      </div>
      {onNew && (
        <Button tone="primary" onClick={onNew} aria-keyshortcuts="n" {...tip(t('new_of', { kind: label(kind.label) }), ['N'])} className="max-sm:ml-auto">
          <Plus aria-hidden size={16} strokeWidth={2} />
          {label(kind.label)}
        </Button>
      )}
    </header>
  )
}
