import type { Condition } from './types'

// The addresses of the business. The router reads them before anything else of it is loaded, so this stands alone.

export const VIEWS = ['table', 'board', 'calendar', 'timeline', 'cards'] as const
export type ViewName = (typeof VIEWS)[number]

export type ListSearch = {
  view?: ViewName
  q?: string
  sort?: string
  filter?: Condition[]
  trash?: true
  when?: string
  month?: string
  /** The saved view that is looked at; beside it the address says only what differs. */
  saved?: string
  group?: string
  /** Names of fields with commas between them. */
  columns?: string
  sums?: string
}

const MOST_CONDITIONS = 30

const isCondition = (value: unknown): value is Condition =>
  typeof value === 'object' && value !== null && typeof (value as Condition).field === 'string' && typeof (value as Condition).op === 'string'

/** Reads conditions from an address that somebody may have changed. */
export const readConditions = (value: unknown): Condition[] => (Array.isArray(value) ? value.filter(isCondition).slice(0, MOST_CONDITIONS) : [])

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)

/** Reads the address of a list; what does not fit is left out. */
export function readListSearch(search: Record<string, unknown>): ListSearch {
  const view = VIEWS.find((name) => name === search.view)
  const filter = readConditions(search.filter)
  const [when, month, saved] = [text(search.when), text(search.month), text(search.saved)]
  // Beside a saved view, what is empty is said too.
  const said = (value: unknown) => (saved && value === '' ? '' : text(value))
  const [q, sort, group, columns, sums] = [said(search.q), said(search.sort), said(search.group), said(search.columns), said(search.sums)]
  return {
    ...(view ? { view } : {}),
    ...(q === undefined ? {} : { q }),
    ...(sort === undefined ? {} : { sort }),
    ...(group === undefined ? {} : { group }),
    ...(columns === undefined ? {} : { columns }),
    ...(sums === undefined ? {} : { sums }),
    ...(filter.length > 0 || (saved && Array.isArray(search.filter)) ? { filter } : {}),
    ...(saved ? { saved } : {}),
    ...(search.trash === true ? { trash: true as const } : {}),
    ...(when && !Number.isNaN(Date.parse(when)) ? { when } : {}),
    ...(month && /^\d{4}-\d{2}$/.test(month) ? { month } : {}),
  }
}

/**
 * A type as a part of an address: `crm-deal`. A point in the last part would make it the name of a file,
 * which the server does not answer with the app.
 */
export const kindParams = {
  parse: ({ kind }: { kind: string }) => ({ kind: kind.replace('-', '.') }),
  stringify: ({ kind }: { kind: string }) => ({ kind: kind.replace('.', '-') }),
}
