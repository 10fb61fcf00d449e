import type { RecordChart, RecordTotal } from '@/lib/api/types'
import { fieldOf, type Kind } from '../model/types'

// What a chart shows, made of the totals of the server.

/** One bar, piece or point. */
export type Slice = { key: string; label: string; value: number }
export type ChartData = { slices: Slice[]; currency: string | null; /** Totals in other currencies than the one that is drawn. */ others: { currency: string; value: number }[] }

/** Slices that are drawn; what comes after them is one more. */
export const MOST = 12
const MILLIONTHS = 1_000_000
const DAY_MS = 86_400_000
/** Days from the first day of the year 1 to that of 1970. */
const EPOCH = 719_163

/** The month of a day as the server sorts it: `2026-11`. */
export const monthOfKey = (key: number) => new Date((key - EPOCH) * DAY_MS).toISOString().slice(0, 7)

const nextMonth = (month: string) => {
  const [year = 0, number = 1] = month.split('-').map(Number)
  return number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`
}

/** Months without records are months too; a span of many years is cut to its end. */
function filled(slices: Slice[], label: (month: string) => string): Slice[] {
  const known = new Map(slices.map((slice) => [slice.key, slice]))
  const months = [...known.keys()].toSorted()
  const [first, last] = [months[0], months.at(-1)]
  if (!first || !last) return []
  const all: Slice[] = []
  for (let month = first; month <= last && all.length < 1_200; month = nextMonth(month)) all.push(known.get(month) ?? { key: month, label: label(month), value: 0 })
  return all.slice(-36)
}

type Words = { labelOf: (key: string) => string; monthLabel: (month: string) => string; rest: string }

const add = (groups: Map<string, number>, key: string, value: number) => groups.set(key, (groups.get(key) ?? 0) + value)

/** What is drawn: of amounts the currency that most is in, the others beside it. */
export function chartData(chart: RecordChart, kind: Kind, totals: readonly RecordTotal[], words: Words): ChartData {
  const isMoney = chart.sum ? fieldOf(kind, chart.sum)?.type === 'money' : false
  const isDay = chart.by ? fieldOf(kind, chart.by)?.type === 'date' : false
  const currencies = new Map<string, number>()
  if (isMoney) for (const { currency, sum } of totals) if (currency) add(currencies, currency, sum ?? 0)
  const [currency = null] = [...currencies].toSorted((one, other) => other[1] - one[1]).map(([name]) => name)
  const groups = new Map<string, number>()
  for (const total of totals) {
    if (isMoney && total.currency !== currency) continue
    const value = chart.sum ? (isMoney ? (total.sum ?? 0) : (total.sum ?? 0) / MILLIONTHS) : total.count
    const key = total.key === null || total.key === undefined ? '' : isDay ? monthOfKey(Number(total.key)) : String(total.key)
    // A day that is missing is in no month.
    if (isDay && key === '') continue
    add(groups, key, value)
  }
  const others = [...currencies].filter(([name]) => name !== currency).map(([name, value]) => ({ currency: name, value }))
  const slices = [...groups].map(([key, value]) => ({ key, value, label: isDay ? words.monthLabel(key) : words.labelOf(key) }))
  if (isDay) return { slices: filled(slices, words.monthLabel), currency, others }
  if (chart.form === 'number') return { slices: [{ key: '', label: chart.title, value: slices.reduce((sum, { value }) => sum + value, 0) }], currency, others }
  return { slices: cut(ordered(slices, chart, kind), words.rest), currency, others }
}

/** Options stay in their order; everything else is ordered by size. */
function ordered(slices: Slice[], chart: RecordChart, kind: Kind): Slice[] {
  const type = chart.by ? fieldOf(kind, chart.by)?.type : undefined
  if (type === 'choice' || type === 'boolean') return slices.toSorted((one, other) => (one.key === '' ? 1 : other.key === '' ? -1 : Number(one.key) - Number(other.key)))
  return slices.toSorted((one, other) => other.value - one.value)
}

function cut(slices: Slice[], rest: string): Slice[] {
  if (slices.length <= MOST) return slices
  const tail = slices.slice(MOST - 1)
  return [...slices.slice(0, MOST - 1), { key: '…', label: rest, value: tail.reduce((sum, { value }) => sum + value, 0) }]
}

/** A round number above the highest value, and the steps to it. */
export function axisOf(values: readonly number[], whole = false): { top: number; steps: number[] } {
  const most = Math.max(0, ...values)
  if (most === 0) return { top: 1, steps: [0, 1] }
  const power = 10 ** Math.floor(Math.log10(most))
  const fine = ([0.2, 0.25, 0.5, 1, 2].find((one) => (most / power) / one <= 5) ?? 2) * power
  const step = whole ? Math.max(1, Math.ceil(fine)) : fine
  const count = Math.ceil(most / step - 1e-9)
  return { top: count * step, steps: Array.from({ length: count + 1 }, (_, index) => index * step) }
}

/** The pieces of a ring, each with its beginning and its part of the whole. */
export function piecesOf(slices: readonly Slice[]): (Slice & { from: number; part: number })[] {
  const whole = slices.reduce((sum, { value }) => sum + Math.max(0, value), 0)
  let from = 0
  return slices.map((slice) => {
    const part = whole === 0 ? 0 : Math.max(0, slice.value) / whole
    const piece = { ...slice, from, part }
    from += part
    return piece
  })
}
