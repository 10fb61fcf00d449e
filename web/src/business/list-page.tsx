import { useNavigate } from '@tanstack/react-router'
import { FileQuestion } from 'lucide-react'
import { lazy, Suspense, useCallback, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { usePageTitle } from '@/lib/page-title'
import { useShortcuts } from '@/lib/shortcuts'
import { Empty } from '@/ui/empty'
import { PageSpinner } from '@/ui/spinner'
import { lastBatch, useChanges } from './model/changes'
import type { Condition, Fields, Kind } from './model/types'
import { useKind, useLabel } from './model/use-kinds'
import type { ListSearch, ViewName } from './model/addresses'
import { setSettings, useSettings, viewsOf } from './model/view-settings'
import { AsOfBanner } from './parts/as-of'
import { FilterChips } from './parts/filter-bar'
import { ListBar } from './parts/list-bar'
import { TableView } from './table/table-view'

const BoardView = lazy(() => import('./board/board-view'))
const CalendarView = lazy(() => import('./calendar/calendar-view'))
const TimelineView = lazy(() => import('./calendar/timeline-view'))
const CreateDialog = lazy(() => import('./record/create-dialog'))

export type ViewProps = {
  kind: Kind
  search: ListSearch
  conditions: readonly Condition[]
  onSearch: (change: Partial<Record<keyof ListSearch, unknown>>) => void
  /** Opens the dialog for a new record, with what the place it was asked for gives. */
  onNew: (fields?: Fields) => void
}

const NONE: readonly Condition[] = []

export function ListPage({ name, search }: { name: string; search: ListSearch }) {
  const { t } = useTranslation(['business', 'common'])
  const kind = useKind(name)
  if (!kind) return <Empty icon={FileQuestion} title={t('common:not_found.title')} text={t('kind.unknown')} />
  return <KindPage key={name} kind={kind} search={search} />
}

function KindPage({ kind, search }: { kind: Kind; search: ListSearch }) {
  const { t } = useTranslation(['business', 'common'])
  const label = useLabel()
  const navigate = useNavigate()
  const settings = useSettings(kind)
  const { undo } = useChanges(kind)
  const [fresh, setFresh] = useState<number | null>(null)
  const [creating, setCreating] = useState<Fields | null>(null)
  const find = useRef<HTMLInputElement>(null)
  usePageTitle(label(kind.plural))
  const views = viewsOf(kind)
  const asked = search.view ?? settings.view ?? 'table'
  // What was deleted and what once was are lists, whatever the view.
  const view: ViewName = search.trash || search.when || !views.includes(asked) ? 'table' : asked
  const conditions = search.filter ?? NONE
  const onSearch = useCallback<ViewProps['onSearch']>(
    (change) => void navigate({ to: '/business/$kind', params: { kind: kind.name }, search: (old) => ({ ...(old as ListSearch), ...change }) as ListSearch, replace: true }),
    [navigate, kind.name],
  )
  const onFilter = (next: Condition[]) => onSearch({ filter: next.length > 0 ? next : undefined })
  const onView = (next: ViewName) => {
    setSettings(kind.name, { view: next })
    onSearch({ view: next, trash: undefined, when: undefined })
  }
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
  const props: ViewProps = { kind, search, conditions, onSearch, onNew }
  return (
    <div className="flex h-full flex-col">
      <ListBar kind={kind} search={search} view={view} views={views} find={find} conditions={conditions} onSearch={onSearch} onView={onView} onFilter={onFilter} onFresh={setFresh} onNew={mayCreate ? () => onNew() : null} />
      <FilterChips kind={kind} conditions={conditions} fresh={fresh} onChange={onFilter} />
      {search.when && <AsOfBanner at={search.when} onLeave={() => onSearch({ when: undefined })} />}
      <div className="min-h-0 flex-1">
        <Suspense fallback={<PageSpinner label={t('common:loading')} />}>
          {view === 'table' && <TableView {...props} />}
          {view === 'board' && <BoardView {...props} />}
          {view === 'calendar' && <CalendarView {...props} />}
          {view === 'timeline' && <TimelineView {...props} />}
        </Suspense>
      </div>
      <Suspense>{creating && <CreateDialog kind={kind} fields={creating} onClose={() => setCreating(null)} />}</Suspense>
    </div>
  )
}
