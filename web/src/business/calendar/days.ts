import type { Field, Fields, Filter, Kind, Rec } from '../model/types'
import { fieldOf } from '../model/types'
import { dayOf } from '../model/values'

// Days are texts, `2026-11-21`, and calculated with in UTC: no time zone moves them.

const DAY_MS = 86_400_000
const WEEKS = 6

const utc = (day: string) => Date.parse(`${day}T00:00:00Z`)
const text = (time: number) => new Date(time).toISOString().slice(0, 10)

export const addDays = (day: string, days: number) => text(utc(day) + days * DAY_MS)
export const daysBetween = (from: string, to: string) => Math.round((utc(to) - utc(from)) / DAY_MS)

export const monthOf = (day: string) => day.slice(0, 7)

export function addMonths(month: string, months: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number)
  return text(Date.UTC(year, number - 1 + months, 1)).slice(0, 7)
}

/** The first day of the week where the person lives: 1 is Monday, 7 Sunday. */
export function firstWeekday(locale: string): number {
  try {
    const about = new Intl.Locale(locale) as Intl.Locale & { getWeekInfo?: () => { firstDay: number }; weekInfo?: { firstDay: number } }
    return (about.getWeekInfo?.() ?? about.weekInfo)?.firstDay ?? 1
  } catch {
    return 1
  }
}

/** The days that a month shows, in whole weeks. */
export function daysOfMonth(month: string, first: number): string[] {
  const start = `${month}-01`
  const weekday = new Date(utc(start)).getUTCDay() || 7
  const from = addDays(start, -((weekday - first + 7) % 7))
  const days = Array.from({ length: WEEKS * 7 }, (_, index) => addDays(from, index))
  // A sixth week of another month only is left out.
  return monthOf(days[35] ?? '') === month ? days : days.slice(0, 35)
}

/** The day of a field's value, in the person's own time. */
export function dayOfValue(field: Field | undefined, value: unknown): string | null {
  if (typeof value !== 'string' || !field) return null
  if (field.type === 'date') return value
  const date = new Date(value)
  return Number.isNaN(date.getTime()) ? null : dayOf(date)
}

export type Span = { from: string; to: string }

/** The days of a record: one, or from the first to the last. */
export function spanOf(kind: Kind, record: Rec): Span | null {
  const [first = '', second = ''] = kind.days
  const from = dayOfValue(fieldOf(kind, first), record.fields[first])
  const to = second ? dayOfValue(fieldOf(kind, second), record.fields[second]) : null
  const begin = from ?? to
  const end = to ?? from
  if (!begin || !end) return null
  return end < begin ? { from: end, to: begin } : { from: begin, to: end }
}

/** The bound of a filter for a day: a moment is compared with moments. */
const bound = (field: Field | undefined, day: string) => (field?.type === 'datetime' ? new Date(`${day}T00:00`).toISOString() : day)

/** Records that have a day between two. */
export function between(kind: Kind, from: string, to: string): Filter {
  const [first = '', second = ''] = kind.days
  const after = addDays(to, 1)
  const field = fieldOf(kind, first)
  const inside = (name: string): Filter => ({
    all: [
      { field: name, op: 'at_least', value: bound(fieldOf(kind, name), from) },
      { field: name, op: 'less', value: bound(fieldOf(kind, name), after) },
    ],
  })
  if (!second) return inside(first)
  const across: Filter = { all: [{ field: first, op: 'less', value: bound(field, from) }, { field: second, op: 'at_least', value: bound(fieldOf(kind, second), after) }] }
  return { any: [inside(first), inside(second), across] }
}

/** What a record becomes when it moves by days; its length stays. */
export function fieldsAfterDays(kind: Kind, record: Rec, days: number): Fields | null {
  const fields: Fields = {}
  for (const name of kind.days) {
    const value = record.fields[name]
    const field = fieldOf(kind, name)
    if (typeof value !== 'string' || !field || days === 0) continue
    if (field.type === 'date') {
      fields[name] = addDays(value, days)
      continue
    }
    const date = new Date(value)
    date.setDate(date.getDate() + days)
    fields[name] = date.toISOString()
  }
  return Object.keys(fields).length > 0 ? fields : null
}

/** What of a bar is dragged: all of it, or one of its ends. */
export type Grip = 'all' | 'begin' | 'end'

/** The days of a bar that was dragged; an end stops at the other. */
export function shifted({ from, to }: Span, grip: Grip, days: number): Span {
  if (grip === 'all') return { from: addDays(from, days), to: addDays(to, days) }
  const day = addDays(grip === 'begin' ? from : to, days)
  return grip === 'begin' ? { from: day > to ? to : day, to } : { from, to: day < from ? from : day }
}

/** What a record becomes when its bar is dragged: moments keep their time of day. */
export function fieldsAfterShift(kind: Kind, record: Rec, grip: Grip, days: number): Fields | null {
  if (grip === 'all') return fieldsAfterDays(kind, record, days)
  const span = spanOf(kind, record)
  const name = kind.days[grip === 'begin' ? 0 : 1] ?? ''
  const field = fieldOf(kind, name)
  if (!span || !field) return null
  const day = grip === 'begin' ? shifted(span, grip, days).from : shifted(span, grip, days).to
  if (dayOfValue(field, record.fields[name]) === day) return null
  if (field.type === 'date') return { [name]: day }
  const known = record.fields[name]
  const date = new Date(typeof known === 'string' ? known : `${day}T09:00`)
  const [year = 0, month = 1, number = 1] = day.split('-').map(Number)
  date.setFullYear(year, month - 1, number)
  return { [name]: date.toISOString() }
}
