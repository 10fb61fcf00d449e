import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { api, unwrap } from '@/lib/api/client'
import { queryClient } from '@/lib/api/query'
import type { OwnRecordField, OwnRecordKind, RecordEvent, RecordKept, RecordOverwritten, RecordTotal } from '@/lib/api/types'
import { filterOf } from './filters'
import type { Ask, Condition, Fields, Filter, Kind, Page, Rec } from './types'

export type Changed = { record: Rec; overwritten: RecordOverwritten[]; others: Rec[] }
export type Undone = { batch: string; records: number; kept: RecordKept[] }

const PEOPLE_PAGES = 20

export const kindsQuery = queryOptions({
  queryKey: ['records', 'kinds'],
  queryFn: async (): Promise<Kind[]> => (await unwrap(api.GET('/api/v1/records'))).items,
  staleTime: 60_000,
})

export type Person = { id: string; name: string; email: string }

/** Everybody, by id: names of owners and people in fields. */
export const peopleQuery = queryOptions({
  queryKey: ['people', 'all'],
  async queryFn(): Promise<ReadonlyMap<string, Person>> {
    const all = new Map<string, Person>()
    let cursor = ''
    for (let page = 0; page < PEOPLE_PAGES; page += 1) {
      const query = { limit: 200, ...(cursor ? { cursor } : {}) }
      const { items, next_cursor: next } = await unwrap(api.GET('/api/v1/people', { params: { query } }))
      for (const { id, name, email } of items) all.set(id, { id, name, email })
      if (!next) break
      cursor = next
    }
    return all
  },
  staleTime: 120_000,
})

type Extra = { limit?: number; cursor?: string | null; count?: boolean; live?: boolean }

export function readRecords(ask: Ask, { limit = 100, cursor, count, live }: Extra = {}): Promise<Page> {
  const filter = filterOf(ask.conditions, ask.also)
  const query = {
    limit,
    ...(filter ? { filter: JSON.stringify(filter) } : {}),
    ...(ask.q ? { q: ask.q } : {}),
    ...(ask.sort.length > 0 ? { sort: ask.sort.join(',') } : {}),
    ...(ask.deleted ? { deleted: true } : {}),
    ...(ask.at ? { as_of: ask.at } : {}),
    ...(cursor ? { cursor } : {}),
    ...(count ? { count: true } : {}),
    ...(live ? { live: true } : {}),
  }
  return unwrap(api.GET('/api/v1/records/{kind}', { params: { path: { kind: ask.kind }, query } })) as Promise<Page>
}

export const listQuery = (ask: Ask, limit: number, count = false) =>
  queryOptions({ queryKey: ['records', 'some', ask, limit, count], queryFn: () => readRecords(ask, { limit, count }), staleTime: 5_000 })

export async function readTotals(kind: string, conditions: readonly Condition[], also: readonly Filter[], q: string, by: string | null, sum: string | null): Promise<RecordTotal[]> {
  const filter = filterOf(conditions, also)
  const query = { ...(by ? { by } : {}), ...(sum ? { sum } : {}), ...(q ? { q } : {}), ...(filter ? { filter: JSON.stringify(filter) } : {}) }
  return (await unwrap(api.GET('/api/v1/records/{kind}/totals', { params: { path: { kind }, query } }))).items
}

export const recordQuery = (kind: string, id: string, seq?: number) =>
  queryOptions({
    queryKey: ['records', 'one', kind, id, seq ?? null],
    queryFn: () => unwrap(api.GET('/api/v1/records/{kind}/{id}', { params: { path: { kind, id }, query: seq ? { seq } : {} } })) as Promise<unknown> as Promise<Rec>,
    staleTime: seq ? Infinity : 0,
  })

export const historyQuery = (kind: string, id: string) =>
  infiniteQueryOptions({
    queryKey: ['records', 'history', kind, id],
    queryFn: async ({ pageParam }) => {
      const query = { limit: 50, ...(pageParam ? { cursor: pageParam } : {}) }
      const page = await unwrap(api.GET('/api/v1/records/{kind}/{id}/history', { params: { path: { kind, id }, query } }))
      return page as { items: RecordEvent[]; next_cursor?: string | null }
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor || null,
  })

export const filesKey = (id: string) => ['records', 'files', id] as const

export const filesQuery = (kind: string, id: string) =>
  queryOptions({ queryKey: filesKey(id), queryFn: () => unwrap(api.GET('/api/v1/records/{kind}/{id}/files', { params: { path: { kind, id } } })), staleTime: 0 })

export const fileUrl = (kind: string, id: string, file: string) => `/api/v1/records/${kind}/${id}/files/${file}`

export const removeFile = (kind: string, id: string, file: string, batch: string) =>
  unwrap(api.DELETE('/api/v1/records/{kind}/{id}/files/{file}', { params: { path: { kind, id, file } }, ...batched(batch) }))

/** Under which a change can be undone; sent again, it is not carried out twice. */
const batched = (batch: string) => ({ headers: { 'Idempotency-Key': batch } })

const one = (kind: string, id: string) => ({ params: { path: { kind, id } } })
const as = (answer: Promise<unknown>) => answer as Promise<Changed>

export const createRecord = (kind: string, fields: Fields, batch: string) =>
  as(unwrap(api.POST('/api/v1/records/{kind}', { params: { path: { kind } }, body: { fields: fields as never }, ...batched(batch) })))

export type Change = { version?: number; fields?: Fields; owner?: string | null }

export const changeRecord = (kind: string, id: string, { version, fields, owner }: Change, batch: string) => {
  const body = { ...(version ? { version } : {}), ...(fields ? { fields: fields as never } : {}), ...(owner === undefined ? {} : { owner }) }
  return as(unwrap(api.PATCH('/api/v1/records/{kind}/{id}', { ...one(kind, id), body, ...batched(batch) })))
}

export const deleteRecord = (kind: string, id: string, batch: string) =>
  as(unwrap(api.DELETE('/api/v1/records/{kind}/{id}', { ...one(kind, id), ...batched(batch) })))

export const restoreRecord = (kind: string, id: string, batch: string) =>
  as(unwrap(api.POST('/api/v1/records/{kind}/{id}/restore', { ...one(kind, id), ...batched(batch) })))

export const runCommand = (kind: string, id: string, command: string, params: Fields, batch: string) =>
  as(unwrap(api.POST('/api/v1/records/{kind}/{id}/commands/{command}', { params: { path: { kind, id, command } }, body: params as never, ...batched(batch) })))

export const mergeRecord = (kind: string, id: string, from: string, batch: string) =>
  as(unwrap(api.POST('/api/v1/records/{kind}/{id}/merge', { ...one(kind, id), body: { from }, ...batched(batch) })))

export const undo = (what: { batch: string } | { event: number }): Promise<Undone> => unwrap(api.POST('/api/v1/record-undo', { body: what }))

export const putKind = (kind: string, body: OwnRecordKind) => unwrap(api.PUT('/api/v1/record-kinds/{kind}', { params: { path: { kind } }, body }))

export const putField = (kind: string, field: string, body: OwnRecordField) =>
  unwrap(api.PUT('/api/v1/record-kinds/{kind}/fields/{field}', { params: { path: { kind, field } }, body }))

/** What was read beside the live lists is read again after a change of one's own. */
export function forgetRead() {
  void queryClient.invalidateQueries({ queryKey: ['records', 'some'] })
  void queryClient.invalidateQueries({ queryKey: ['records', 'history'] })
  void queryClient.invalidateQueries({ queryKey: ['records', 'totals'] })
}
