import type { RecordTotal } from '@/lib/api/types'
import type { Field, Fields, Kind, Rec } from '../model/types'
import { titleOf } from '../model/types'
import { rankBetween } from '../model/values'

/** A column of a board; the one of those without a value has an empty one. */
export type BoardColumn = { value: string; label: string; place: number }

/** What orders the cards of a column, when the type keeps it. */
export const rankField = (kind: Kind): Field | undefined => kind.fields.find((field) => field.name === 'rank' && field.type === 'number' && field.indexed)

/** The link by which the columns of a board are narrowed: the pipeline of stages. */
export function scopeOf(kinds: readonly Kind[], kind: Kind): { field: Field; inner: Field; to: string } | null {
  const board = kind.fields.find(({ name }) => name === kind.board)
  if (board?.type !== 'link') return null
  const target = kinds.find(({ name }) => name === board.to)
  for (const inner of target?.fields ?? []) {
    if (inner.type !== 'link' || !inner.required) continue
    const field = kind.fields.find((one) => one.type === 'link' && one.to === inner.to && one.name !== board.name)
    if (field) return { field, inner, to: inner.to }
  }
  return null
}

/** The columns: options of a choice, or the records that the field links to in their order. */
export function columnsOfBoard(field: Field, target: Kind | undefined, targets: readonly Rec[], records: readonly Rec[], none: string): BoardColumn[] {
  const columns: BoardColumn[] =
    field.type === 'choice'
      ? field.options.map(({ value, label }, place) => ({ value, label, place }))
      : targets.map((record, place) => ({ value: record.id, label: target ? titleOf(target, record) : '', place }))
  const known = new Set(columns.map(({ value }) => value))
  const isLost = ({ fields }: Rec) => !known.has(String(fields[field.name] ?? ''))
  if (!field.required || records.some(isLost)) {
    if (records.some(isLost)) columns.unshift({ value: '', label: none, place: -1 })
  }
  return columns
}

/** The records of each column, in the order of the list. */
export function cardsByColumn(field: Field, columns: readonly BoardColumn[], records: readonly Rec[]): Map<string, Rec[]> {
  const cards = new Map<string, Rec[]>(columns.map(({ value }) => [value, []]))
  for (const record of records) {
    const value = String(record.fields[field.name] ?? '')
    const column = cards.get(value) ?? cards.get('')
    column?.push(record)
  }
  return cards
}

const rankOf = (record: Rec | undefined, field: Field) => (record && record.fields[field.name] !== undefined ? String(record.fields[field.name]) : null)

/** What a card that is put before the card at `index` of a column becomes; null when it stays where it is. */
export function fieldsAfterMove(kind: Kind, record: Rec, to: string, others: readonly Rec[], index: number): Fields | null {
  const board = kind.board ?? ''
  const fields: Fields = {}
  if (String(record.fields[board] ?? '') !== to) fields[board] = to === '' ? null : to
  const rank = rankField(kind)
  if (rank) {
    const next = rankBetween(rankOf(others[index - 1], rank), rankOf(others[index], rank))
    if (next !== null && next !== rankOf(record, rank)) fields[rank.name] = next
  }
  return Object.keys(fields).length > 0 ? fields : null
}

/** Totals of the server by column; sums of several currencies are several. */
export function totalsByColumn(field: Field, totals: readonly RecordTotal[]) {
  const columns = new Map<string, { count: number; sums: { minor: number; currency: string }[] }>()
  for (const { key, count, sum, currency } of totals) {
    const value = field.type === 'choice' && typeof key === 'number' ? (field.options[key]?.value ?? '') : String(key ?? '')
    const known = columns.get(value) ?? { count: 0, sums: [] }
    const sums = sum && currency ? [...known.sums, { minor: sum, currency }] : known.sums
    columns.set(value, { count: known.count + count, sums })
  }
  return columns
}
