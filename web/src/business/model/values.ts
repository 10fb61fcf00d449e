import type { Field, Kind, Money, Rec } from './types'
import { isMoney } from './types'

// Values of fields as people read and write them.

/** Digits behind the point of a currency, as its own country writes it. */
export function minorDigits(currency: string): number {
  try {
    return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2
  } catch {
    return 2
  }
}

export function formatMoney({ minor, currency }: Money, locale: string, short = false): string {
  const digits = minorDigits(currency)
  const amount = minor / 10 ** digits
  const compact = short && Math.abs(amount) >= 10_000
  try {
    return new Intl.NumberFormat(locale, {
      style: 'currency', currency, ...(compact ? { notation: 'compact', maximumFractionDigits: 1 } : { minimumFractionDigits: minor % 10 ** digits === 0 ? 0 : digits }),
    }).format(amount)
  } catch {
    return `${amount.toFixed(digits)} ${currency}`
  }
}

export const formatNumber = (value: string, locale: string) => {
  const number = Number(value)
  return Number.isFinite(number) ? new Intl.NumberFormat(locale, { maximumFractionDigits: 6 }).format(number) : value
}

/** A day is the same everywhere: it is read and written without a time zone. */
export function formatDate(value: string, locale: string, now = new Date()): string {
  const date = new Date(`${value}T00:00:00Z`)
  if (Number.isNaN(date.getTime())) return value
  const sameYear = date.getUTCFullYear() === now.getFullYear()
  return date.toLocaleDateString(locale, { timeZone: 'UTC', day: 'numeric', month: 'short', ...(sameYear ? {} : { year: 'numeric' }) })
}

export const formatMoment = (value: string, locale: string) => {
  const date = new Date(value)
  return Number.isNaN(date.getTime()) ? value : date.toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'short' })
}

const pad = (value: number) => String(value).padStart(2, '0')

export const dayOf = (date: Date) => `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`

/** For an `<input type="datetime-local">`, in the person's own time. */
export const toLocalInput = (value: string) => {
  const date = new Date(value)
  return Number.isNaN(date.getTime()) ? '' : `${dayOf(date)}T${pad(date.getHours())}:${pad(date.getMinutes())}`
}

export function separators(locale: string) {
  const parts = new Intl.NumberFormat(locale).formatToParts(12345.6)
  const sign = (type: string, otherwise: string) => parts.find((part) => part.type === type)?.value ?? otherwise
  return { point: sign('decimal', '.'), group: sign('group', ',') }
}

/** A number as a person writes it, as an exact decimal text; null when it is none. */
export function parseDecimal(text: string, locale: string): string | null {
  const { point, group } = separators(locale)
  let clean = text.trim().replaceAll(/[\s\u00A0\u202F']/g, '')
  const last = Math.max(clean.lastIndexOf('.'), clean.lastIndexOf(','))
  const signs = [...clean].filter((sign) => sign === '.' || sign === ',').length
  const decimals = last < 0 ? 0 : clean.length - last - 1
  // One sign that is not followed by three digits is a point, whichever it is.
  if (signs === 1 && (decimals !== 3 || clean[last] === point)) clean = clean.replace(/[.,]/, '.')
  else clean = clean.replaceAll(group, '').replace(point, '.')
  clean = clean.replace(/^\+/, '')
  if (!/^-?\d+(\.\d+)?$/.test(clean)) return null
  const [whole = '0', part = ''] = clean.replace('-', '').split('.')
  const digits = part.replace(/0+$/, '')
  const short = whole.replace(/^0+(?=\d)/, '') + (digits ? `.${digits}` : '')
  return clean.startsWith('-') && short !== '0' ? `-${short}` : short
}

/** An amount as a person writes it, in minor units; null when it is none or has too many digits. */
export function parseAmount(text: string, currency: string, locale: string): number | null {
  const decimal = parseDecimal(text, locale)
  if (decimal === null) return null
  const digits = minorDigits(currency)
  const [whole = '', part = ''] = decimal.replace('-', '').split('.')
  if (part.length > digits) return null
  const minor = Number(whole + part.padEnd(digits, '0'))
  return Number.isSafeInteger(minor) ? (decimal.startsWith('-') ? -minor : minor) : null
}

export const amountText = ({ minor, currency }: Money, locale: string) => {
  const digits = minorDigits(currency)
  const text = (Math.abs(minor) / 10 ** digits).toFixed(minor % 10 ** digits === 0 ? 0 : digits)
  return `${minor < 0 ? '-' : ''}${text.replace('.', separators(locale).point)}`
}

/** Raised by what a person typed; `code` names the sentence that says it. */
export class InputFault extends Error {
  override name = 'InputFault'
  constructor(readonly code: 'number' | 'amount' | 'needed') {
    super(code)
  }
}

/** What a single-line editor holds when it opens. */
export function inputText(field: Field, value: unknown, locale: string): string {
  if (value === null || value === undefined) return ''
  if (field.type === 'number') return String(value).replace('.', separators(locale).point)
  if (field.type === 'money') return isMoney(value) ? amountText(value, locale) : ''
  if (field.type === 'datetime') return toLocalInput(String(value))
  return String(value)
}

/** What is sent for what a person typed; null empties the field. */
export function parseInput(field: Field, text: string, locale: string): unknown {
  const clean = text.trim()
  if (clean === '') return null
  switch (field.type) {
    case 'number': {
      const decimal = parseDecimal(clean, locale)
      if (decimal === null) throw new InputFault('number')
      return decimal
    }
    case 'datetime': {
      const date = new Date(clean)
      return Number.isNaN(date.getTime()) ? null : date.toISOString()
    }
    case 'url':
      return /^https?:\/\//i.test(clean) ? clean : `https://${clean}`
    case 'markdown':
      return text.trimEnd()
    default:
      return clean
  }
}

export function sameValue(one: unknown, other: unknown): boolean {
  const plain = (value: unknown) => (value === undefined || value === '' || (Array.isArray(value) && value.length === 0) ? null : value)
  const [a, b] = [plain(one), plain(other)]
  if (isMoney(a) && isMoney(b)) return a.minor === b.minor && a.currency === b.currency
  return JSON.stringify(a) === JSON.stringify(b)
}

/** A text without regard to case and accents, as the server sorts it. */
export const fold = (text: string) => text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase()

type Key = string | number | null

/** What a record is sorted and grouped by, as the server keeps it. */
export function keyOf(kind: Kind, record: Rec, name: string): Key {
  if (name === 'created_at' || name === 'updated_at') return Date.parse(record[name])
  if (name === 'state') return record.state
  if (name === 'owner') return record.owner ?? null
  const value = record.fields[name]
  const field = kind.fields.find((one) => one.name === name)
  if (value === null || value === undefined || !field) return null
  switch (field.type) {
    case 'number':
      return Number(value)
    case 'money':
      return isMoney(value) ? value.minor : null
    case 'date':
    case 'datetime':
      return Date.parse(String(value))
    case 'boolean':
      return value === true ? 1 : 0
    case 'choice': {
      const place = field.options.findIndex((option) => option.value === value)
      return place < 0 ? field.options.length : place
    }
    case 'link':
    case 'person':
      return String(value)
    default:
      return fold(String(value).trim()).slice(0, 120)
  }
}

/** The order of a list, as the server sorts it: empty ones last, then by id. */
export function comparator(kind: Kind, sort: readonly string[]) {
  const keys = sort.map((name) => ({ name: name.replace(/^-/, ''), descending: name.startsWith('-') }))
  return (one: Rec, other: Rec): number => {
    for (const { name, descending } of keys) {
      const [a, b] = [keyOf(kind, one, name), keyOf(kind, other, name)]
      if (a === b) continue
      if (a === null) return 1
      if (b === null) return -1
      return (a < b ? -1 : 1) * (descending ? -1 : 1)
    }
    return one.id < other.id ? -1 : one.id > other.id ? 1 : 0
  }
}

/** A place between two ranks, exact to six digits; null when there is no room. */
export function rankBetween(before: string | null, after: string | null): string | null {
  const low = before === null ? null : Number(before)
  const high = after === null ? null : Number(after)
  if (low === null && high === null) return '0'
  const middle = low === null ? (high ?? 0) - 1 : high === null ? low + 1 : (low + high) / 2
  const rank = Number(middle.toFixed(6))
  return (low !== null && rank <= low) || (high !== null && rank >= high) ? null : String(rank)
}
