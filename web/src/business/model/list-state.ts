import type { Page, Rec } from './types'

// What a list shows: the last answer over HTTP, and what has happened since over the live socket.

export type ListEvent = { seq: number; record: Rec } | { seq: number; gone: string }

export type ListState = {
  items: readonly Rec[]
  /** Where the last page ended; null when everything is here. */
  cursor: string | null
  count: number | null
  /** The last event that the answers have seen. */
  seq: number
}

export type Compare = (one: Rec, other: Rec) => number

export const EMPTY: ListState = { items: [], cursor: null, count: null, seq: 0 }

/** Where a record belongs among those that are here. */
function placeOf(items: readonly Rec[], record: Rec, compare: Compare) {
  let [from, to] = [0, items.length]
  while (from < to) {
    const middle = (from + to) >> 1
    const other = items[middle]
    if (other && compare(other, record) < 0) from = middle + 1
    else to = middle
  }
  return from
}

function put(state: ListState, record: Rec, compare: Compare): ListState {
  const at = state.items.findIndex(({ id }) => id === record.id)
  const known = at < 0 ? undefined : state.items[at]
  // An older word on a record that is here already.
  if (known && known.seq >= record.seq) return state
  if (known && compare(known, record) === 0) return { ...state, items: state.items.with(at, record) }
  const others = known ? state.items.toSpliced(at, 1) : state.items
  const place = placeOf(others, record, compare)
  const isNew = !known && (state.cursor === null || record.version === 1)
  const count = state.count === null || !isNew ? state.count : state.count + 1
  // It belongs behind what has been loaded: the next page brings it.
  const beyond = place === others.length && state.cursor !== null
  return { ...state, count, items: beyond ? others : others.toSpliced(place, 0, record) }
}

function drop(state: ListState, id: string): ListState {
  const items = state.items.filter((record) => record.id !== id)
  const counted = state.count !== null && (items.length < state.items.length || state.cursor !== null)
  return { ...state, items, count: counted ? Math.max(0, (state.count ?? 0) - 1) : state.count }
}

export function applyEvent(state: ListState, event: ListEvent, compare: Compare): ListState {
  if ('record' in event) return put(state, event.record, compare)
  const known = state.items.find(({ id }) => id === event.gone)
  return known && known.seq > event.seq ? state : drop(state, event.gone)
}

/** An answer over HTTP replaces what was known; events that it has not seen are told again. */
export function applyAnswer(page: Page, events: readonly ListEvent[], compare: Compare): ListState {
  const state: ListState = { items: page.items, cursor: page.next_cursor ?? null, count: page.count ?? null, seq: page.seq }
  return events.filter(({ seq }) => seq > page.seq).reduce((known, event) => applyEvent(known, event, compare), state)
}

/** The next page goes behind what is here; what events have brought already stays as it is. */
export function applyNext(state: ListState, page: Page, events: readonly ListEvent[], compare: Compare): ListState {
  const known = new Set(state.items.map(({ id }) => id))
  const gone = new Set(events.flatMap((event) => ('gone' in event && event.seq > page.seq ? [event.gone] : [])))
  const fresh = page.items.filter(({ id }) => !known.has(id) && !gone.has(id))
  const next: ListState = { ...state, items: [...state.items, ...fresh], cursor: page.next_cursor ?? null }
  return events.filter(({ seq }) => seq > page.seq).reduce((all, event) => ('record' in event ? put(all, event.record, compare) : all), next)
}

/** Sums of money by currency, of groups that are all here. */
export function sumsOf(records: readonly Rec[], field: string): { minor: number; currency: string }[] {
  const sums = new Map<string, number>()
  for (const { fields } of records) {
    const value = fields[field] as { minor?: number; currency?: string } | undefined
    if (value?.currency && value.minor !== undefined) sums.set(value.currency, (sums.get(value.currency) ?? 0) + value.minor)
  }
  return [...sums].map(([currency, minor]) => ({ currency, minor }))
}
