import type { BusinessRecord, BusinessRecords, RecordField, RecordFilter, RecordFilterOp, RecordKind } from '@/lib/api/types'

export type Kind = RecordKind
export type Field = RecordField
export type FieldType = Field['type']
export type Rec = BusinessRecord
export type Page = BusinessRecords
export type Filter = RecordFilter
export type Op = RecordFilterOp
export type Fields = Record<string, unknown>
export type Money = { minor: number; currency: string }

/** One condition of the filter that a person has built; all of them must hold. */
export type Condition = { field: string; op: Op; value?: unknown }

/** What a list is asked for with. */
export type Ask = {
  kind: string
  conditions: readonly Condition[]
  /** Further conditions, which no chip shows. */
  also?: readonly Filter[]
  q?: string
  sort: readonly string[]
  deleted?: boolean
  at?: string
}

export const titleOf = (kind: Kind, record: Pick<Rec, 'fields'>) => {
  const title = record.fields[kind.title]
  return typeof title === 'string' ? title : ''
}

export const fieldOf = (kind: Kind, name: string) => kind.fields.find((field) => field.name === name)

/** Fields that the list shows first; a type of one's own shows all of its first fields. */
export const firstColumns = (kind: Kind) => {
  const known = kind.columns.filter((name) => fieldOf(kind, name))
  return known.length > 0 ? known : kind.fields.slice(0, 6).map(({ name }) => name)
}

export const isMoney = (value: unknown): value is Money =>
  typeof value === 'object' && value !== null && typeof (value as Money).minor === 'number' && typeof (value as Money).currency === 'string'

/** Whether the state of a record says something: the only one of plain types does not. */
export const hasStates = ({ states }: Pick<Kind, 'states'>) => states.length > 1 || (states[0] !== undefined && states[0].value !== 'active')

/** What the person may do with a record. */
export function mayEdit(kind: Kind, record: Pick<Rec, 'owner' | 'deleted_at'>, me: string) {
  if (record.deleted_at) return false
  return within(kind.access.edit, record, me)
}

export const mayDelete = (kind: Kind, record: Pick<Rec, 'owner'>, me: string) => within(kind.access.delete, record, me)

/** Who belongs to a team only the server knows: it refuses where this hopes too much. */
function within(reach: Kind['access']['edit'], record: Pick<Rec, 'owner'>, me: string) {
  return reach === 'all' || reach === 'team' || (reach === 'own' && record.owner === me)
}

export const isReadOnly = (kind: Kind, field: string) => kind.access.read_only.includes(field)
