import { readSetting, writeSetting } from '@/lib/storage'
import { Store, useStore } from '@/lib/store'
import { firstColumns, type Condition, type Kind } from './types'
import { readConditions } from './filters'

// What a person has set up on this device, and what an address says.

export const VIEWS = ['table', 'board', 'calendar', 'timeline'] as const
export type ViewName = (typeof VIEWS)[number]

export type ListSearch = {
  view?: ViewName
  q?: string
  sort?: string
  filter?: Condition[]
  trash?: true
  when?: string
  month?: string
}

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)

/** Reads the address of a list; what does not fit is left out. */
export function readListSearch(search: Record<string, unknown>): ListSearch {
  const view = VIEWS.find((name) => name === search.view)
  const filter = readConditions(search.filter)
  const [q, sort, when, month] = [text(search.q), text(search.sort), text(search.when), text(search.month)]
  return {
    ...(view ? { view } : {}),
    ...(q ? { q } : {}),
    ...(sort ? { sort } : {}),
    ...(filter.length > 0 ? { filter } : {}),
    ...(search.trash === true ? { trash: true as const } : {}),
    ...(when && !Number.isNaN(Date.parse(when)) ? { when } : {}),
    ...(month && /^\d{4}-\d{2}$/.test(month) ? { month } : {}),
  }
}

type Settings = { columns?: string[]; view?: ViewName; scope?: string }

const key = (kind: string) => `records.${kind}`

function read(kind: string): Settings {
  try {
    return (JSON.parse(readSetting(key(kind)) ?? '{}') as Settings | null) ?? {}
  } catch {
    return {}
  }
}

const settings = new Store<ReadonlyMap<string, Settings>>(new Map())

const of = (kind: string) => settings.get().get(kind) ?? read(kind)

export function setSettings(kind: string, change: Settings) {
  const next = { ...of(kind), ...change }
  writeSetting(key(kind), JSON.stringify(next))
  settings.update((known) => new Map([...known, [kind, next]]))
}

export function useSettings(kind: Kind) {
  const known = useStore(settings, (all) => all.get(kind.name))
  return known ?? read(kind.name)
}

/** The views that a type has. */
export function viewsOf(kind: Kind): ViewName[] {
  return VIEWS.filter((view) => {
    if (view === 'board') return Boolean(kind.board) && kind.fields.some(({ name }) => name === kind.board)
    if (view === 'calendar') return kind.days.length > 0
    if (view === 'timeline') return kind.days.length > 1
    return true
  })
}

/** Beside fields, every list can show these. */
export const EXTRA_COLUMNS = ['state', 'owner', 'created_at', 'updated_at'] as const

export function columnsOf(kind: Kind, chosen: readonly string[] | undefined): string[] {
  const known = (name: string) => kind.fields.some((field) => field.name === name) || EXTRA_COLUMNS.some((extra) => extra === name)
  const first = [...firstColumns(kind), ...(kind.states.length > 1 ? ['state'] : []), 'owner']
  const columns = (chosen ?? first).filter(known)
  return [kind.title, ...columns.filter((name) => name !== kind.title)]
}
