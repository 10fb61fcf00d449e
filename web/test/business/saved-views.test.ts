import { describe, expect, test } from 'vitest'
import type { RecordView } from '@/lib/api/types'
import { readListSearch } from '@/business/model/addresses'
import { firstView, isBare, isChanged, lookOf, partsOf, shownBy, withinView } from '@/business/model/saved-views'
import { entriesOf, orderedBy, totalsOf } from '@/business/table/groups'
import { deals, record } from './kinds'

const filter = { field: 'priority', op: 'in' as const, value: ['high'] }
const view = {
  id: 'v1', kind: 'crm.deal', name: 'Urgent', audience: 'me', team: null, opens: false, lost: [], may_change: true, version: 1, changed_by: null, changed_at: '2026-11-21T00:00:00Z',
  look: { layout: 'cards', columns: ['name', 'priority'], filter: { all: [filter, { not: filter }] }, search: null, sort: ['-name'], group: 'priority', sums: ['value'] },
} as RecordView

describe('a saved view', () => {
  test('is what the list shows where the address says nothing', () => {
    expect(shownBy({ saved: 'v1' }, view)).toEqual({ saved: 'v1', view: 'cards', filter: [filter], q: '', sort: '-name', group: 'priority', columns: 'name,priority', sums: 'value' })
    expect(shownBy({ saved: 'v1', sort: '', view: 'table' }, view)).toMatchObject({ sort: '', view: 'table', group: 'priority' })
    expect(shownBy({ q: 'x' }, undefined)).toEqual({ q: 'x' })
  })

  test('keeps what chips cannot show', () => {
    expect(partsOf(view.look.filter)).toEqual({ conditions: [filter], also: [{ not: filter }] })
    expect(lookOf(shownBy({ saved: 'v1' }, view), 'cards', [{ not: filter }], ['name', 'priority'])).toEqual(view.look)
    expect(partsOf(null)).toEqual({ conditions: [], also: [] })
  })

  test('is changed by what the address says otherwise, and by nothing else', () => {
    expect(isChanged({ saved: 'v1' }, view)).toBe(false)
    expect(isChanged({ saved: 'v1', sort: '-name', month: '2026-11' }, view)).toBe(false)
    expect(isChanged({ saved: 'v1', filter: [] }, view)).toBe(true)
  })

  test('needs what is empty to be said', () => {
    expect(withinView('v1', { filter: undefined, q: undefined, month: undefined })).toEqual({ saved: 'v1', filter: [], q: '', month: undefined })
    expect(readListSearch({ saved: 'v1', filter: [], q: '', sort: '' })).toEqual({ saved: 'v1', filter: [], q: '', sort: '' })
    expect(readListSearch({ filter: [], q: '' })).toEqual({})
  })

  test('opens a list that is asked for nothing', () => {
    expect([isBare({}), isBare({ saved: 'all' }), isBare({ q: 'x' })]).toEqual([true, false, false])
    expect(firstView([view, { ...view, id: 'v2', opens: true }])?.id).toBe('v2')
  })
})

describe('a table in groups', () => {
  test('has a head before the rows of each group', () => {
    const rows = [record({ priority: 'low' }, { id: 'a' }), record({ priority: 'high' }, { id: 'b' }), record({ priority: 'high' }, { id: 'c' }), record({}, { id: 'd' })]
    const shown = entriesOf(deals, rows, 'priority').map((entry) => ('group' in entry ? `group ${entry.group}` : `${entry.index} ${entry.record.id}`))
    expect(shown).toEqual(['group 0', '0 a', 'group 1', '1 b', '2 c', 'group ', '3 d'])
    expect(entriesOf(deals, rows, null)).toHaveLength(4)
  })

  test('is ordered by its groups first', () => {
    expect(orderedBy('stage', ['-name', 'stage'])).toEqual(['stage', '-name'])
    expect(orderedBy('stage', ['name', '-stage'])).toEqual(['-stage', 'name'])
    expect(orderedBy(null, ['name'])).toEqual(['name'])
  })

  test('adds up several fields, each currency by itself', () => {
    const totals = totalsOf([
      { sum: 'value', totals: [{ key: 1, count: 2, sum: 100, currency: 'EUR' }, { key: 1, count: 1, sum: 5, currency: 'USD' }] },
      { sum: 'hours', totals: [{ key: 1, count: 3, sum: 1_500_000, currency: null }] },
    ])
    expect(totals.get('1')).toEqual({ count: 3, sums: new Map([['value', [{ minor: 100, currency: 'EUR' }, { minor: 5, currency: 'USD' }]], ['hours', [{ minor: 1_500_000, currency: null }]]]) })
  })
})
