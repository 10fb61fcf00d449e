import { expect, test } from 'vitest'
import { plainCell, rowsOfCsv } from '@/business/model/csv'
import { exportUrl } from '@/business/model/export'
import { firstSettings, likelyKeys, lineOf, missingFields, possibleKeys, rowsOf, targetsOf, wholeMapping, withColumn, withDefault } from '@/business/model/import-settings'
import type { Import, Settings } from '@/business/model/imports'
import { deals, field, kind, pipelines } from './kinds'

const settings = (more: Partial<Settings> = {}): Settings => ({
  mapping: [], same_by: [], duplicates: 'skip', create_links: [], numbers: 'point', dates: 'year_month_day', currency: null, no_header: false, ...more,
})

const about = (more: Partial<Import> = {}): Import => ({
  id: 'import', kind: 'crm.deal', owner: 'ana', name: 'deals.csv', state: 'ready', format: 'csv', encoding: 'UTF-8', delimiter: ',', created_at: '2026-11-21T08:00:00Z',
  header: ['Name', 'Pipeline', 'Value'], sample: [['One', 'Sales', '5'], ['Two', 'Sales', '7'], ['Two', 'Sales', '7']], rows: 4,
  progress: { read: 0, made: 0, changed: 0, skipped: 0, failed: 0, linked: 0 }, settings: settings(), ...more,
})

test('cells of a CSV keep their quotes, commas and line breaks', () => {
  expect(rowsOfCsv('a,b\r\n"x, ""y""","1\n2"\r\n')).toEqual([['a', 'b'], ['x, "y"', '1\n2']])
  expect(rowsOfCsv('a,b\nlast,')).toEqual([['a', 'b'], ['last', '']])
})

test('a row that was cut off is left out', () => {
  expect(rowsOfCsv('a,b\r\n1,2\r\n3,"4', false)).toEqual([['a', 'b'], ['1', '2']])
})

test('cells are shown without the apostrophe of formulas, and others keep theirs', () => {
  expect(["'=1+1", "''-x", "'tis", 'plain'].map(plainCell)).toEqual(['=1+1', "'-x", "'tis", 'plain'])
})

test('a column can be what a record needs first, parts of amounts and links, owner and id', () => {
  expect(targetsOf(deals).map(({ value }) => value)).toEqual([
    'name', 'pipeline', 'pipeline.id', 'stage', 'stage.id', 'value', 'value.amount', 'value.currency', 'close_on', 'priority', 'tags', 'notes', 'owner', 'id',
  ])
})

test('fields that the person may not change are not offered', () => {
  const access = { ...deals.access, read_only: ['value'] }
  expect(targetsOf({ ...deals, access }).some(({ value }) => value.startsWith('value'))).toBe(false)
})

test('what a column becomes is taken from the column that was it, with the rules about it', () => {
  const before = settings({ mapping: ['name', 'pipeline', null], same_by: ['name'], create_links: ['pipeline'] })
  expect(withColumn(before, 2, 'name')).toMatchObject({ mapping: [null, 'pipeline', 'name'], same_by: ['name'] })
  expect(withColumn(before, 1, null)).toMatchObject({ mapping: ['name', null, null], create_links: [] })
})

test('what every record needs is asked for when no column gives it', () => {
  const names = (more: Partial<Settings>) => missingFields(deals, settings(more)).map(({ name }) => name)
  expect(names({ mapping: ['name', null] })).toEqual(['pipeline', 'stage'])
  expect(names({ mapping: ['name', 'stage.id'] })).toEqual(['pipeline'])
})

test('a value for all rows can be taken away again', () => {
  const given = withDefault(settings(), 'priority', 'high')
  expect(given.defaults).toEqual({ priority: 'high' })
  expect(withDefault(given, 'priority', null).defaults).toEqual({})
})

test('records are found again by id, by address, by name, as far as there is a column', () => {
  const people = kind('crm.person', [field('name', { type: 'text' }), field('email', { type: 'email' }), field('notes', { type: 'markdown', indexed: false })], { same_by: ['email'] })
  const keys = (mapping: Settings['mapping']) => likelyKeys(people, settings({ mapping }))
  expect(keys(['name', 'email', 'id'])).toEqual(['id'])
  expect(keys(['name', 'email'])).toEqual(['email'])
  expect(keys(['name'])).toEqual(['name'])
  expect(keys(['notes'])).toEqual([])
  expect(possibleKeys(people, settings({ mapping: ['notes', 'name', 'owner'] }))).toEqual(['name'])
})

test('an import begins with what is suggested, and goes on with what was said', () => {
  expect(firstSettings(pipelines, about({ header: ['A', 'B'], settings: settings({ mapping: ['name'] }) }), 'EUR')).toMatchObject({ mapping: ['name', null], same_by: ['name'], currency: 'EUR' })
  const said = about({ state: 'checked', settings: settings({ mapping: ['name', null, null], duplicates: 'create' }) })
  expect(firstSettings(pipelines, said, 'EUR').same_by).toEqual([])
})

test('a fault is told with its row when the first rows show it once', () => {
  expect(lineOf(about(), ['One', 'Sales', '5'])).toBe(2)
  expect(lineOf(about(), ['Two', 'Sales', '7'])).toBe(null)
  expect(lineOf(about(), ['Nine', 'Sales', '5'])).toBe(null)
  expect(rowsOf(about())).toBe(3)
  expect(wholeMapping(about())).toEqual([null, null, null])
})

test('a list is exported as it is on the screen', () => {
  const url = exportUrl({ kind: 'crm.deal', search: { q: 'big one', sort: '-value' }, conditions: [{ field: 'priority', op: 'in', value: ['high'] }], columns: ['name', 'value'] }, 'csv')
  const { pathname, searchParams } = new URL(url, 'http://kontor.test')
  expect(pathname).toBe('/api/v1/records/crm.deal/export')
  expect(Object.fromEntries(searchParams)).toEqual({
    format: 'csv', columns: 'name,value', q: 'big one', sort: '-value', bom: 'true', filter: '{"field":"priority","op":"in","value":["high"]}',
  })
  expect(exportUrl({ kind: 'crm.deal', search: {}, conditions: [], columns: ['name'] }, 'xlsx')).toBe('/api/v1/records/crm.deal/export?format=xlsx&columns=name&sort=-created_at')
})
