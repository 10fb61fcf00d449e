import { describe, expect, test } from 'vitest'
import { amountText, comparator, formatDate, formatMoney, inputText, InputFault, parseAmount, parseDecimal, parseInput, rankBetween, sameValue } from '@/business/model/values'
import { deals, field, record } from './kinds'

describe('numbers as people write them', () => {
  test.each([
    ['1,234.50', 'en-GB', '1234.5'], ['1.234,50', 'de-DE', '1234.5'], ['12,5', 'en-GB', '12.5'], ['12.5', 'de-DE', '12.5'],
    ['1,234', 'en-GB', '1234'], ['1.234', 'de-DE', '1234'], ['1,234', 'de-DE', '1.234'], ['-7', 'en-GB', '-7'], ['007', 'en-GB', '7'], ['1 234', 'de-DE', '1234'], ['-0', 'en-GB', '0'],
  ])('%s in %s is %s', (text, locale, expected) => {
    expect(parseDecimal(text, locale)).toBe(expected)
  })

  test.each(['', 'abc', '1e3', '--1', '1.2.3,4,5', '5 apples'])('%s is none', (text) => {
    expect(parseDecimal(text, 'en-GB')).toBeNull()
  })
})

describe('amounts', () => {
  test('are kept in the minor units of their currency', () => {
    expect(parseAmount('24,500.50', 'EUR', 'en-GB')).toBe(2_450_050)
    expect(parseAmount('1500', 'JPY', 'en-GB')).toBe(1500)
    expect(parseAmount('0.005', 'EUR', 'en-GB')).toBeNull()
    expect(parseAmount('-0.5', 'EUR', 'en-GB')).toBe(-50)
  })

  test('come back as they were written', () => {
    for (const minor of [0, 5, 150, -99, 123_456_789]) expect(parseAmount(amountText({ minor, currency: 'EUR' }, 'de-DE'), 'EUR', 'de-DE')).toBe(minor)
  })

  test('are shown without needless digits, and short on boards', () => {
    expect(formatMoney({ minor: 120_000, currency: 'EUR' }, 'en-GB')).toBe('€1,200')
    expect(formatMoney({ minor: 120_050, currency: 'EUR' }, 'en-GB')).toBe('€1,200.50')
    expect(formatMoney({ minor: 24_650_000, currency: 'EUR' }, 'en-GB', true)).toBe('€246.5k')
  })
})

test('a day is the same day in every time zone', () => {
  expect(formatDate('2026-03-01', 'en-GB', new Date('2026-11-21T00:00:00Z'))).toBe('1 Mar')
  expect(formatDate('2027-03-01', 'en-GB', new Date('2026-11-21T00:00:00Z'))).toBe('1 Mar 2027')
})

test('what is typed is read as its field asks', () => {
  expect(parseInput(field('web', { type: 'url' }), 'example.org', 'en-GB')).toBe('https://example.org')
  expect(parseInput(field('name', { type: 'text' }), '  ', 'en-GB')).toBeNull()
  expect(parseInput(field('hours', { type: 'number' }), '1,5', 'de-DE')).toBe('1.5')
  expect(() => parseInput(field('hours', { type: 'number' }), 'many', 'en-GB')).toThrow(InputFault)
  expect(inputText(field('hours', { type: 'number' }), '1.5', 'de-DE')).toBe('1,5')
})

test('nothing, an empty text and an empty list are the same', () => {
  expect(sameValue(undefined, null)).toBe(true)
  expect(sameValue([], null)).toBe(true)
  expect(sameValue({ currency: 'EUR', minor: 1 }, { minor: 1, currency: 'EUR' })).toBe(true)
  expect(sameValue('a', 'b')).toBe(false)
})

test('lists are in the order of the server: without case and accents, empty ones last', () => {
  const all = ['Zoë', 'émile', 'Anna', undefined, 'Ärger'].map((name) => record(name ? { name } : {}))
  const sorted = (sort: string[]) => all.toSorted(comparator(deals, sort)).map(({ fields }) => fields.name)
  expect(sorted(['name'])).toEqual(['Anna', 'Ärger', 'émile', 'Zoë', undefined])
  expect(sorted(['-name'])).toEqual(['Zoë', 'émile', 'Ärger', 'Anna', undefined])
})

test('choices are in the order of their options', () => {
  const all = ['high', 'low'].map((priority) => record({ priority }))
  expect(all.toSorted(comparator(deals, ['priority'])).map(({ fields }) => fields.priority)).toEqual(['low', 'high'])
})

test('there is room between two ranks until there is none', () => {
  expect(rankBetween(null, null)).toBe('0')
  expect(rankBetween('1', '2')).toBe('1.5')
  expect(rankBetween('4', null)).toBe('5')
  expect(rankBetween(null, '4')).toBe('3')
  expect(rankBetween('1', '1.000001')).toBeNull()
})
