import { useNavigate } from '@tanstack/react-router'
import { FileQuestion } from 'lucide-react'
import { lazy, Suspense, useCallback, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { usePageTitle } from '@/lib/page-title'
import { useShortcuts } from '@/lib/shortcuts'
import { Empty } from '@/ui/empty'
import { PageSpinner } from '@/ui/spinner'
import { lastBatch, useChanges } from './model/changes'
import { firstView, isBare, NO_VIEW, partsOf, shownBy, useSavedViews, withinView } from './model/saved-views'
import type { Condition, Fields, Filter, Kind } from './model/types'
import { useKind, useLabel } from './model/use-kinds'
import type { ListSearch, ViewName } from './model/addresses'
import { columnsOf, setSettings, useSettings, viewsOf } from './model/view-settings'
import { AsOfBanner } from './parts/as-of'
import { FilterChips } from './parts/filter-bar'
import { ListBar } from './parts/list-bar'
import { TableView } from './table/table-view'

const BoardView = lazy(() => import('./board/board-view'))
const CalendarView = lazy(() => import('./calendar/calendar-view'))
const CardsView = lazy(() => import('./cards/cards-view'))
const ViewMenu = lazy(() => import('./views/view-menu'))
const TimelineView = lazy(() => import('./calendar/timeline-view'))
const CreateDialog = lazy(() => import('./record/create-dialog'))

export type ViewProps = {
  kind: Kind
  search: ListSearch
  conditions: readonly Condition[]
  /** What a saved view asks for beyond what chips show. */
  also: readonly Filter[]
  /** Names of the fields that the list shows. */
  columns: readonly string[]
  onColumns: (columns: readonly string[]) => void
  onSearch: (change: Partial<Record<keyof ListSearch, unknown>>) => void
  /** Opens the dialog for a new record, with what the place it was asked for gives. */
  onNew: (fields?: Fields) => void
}

const NONE: readonly Condition[] = []
const NOTHING: readonly Filter[] = []

export function ListPage({ name, search }: { name: string; search: ListSearch }) {
  const { t } = useTranslation(['business', 'common'])
  const kind = useKind(name)
  if (!kind) return <Empty icon={FileQuestion} title={t('common:not_found.title')} text={t('kind.unknown')} />
  return <KindPage key={name} kind={kind} search={search} />
}

/** What the address and the saved view that it names show together. */
function useShown(kind: Kind, search: ListSearch) {
  const { views, teams, isPending } = useSavedViews(kind.name)
  const first = isBare(search) ? firstView(views)?.id : undefined
  const saved = views.find(({ id }) => id === (search.saved ?? first))
  const shown = useMemo(() => shownBy(search, saved), [search, saved])
  const also = useMemo(() => (saved ? partsOf(saved.look.filter).also : NOTHING), [saved])
  // The list waits for the view with which it opens, and for one that the address names.
  const isWaiting = isPending && (isBare(search) || (search.saved !== undefined && search.saved !== NO_VIEW))
  return { shown, saved, also, views, teams, isWaiting }
}

function KindPage({ kind, search: address }: { kind: Kind; search: ListSearch }) {
  const { t } = useTranslation(['business', 'common'])
  const label = useLabel()
  const navigate = useNavigate()
  const settings = useSettings(kind)
  const { undo } = useChanges(kind)
  const [fresh, setFresh] = useState<number | null>(null)
  const [creating, setCreating] = useState<Fields | null>(null)
  const find = useRef<HTMLInputElement>(null)
  usePageTitle(label(kind.plural))
  const { shown: search, saved, also, views: savedViews, teams, isWaiting } = useShown(kind, address)
  const views = viewsOf(kind)
  const asked = search.view ?? settings.view ?? 'table'
  // What was deleted and what once was are lists, whatever the view.
  const view: ViewName = search.trash || search.when || !views.includes(asked) ? 'table' : asked
  const conditions = search.filter ?? NONE
  const onSearch = useCallback<ViewProps['onSearch']>(
    (change) => {
      const said = saved ? withinView(saved.id, change) : change
      void navigate({ to: '/business/$kind', params: { kind: kind.name }, search: (old) => ({ ...(old as ListSearch), ...said }) as ListSearch, replace: true })
    },
    [navigate, kind.name, saved],
  )
  const onFilter = (next: Condition[]) => onSearch({ filter: next.length > 0 ? next : undefined })
  const onView = (next: ViewName) => {
    if (!saved) setSettings(kind.name, { view: next })
    onSearch({ view: next, trash: undefined, when: undefined })
  }
  const columns = useMemo(() => columnsOf(kind, search.columns === undefined ? settings.columns : search.columns === '' ? undefined : search.columns.split(',')), [kind, search.columns, settings.columns])
  const onColumns = (next: readonly string[]) => (saved ? onSearch({ columns: next.join(',') }) : setSettings(kind.name, { columns: [...next] }))
  const mayCreate = kind.access.create && !search.trash && !search.when
  const onNew = useCallback((fields: Fields = {}) => mayCreate && setCreating(fields), [mayCreate])
  useShortcuts(
    useMemo(
      () => ({
        n: () => onNew(),
        '/': () => find.current?.focus(),
        ...Object.fromEntries(views.map((one, index) => [`${index + 1}`, () => onView(one)])),
        z: () => {
          const batch = lastBatch()
          if (batch) void undo({ batch })
        },
      }),
      // eslint-disable-next-line react-hooks/exhaustive-deps
      [onNew, views.length, undo],
    ),
    { first: true },
  )
  const props: ViewProps = { kind, search, conditions, also, columns, onColumns, onSearch, onNew }
  const bar = { kind, search, conditions, view, views, find, onSearch, onView, onFilter, onNew: mayCreate ? () => onNew() : null }
  return (
    <div className="flex h-full flex-col">
      <ListBar key={saved?.id} {...bar} onFresh={setFresh}>
        <Suspense fallback={<span className="h-8 w-28 shrink-0" />}>{!search.trash && <ViewMenu kind={kind} address={address} shown={search} saved={saved} views={savedViews} teams={teams} layout={view} columns={columns} also={also} />}</Suspense>
      </ListBar>
      <FilterChips kind={kind} conditions={conditions} fresh={fresh} onChange={onFilter} />
      {search.when && <AsOfBanner at={search.when} onLeave={() => onSearch({ when: undefined })} />}
      <div className="min-h-0 flex-1">
        <Suspense fallback={<PageSpinner label={t('common:loading')} />}>
          {isWaiting && <PageSpinner label={t('common:loading')} />}
          {!isWaiting && view === 'table' && <TableView {...props} />}
          {!isWaiting && view === 'board' && <BoardView {...props} />}
          {!isWaiting && view === 'calendar' && <CalendarView {...props} />}
          {!isWaiting && view === 'timeline' && <TimelineView {...props} />}
          {!isWaiting && view === 'cards' && <CardsView {...props} />}
        </Suspense>
      </div>
      <Suspense>{creating && <CreateDialog kind={kind} fields={creating} onClose={() => setCreating(null)} />}</Suspense>
    </div>
  )
}
