import { readSetting, writeSetting } from '@/lib/storage'
import { Store, useStore } from '@/lib/store'
import { VIEWS, type ViewName } from './addresses'
import { firstColumns, type Kind } from './types'

// What a person has set up on this device.

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

/** The columns of a list: those that were chosen, as far as there are such fields, behind the title. */
export function columnsOf(kind: Kind, chosen: readonly string[] | undefined): string[] {
  const known = (name: string) => kind.fields.some((field) => field.name === name) || EXTRA_COLUMNS.some((extra) => extra === name)
  const first = [...firstColumns(kind), ...(kind.states.length > 1 ? ['state'] : []), 'owner']
  const columns = (chosen ?? first).filter(known)
  return [kind.title, ...columns.filter((name) => name !== kind.title)]
}
