import { describe, expect, test } from 'vitest'
import { filterOf, firstCondition, isComplete, nextSort, opsFor, relativeDay, relativeText, subjectsOf, withOp } from '@/business/model/filters'
import { readConditions, readListSearch } from '@/business/model/addresses'
import { columnsOf, viewsOf } from '@/business/model/view-settings'
import { deals, stages } from './kinds'

const words = { state: 'State', owner: 'Owner', created: 'Created', updated: 'Changed' }
const subjects = subjectsOf(deals, words)
const subject = (name: string) => subjects.find((one) => one.name === name) ?? subjects[0]!

describe('the filter builder', () => {
  test('offers what the server can compare', () => {
    expect(subjects.map(({ name }) => name)).toEqual(['name', 'pipeline', 'stage', 'value', 'close_on', 'priority', 'tags', 'state', 'owner', 'created_at', 'updated_at'])
    expect(opsFor(subject('tags'))).not.toContain('less')
    expect(opsFor(subject('state'))).not.toContain('empty')
  })

  test('sends all complete conditions, and none that is not', () => {
    expect(filterOf([])).toBeUndefined()
    expect(filterOf([{ field: 'name', op: 'contains', value: '' }])).toBeUndefined()
    expect(filterOf([{ field: 'name', op: 'contains', value: 'x' }])).toEqual({ field: 'name', op: 'contains', value: 'x' })
    expect(filterOf([{ field: 'owner', op: 'in', value: ['me'] }, { field: 'close_on', op: 'empty', value: 1 }], [{ field: 'stage', op: 'is', value: 's' }])).toEqual({
      all: [{ field: 'owner', op: 'in', value: ['me'] }, { field: 'close_on', op: 'empty' }, { field: 'stage', op: 'is', value: 's' }],
    })
  })

  test('begins a list empty, so that it asks for nothing yet', () => {
    expect(isComplete(firstCondition(subject('priority')))).toBe(false)
  })

  test('keeps what was chosen when the comparison changes', () => {
    const one = { field: 'priority', op: 'in' as const, value: ['high', 'low'] }
    expect(withOp(one, 'is_not')).toEqual({ field: 'priority', op: 'is_not', value: 'high' })
    expect(withOp(withOp(one, 'is_not'), 'in')).toEqual({ field: 'priority', op: 'in', value: ['high'] })
    expect(withOp(one, 'empty')).toEqual({ field: 'priority', op: 'empty' })
  })

  test('knows days relative to today', () => {
    for (const days of [0, 7, -30]) expect(relativeDay(relativeText(days))).toBe(days)
    expect(relativeDay('2026-11-21')).toBeNull()
    expect(relativeDay('todayish')).toBeNull()
  })

  test('reads an address that somebody has changed', () => {
    expect(readConditions('nonsense')).toEqual([])
    expect(readConditions([{ field: 'name', op: 'is', value: 1 }, 7, null, { op: 'is' }])).toEqual([{ field: 'name', op: 'is', value: 1 }])
    expect(readListSearch({ view: 'board', q: 5, when: 'never', month: '2026-11', trash: 'yes' })).toEqual({ view: 'board', month: '2026-11' })
  })
})

test('a column sorts upwards, downwards, and no more', () => {
  expect(nextSort([], 'name')).toEqual(['name'])
  expect(nextSort(['name'], 'name')).toEqual(['-name'])
  expect(nextSort(['-name'], 'name')).toEqual([])
  expect(nextSort(['-name'], 'value')).toEqual(['value'])
})

test('a type has the views that its fields give', () => {
  expect(viewsOf(deals)).toEqual(['table', 'board', 'calendar', 'cards'])
  expect(viewsOf(stages)).toEqual(['table', 'cards'])
})

test('the title is always the first column, and unknown ones are left out', () => {
  expect(columnsOf(deals, ['value', 'name', 'lost', 'owner'])).toEqual(['name', 'value', 'owner'])
  expect(columnsOf(stages, undefined)[0]).toBe('name')
})
