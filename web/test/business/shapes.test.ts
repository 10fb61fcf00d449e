import { describe, expect, test } from 'vitest'
import { cardsByColumn, columnsOfBoard, fieldsAfterMove, scopeOf, totalsByColumn } from '@/business/board/columns'
import { addMonths, between, daysOfMonth, fieldsAfterDays, fieldsAfterShift, shifted, spanOf } from '@/business/calendar/days'
import { fieldsOfCommand } from '@/business/model/command-fields'
import { kindParams } from '@/business/model/addresses'
import { freeName, nameOf, optionsOf } from '@/business/model/own-names'
import { narrowing } from '@/business/parts/option-pickers'
import { deals, field, kind, pipelines, record, stages } from './kinds'

const stage = deals.fields.find(({ name }) => name === 'stage')!
const priority = deals.fields.find(({ name }) => name === 'priority')!
const all = [pipelines, stages, deals]

describe('a board', () => {
  const targets = [record({ name: 'First' }, { id: 's1' }), record({ name: 'Second' }, { id: 's2' })]
  const cards = [record({ name: 'a', stage: 's1' }), record({ name: 'b', stage: 's2' }), record({ name: 'c', stage: 'gone' })]

  test('has a column for each linked record, and one for those that fit none', () => {
    const columns = columnsOfBoard(stage, stages, targets, cards, 'Without')
    expect(columns.map(({ label }) => label)).toEqual(['Without', 'First', 'Second'])
    const placed = cardsByColumn(stage, columns, cards)
    expect([...placed.values()].map((records) => records.map(({ fields }) => fields.name))).toEqual([['c'], ['a'], ['b']])
  })

  test('has a column for each option', () => {
    expect(columnsOfBoard(priority, undefined, [], [record({ priority: 'low' })], 'Without').map(({ value }) => value)).toEqual(['low', 'high'])
  })

  test('is narrowed by what its columns belong to', () => {
    expect(scopeOf(all, deals)).toMatchObject({ field: { name: 'pipeline' }, inner: { name: 'pipeline' }, to: 'crm.pipeline' })
    expect(scopeOf(all, stages)).toBeNull()
  })

  test('changes only what a move changes', () => {
    const [card] = cards
    expect(fieldsAfterMove(deals, card!, 's2', [], 0)).toEqual({ stage: 's2' })
    expect(fieldsAfterMove(deals, card!, 's1', [], 0)).toBeNull()
    expect(fieldsAfterMove(deals, card!, '', [], 0)).toEqual({ stage: null })
    const tasks = kind('projects.task', [field('title', { type: 'text' }), field('status', { type: 'link', to: 'projects.status' } as never), field('rank', { type: 'number' })], { board: 'status' })
    const others = ['1', '2'].map((rank) => record({ rank, status: 's1' }))
    expect(fieldsAfterMove(tasks, record({ rank: '9', status: 's1' }), 's1', others, 1)).toEqual({ rank: '1.5' })
  })

  test('adds up the totals of the server by column and currency', () => {
    const totals = totalsByColumn(priority, [{ key: 1, count: 2, sum: 300, currency: 'EUR' }, { key: 1, count: 1, sum: 50, currency: 'USD' }, { key: null, count: 4, sum: null }])
    expect(totals.get('high')).toEqual({ count: 3, sums: [{ minor: 300, currency: 'EUR' }, { minor: 50, currency: 'USD' }] })
    expect(totals.get('')).toEqual({ count: 4, sums: [] })
  })
})

test('a link offers what fits the other fields: stages of the chosen pipeline', () => {
  expect(narrowing(all, deals, stage, { pipeline: 'p1' })).toEqual([{ field: 'pipeline', op: 'is', value: 'p1' }])
  expect(narrowing(all, deals, stage, {})).toEqual([])
})

describe('a calendar', () => {
  test('shows whole weeks, from the first day of the week', () => {
    const days = daysOfMonth('2026-11', 1)
    expect(days[0]).toBe('2026-10-26')
    expect(days.length).toBe(42)
    expect(daysOfMonth('2026-11', 7)[0]).toBe('2026-11-01')
    expect(daysOfMonth('2027-02', 1)).toHaveLength(35)
    expect(addMonths('2026-12', 1)).toBe('2027-01')
  })

  test('moves a record with its length', () => {
    const projects = kind('p.p', [field('name', { type: 'text' }), field('begins_on', { type: 'date' }), field('ends_on', { type: 'date' })], { days: ['begins_on', 'ends_on'] })
    const project = record({ begins_on: '2026-02-27', ends_on: '2026-03-02' })
    expect(fieldsAfterDays(projects, project, 2)).toEqual({ begins_on: '2026-03-01', ends_on: '2026-03-04' })
    expect(fieldsAfterDays(projects, project, 0)).toBeNull()
    expect(spanOf(projects, record({ ends_on: '2026-03-02' }))).toEqual({ from: '2026-03-02', to: '2026-03-02' })
    expect(between(projects, '2026-03-01', '2026-03-31')).toHaveProperty('any')
  })

  test('is dragged as a whole or by one of its ends, which stops at the other', () => {
    const projects = kind('p.p', [field('name', { type: 'text' }), field('begins_on', { type: 'date' }), field('ends_on', { type: 'date' })], { days: ['begins_on', 'ends_on'] })
    const project = record({ begins_on: '2026-02-27', ends_on: '2026-03-02' })
    expect(fieldsAfterShift(projects, project, 'all', 1)).toEqual({ begins_on: '2026-02-28', ends_on: '2026-03-03' })
    expect(fieldsAfterShift(projects, project, 'end', 5)).toEqual({ ends_on: '2026-03-07' })
    expect(fieldsAfterShift(projects, project, 'begin', 9)).toEqual({ begins_on: '2026-03-02' })
    expect(fieldsAfterShift(projects, project, 'end', 0)).toBeNull()
    // One that has only a first day gets a last one.
    expect(fieldsAfterShift(projects, record({ begins_on: '2026-02-27' }), 'end', 2)).toEqual({ ends_on: '2026-03-01' })
    expect(shifted({ from: '2026-02-27', to: '2026-03-02' }, 'end', -9)).toEqual({ from: '2026-02-27', to: '2026-02-27' })
  })

  test('keeps the time of day of moments', () => {
    const trips = kind('p.t', [field('name', { type: 'text' }), field('from', { type: 'datetime' }), field('to', { type: 'datetime' })], { days: ['from', 'to'] })
    const at = (day: number, hour: number) => new Date(2026, 4, day, hour, 30).toISOString()
    expect(fieldsAfterShift(trips, record({ from: at(4, 8), to: at(6, 17) }), 'end', 2)).toEqual({ to: at(8, 17) })
  })
})

test('the parameters of a command are fields of a form', () => {
  const params = {
    properties: {
      stage: { type: ['string', 'null'], description: 'Where it begins.', 'x-field': { type: 'link', to: 'crm.stage' } },
      reason: { anyOf: [{ oneOf: [{ const: 'too_late' }, { const: 'too_dear' }] }, { type: 'null' }] },
      loud: { type: 'boolean' },
    },
    required: ['loud'],
  }
  expect(fieldsOfCommand({ params: params as never })).toMatchObject([
    { name: 'stage', type: 'link', to: 'crm.stage', required: false, help: 'Where it begins.' },
    { name: 'reason', type: 'choice', options: [{ value: 'too_late', label: 'Too late' }, { value: 'too_dear', label: 'Too dear' }] },
    { name: 'loud', type: 'boolean', required: true },
  ])
})

test('names are made of labels and never taken twice', () => {
  expect(nameOf('Straße & Größe')).toBe('strasse_grosse')
  expect(nameOf('7 days')).toBe('n_7_days')
  expect(freeName('Fuel', ['fuel', 'fuel_2'])).toBe('fuel_3')
  expect(optionsOf('Electric\n\nDiesel \nElectric', [{ value: 'e', label: 'Electric' }])).toEqual([{ value: 'e', label: 'Electric' }, { value: 'diesel', label: 'Diesel' }])
})

test('a type is spelled in addresses without a point', () => {
  expect(kindParams.stringify({ kind: 'projects.time_entry' })).toEqual({ kind: 'projects-time_entry' })
  expect(kindParams.parse(kindParams.stringify({ kind: 'own.asset' }))).toEqual({ kind: 'own.asset' })
})
