import { describe, expect, test } from 'vitest'
import type { RecordChart } from '@/lib/api/types'
import { axisOf, chartData, monthOfKey, MOST, piecesOf } from '@/business/dashboards/chart-data'
import { deals } from './kinds'

const words = { labelOf: (key: string) => `of ${key}`, monthLabel: (month: string) => month, rest: 'Others' }
const chart = (more: Partial<RecordChart>): RecordChart => ({ title: 'Chart', form: 'bar', kind: 'crm.deal', filter: null, by: 'priority', sum: null, width: 1, ...more })
const total = (key: unknown, count: number, sum: number | null = null, currency: string | null = null) => ({ key, count, sum, currency }) as never
/** A day as the server sorts it. */
const day = (text: string) => Date.parse(`${text}T00:00:00Z`) / 86_400_000 + 719_163

describe('a chart', () => {
  test('counts in the order of the options, without a value last', () => {
    const { slices } = chartData(chart({}), deals, [total(null, 1), total(1, 5), total(0, 2)], words)
    expect(slices.map(({ key, value }) => [key, value])).toEqual([['0', 2], ['1', 5], ['', 1]])
  })

  test('draws the currency that most is in, and tells the others', () => {
    const data = chartData(chart({ sum: 'value' }), deals, [total(0, 1, 100, 'EUR'), total(1, 1, 900, 'EUR'), total(1, 1, 50, 'USD')], words)
    expect([data.currency, data.others]).toEqual(['EUR', [{ currency: 'USD', value: 50 }]])
    expect(data.slices.map(({ value }) => value)).toEqual([100, 900])
  })

  test('goes along months, those without records too', () => {
    expect(monthOfKey(day('2026-11-30'))).toBe('2026-11')
    const totals = [total(day('2026-11-03'), 1), total(day('2026-11-28'), 2), total(day('2027-01-01'), 4), total(null, 9)]
    const { slices } = chartData(chart({ form: 'line', by: 'close_on' }), deals, totals, words)
    expect(slices.map(({ key, value }) => [key, value])).toEqual([['2026-11', 3], ['2026-12', 0], ['2027-01', 4]])
  })

  test('is one number without groups, and one slice for all that is too much', () => {
    expect(chartData(chart({ form: 'number', by: null }), deals, [total(null, 7)], words).slices).toEqual([{ key: '', label: 'Chart', value: 7 }])
    const many = Array.from({ length: 20 }, (_, index) => total(`s${index}`, index + 1))
    const { slices } = chartData(chart({ by: 'stage' }), deals, many, words)
    expect([slices.length, slices[0]?.value, slices.at(-1)?.label]).toEqual([MOST, 20, 'Others'])
    expect(slices.reduce((sum, { value }) => sum + value, 0)).toBe(210)
  })

  test('has an axis of round steps', () => {
    expect(axisOf([37])).toEqual({ top: 40, steps: [0, 10, 20, 30, 40] })
    expect(axisOf([0, 3])).toEqual({ top: 3, steps: [0, 1, 2, 3] })
    expect(axisOf([2], true)).toEqual({ top: 2, steps: [0, 1, 2] })
    expect(axisOf([])).toEqual({ top: 1, steps: [0, 1] })
  })

  test('has pieces that make the whole', () => {
    const pieces = piecesOf([{ key: 'a', label: 'a', value: 3 }, { key: 'b', label: 'b', value: 1 }, { key: 'c', label: 'c', value: -2 }])
    expect(pieces.map(({ from, part }) => [from, part])).toEqual([[0, 0.75], [0.75, 0.25], [1, 0]])
  })
})
