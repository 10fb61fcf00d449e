import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { api, unwrap } from '@/lib/api/client'
import type { NewRecordView, RecordLook, RecordView, RecordViewChange } from '@/lib/api/types'
import { live } from '@/lib/live'
import type { ListSearch } from './addresses'
import { filterOf } from './filters'
import type { Condition, Filter } from './types'

// Views that people have saved: how a list is looked at, and what the address says beyond that.

/** The address of the list as it is without a saved view. */
export const NO_VIEW = 'all'

const of = (kind: string) => ({ params: { path: { kind } } })
const one = (kind: string, view: string) => ({ params: { path: { kind, view } } })

export const viewsQuery = (kind: string) =>
  queryOptions({ queryKey: ['records', 'views', kind], queryFn: () => unwrap(api.GET('/api/v1/record-kinds/{kind}/views', of(kind))), staleTime: 0 })

export const saveView = (kind: string, body: NewRecordView) => unwrap(api.POST('/api/v1/record-kinds/{kind}/views', { ...of(kind), body }))
export const changeView = (kind: string, view: string, body: RecordViewChange) => unwrap(api.PATCH('/api/v1/record-kinds/{kind}/views/{view}', { ...one(kind, view), body }))
export const removeView = (kind: string, view: string) => unwrap(api.DELETE('/api/v1/record-kinds/{kind}/views/{view}', one(kind, view)))

const NONE: never[] = []

/** The views of a type, kept true by the live socket. */
export function useSavedViews(kind: string) {
  const client = useQueryClient()
  const { data, isPending } = useQuery(viewsQuery(kind))
  useEffect(() => {
    const again = () => void client.invalidateQueries({ queryKey: viewsQuery(kind).queryKey })
    return live.subscribe('me', {
      subscribed: again,
      events: (events) => events.some((event) => event.kind === 'record.saved' && (event.data as { kind?: string }).kind === kind) && again(),
    })
  }, [client, kind])
  return { views: data?.items ?? (NONE as RecordView[]), teams: data?.teams ?? NONE, isPending }
}

const isTest = (filter: Filter): filter is Extract<Filter, { field: string }> => 'field' in filter

/** What chips show of a filter, and what only the server reads: a filter of the API may be deeper. */
export function partsOf(filter: Filter | null | undefined): { conditions: Condition[]; also: Filter[] } {
  if (!filter) return { conditions: [], also: [] }
  const all = 'all' in filter ? filter.all : [filter]
  return { conditions: all.filter(isTest).map(({ field, op, value }) => ({ field, op, ...(value === null || value === undefined ? {} : { value }) })), also: all.filter((part) => !isTest(part)) }
}

const names = (text: string | undefined) => (text ? text.split(',') : [])

/** The view with which the list opens: one's own, or else that of a team, or else that of everyone. */
export const firstView = (views: readonly RecordView[]) => views.find(({ opens }) => opens)

/** Whether the address asks for nothing: then the list opens with the view that somebody has chosen for that. */
export const isBare = (search: ListSearch) => Object.values(search).every((value) => value === undefined)

/** What the list shows: what the view says, except where the address says otherwise. */
export function shownBy(search: ListSearch, view: RecordView | undefined): ListSearch {
  if (!view) return search
  const { look } = view
  return {
    ...search,
    view: search.view ?? look.layout,
    filter: search.filter ?? partsOf(look.filter).conditions,
    q: search.q ?? look.search ?? '',
    sort: search.sort ?? (look.sort ?? []).join(','),
    group: search.group ?? look.group ?? '',
    columns: search.columns ?? (look.columns ?? []).join(','),
    sums: search.sums ?? (look.sums ?? []).join(','),
  }
}

/** What is shown, to be saved. */
export function lookOf(shown: ListSearch, layout: RecordLook['layout'], also: readonly Filter[], columns: readonly string[]): RecordLook {
  return {
    layout,
    columns: [...columns],
    filter: filterOf(shown.filter ?? [], also) ?? null,
    search: shown.q || null,
    sort: names(shown.sort),
    group: shown.group || null,
    sums: names(shown.sums),
  }
}

const KEYS = ['view', 'filter', 'q', 'sort', 'group', 'columns', 'sums'] as const

/** Whether the address says otherwise than the view. */
export function isChanged(search: ListSearch, view: RecordView): boolean {
  const [said, kept] = [shownBy(search, view), shownBy({}, view)]
  return KEYS.some((key) => JSON.stringify(said[key] ?? '') !== JSON.stringify(kept[key] ?? ''))
}

/** Beside a saved view, what is empty is said: left out, it is what the view says. */
export function withinView(view: string, change: Partial<Record<keyof ListSearch, unknown>>): Partial<Record<keyof ListSearch, unknown>> {
  const empty: Partial<Record<keyof ListSearch, unknown>> = { filter: [], q: '', sort: '', group: '', columns: '', sums: '' }
  const said = Object.entries(change).map(([key, value]) => [key, value === undefined && key in empty ? empty[key as keyof ListSearch] : value])
  return { saved: view, ...Object.fromEntries(said) }
}
