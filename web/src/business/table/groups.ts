import type { RecordTotal } from '@/lib/api/types'
import { fieldOf, type Kind, type Rec } from '../model/types'
import { keyOf } from '../model/values'

// A table in groups: which rows belong together, and what each group adds up to.

/** Field types whose values make groups that a person can look at. */
const GROUPED: ReadonlySet<string> = new Set(['choice', 'link', 'person', 'boolean', 'text'])

export const groupNames = (kind: Kind): string[] => [...kind.fields.filter(({ type, indexed, name }) => indexed && GROUPED.has(type) && name !== kind.title).map(({ name }) => name), ...(kind.states.length > 1 ? ['state'] : []), 'owner']

export const sumNames = (kind: Kind): string[] => kind.fields.filter(({ type, indexed }) => indexed && (type === 'money' || type === 'number')).map(({ name }) => name)

/** The value by which a record belongs to a group, as the server's totals name it. */
export const groupKey = (kind: Kind, record: Rec, name: string): string => String(keyOf(kind, record, name) ?? '')

export type Entry = { group: string; first: Rec } | { record: Rec; index: number }

/** Rows with the heads of their groups before them. The list is ordered by the group first. */
export function entriesOf(kind: Kind, records: readonly Rec[], group: string | null): Entry[] {
  if (!group) return records.map((record, index) => ({ record, index }))
  const entries: Entry[] = []
  let last: string | null = null
  for (const [index, record] of records.entries()) {
    const key = groupKey(kind, record, group)
    if (key !== last) entries.push({ group: key, first: record })
    last = key
    entries.push({ record, index })
  }
  return entries
}

export type Sum = { minor: number; currency: string | null }
export type GroupTotal = { count: number; sums: ReadonlyMap<string, readonly Sum[]> }

/** The totals of several fields by group; those of one field in several currencies stand beside each other. */
export function totalsOf(answers: readonly { sum: string | null; totals: readonly RecordTotal[] }[]): Map<string, GroupTotal> {
  const groups = new Map<string, { count: number; sums: Map<string, Sum[]> }>()
  for (const [index, { sum, totals }] of answers.entries()) {
    for (const { key, count, sum: minor, currency } of totals) {
      const name = key === null || key === undefined ? '' : String(key)
      const group = groups.get(name) ?? { count: 0, sums: new Map<string, Sum[]>() }
      groups.set(name, group)
      if (index === 0) group.count += count
      if (sum && minor !== null && minor !== undefined) group.sums.set(sum, [...(group.sums.get(sum) ?? []), { minor, currency: currency ?? null }])
    }
  }
  return groups
}

/** An order with the group before everything else. */
export function orderedBy(group: string | null, sort: readonly string[]): string[] {
  if (!group) return [...sort]
  const turned = sort.find((name) => name.replace(/^-/, '') === group)
  return [turned ?? group, ...sort.filter((name) => name.replace(/^-/, '') !== group)].slice(0, 4)
}

export const isMoneyField = (kind: Kind, name: string) => fieldOf(kind, name)?.type === 'money'
