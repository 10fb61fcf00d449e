import type { Person } from './api'
import { titles } from './titles'
import { isMoney, type Field } from './types'
import { formatDate, formatMoment, formatMoney, formatNumber } from './values'

type Words = { locale: string; people: ReadonlyMap<string, Person>; yes: string; no: string; label: (text: string) => string }

const LONGEST = 80

/** A value as one line of text, for notices, history and accessible names. */
export function plainText(field: Field, value: unknown, { locale, people, yes, no, label }: Words): string {
  if (value === null || value === undefined || value === '') return ''
  switch (field.type) {
    case 'money':
      return isMoney(value) ? formatMoney(value, locale) : ''
    case 'number':
      return formatNumber(String(value), locale)
    case 'date':
      return formatDate(String(value), locale)
    case 'datetime':
      return formatMoment(String(value), locale)
    case 'boolean':
      return value === true ? yes : no
    case 'choice':
      return label(field.options.find((option) => option.value === value)?.label ?? String(value))
    case 'choices': {
      const names = Array.isArray(value) ? value : []
      return names.map((one) => label(field.options.find((option) => option.value === one)?.label ?? String(one))).join(', ')
    }
    case 'tags':
      return Array.isArray(value) ? value.join(', ') : ''
    case 'person':
      return people.get(String(value))?.name ?? ''
    case 'link':
      return titles.known.get().get(String(value))?.title ?? ''
    default: {
      const line = String(value).replaceAll(/\s+/g, ' ')
      return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line
    }
  }
}
