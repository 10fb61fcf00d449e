import type { Import, Settings } from './imports'
import { isReadOnly, type Field, type FieldType, type Kind } from './types'

// What the columns of a file become, as the person says it.

/** Something that a column can be. */
export type Target = { value: string; field: Field | null; part: 'whole' | 'amount' | 'currency' | 'id' }

/** Fields by which the server tells records apart, at most. */
export const MOST_KEYS = 4

const PARTS: Partial<Record<FieldType, Target['part'][]>> = { money: ['whole', 'amount', 'currency'], link: ['whole', 'id'] }

/** Everything that a column of a file can be, what a record needs first. */
export function targetsOf(kind: Kind): Target[] {
  const fields = kind.fields.filter(({ name }) => !isReadOnly(kind, name)).toSorted((one, other) => Number(other.required) - Number(one.required))
  const targets = fields.flatMap((field) =>
    (PARTS[field.type] ?? ['whole']).map((part): Target => ({ value: part === 'whole' ? field.name : `${field.name}.${part}`, field, part })),
  )
  return [...targets, { value: 'owner', field: null, part: 'whole' }, { value: 'id', field: null, part: 'whole' }]
}

/** The field that a column fills. */
export const fieldOfTarget = (kind: Kind, value: string) => kind.fields.find(({ name }) => name === value.split('.')[0])

/** One entry for each column, whatever the server has said so far. */
export const wholeMapping = ({ header, settings }: Pick<Import, 'header' | 'settings'>): (string | null)[] => header.map((_, index) => settings.mapping[index] ?? null)

const mapped = ({ mapping }: Pick<Settings, 'mapping'>) => mapping.filter((value) => value !== null)

/** Another column may be what this one was: nothing is there twice. */
export function withColumn(settings: Settings, index: number, value: string | null): Settings {
  const mapping = settings.mapping.map((known, at) => (at === index ? value : known === value ? null : known))
  return withoutLost({ ...settings, mapping })
}

/** Rules about columns that are left out go with them. */
function withoutLost(settings: Settings): Settings {
  const known = mapped(settings)
  return {
    ...settings,
    same_by: settings.same_by.filter((name) => known.includes(name)),
    create_links: settings.create_links.filter((name) => known.includes(name)),
  }
}

const isGiven = (value: unknown) => value !== undefined && value !== null && value !== ''

export const defaultsOf = (settings: Settings): Record<string, unknown> => settings.defaults ?? {}

export function withDefault(settings: Settings, name: string, value: unknown): Settings {
  const { [name]: _, ...others } = defaultsOf(settings)
  return { ...settings, defaults: (isGiven(value) ? { ...others, [name]: value } : others) as Settings['defaults'] }
}

/** What every record needs and no column gives: it can be the same for all rows. */
export function missingFields(kind: Kind, settings: Settings): Field[] {
  const filled = new Set(mapped(settings).map((value) => value.split('.')[0]))
  return kind.fields.filter(({ name, required }) => required && !filled.has(name))
}

/** Fields by which a record that is there can be found again. */
export function possibleKeys(kind: Kind, settings: Settings): string[] {
  return mapped(settings).filter((value) => value === 'id' || kind.fields.some(({ name, indexed }) => name === value && indexed))
}

/** By what a record is most likely known: its id, its address, its name. */
export function likelyKeys(kind: Kind, settings: Settings): string[] {
  const keys = possibleKeys(kind, settings)
  const email = kind.fields.find(({ name, type }) => type === 'email' && keys.includes(name))
  const known = keys.includes('id') ? 'id' : (email?.name ?? [kind.title, ...kind.same_by].find((name) => keys.includes(name)))
  return known ? [known] : []
}

/** Links by title whose records can be made on the way. */
export const linkColumns = (kind: Kind, settings: Settings): Field[] => kind.fields.filter(({ name, type }) => type === 'link' && mapped(settings).includes(name))

export const fillsType = (kind: Kind, settings: Settings, types: readonly FieldType[]) =>
  mapped(settings).some((value) => types.includes(fieldOfTarget(kind, value)?.type ?? 'text'))

/** What an import begins with: what the server suggests, by what records are likely found again, and the currency of the business. */
export function firstSettings(kind: Kind, about: Import, currency: string): Settings {
  const settings = { ...about.settings, mapping: wholeMapping(about) }
  const untouched = about.state === 'ready' && about.progress.read === 0 && settings.same_by.length === 0 && settings.duplicates === 'skip'
  return untouched ? { ...settings, same_by: likelyKeys(kind, settings), currency: settings.currency ?? currency } : settings
}

/** Rows that hold records. */
export const rowsOf = ({ rows, settings }: Pick<Import, 'rows' | 'settings'>) => Math.max(0, rows - (settings.no_header ? 0 : 1))

/** The number of a row in its file, as far as the first rows tell. */
export function lineOf({ sample }: Pick<Import, 'sample'>, cells: readonly string[]): number | null {
  const same = (row: readonly string[]) => row.every((cell, at) => (cells[at] ?? '').startsWith(cell))
  const found = sample.flatMap((row, at) => (same(row) ? [at] : []))
  const [at] = found
  return at !== undefined && found.length === 1 ? at + 2 : null
}
