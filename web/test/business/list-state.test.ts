import { describe, expect, test } from 'vitest'
import { applyAnswer, applyEvent, applyNext, sumsOf, type ListState } from '@/business/model/list-state'
import type { Page, Rec } from '@/business/model/types'
import { comparator } from '@/business/model/values'
import { deals, record } from './kinds'

const byName = comparator(deals, ['name'])
const page = (items: Rec[], more: Partial<Page> = {}): Page => ({ items, next_cursor: null, count: items.length, seq: Math.max(0, ...items.map(({ seq }) => seq)), ...more })
const names = ({ items }: ListState) => items.map(({ fields }) => fields.name)
const changed = (known: Rec, fields: object, seq: number): Rec => ({ ...known, version: known.version + 1, seq, fields: { ...known.fields, ...fields } })

describe('a list that is looked at', () => {
  const [a, b, d] = [record({ name: 'Anchor' }), record({ name: 'Bridge' }), record({ name: 'Dock' })] as [Rec, Rec, Rec]

  test('takes a new record in its place of the order', () => {
    const state = applyEvent(applyAnswer(page([a, b, d]), [], byName), { seq: 900, record: record({ name: 'crane' }, { seq: 900 }) }, byName)
    expect(names(state)).toEqual(['Anchor', 'Bridge', 'crane', 'Dock'])
    expect(state.count).toBe(4)
  })

  test('moves a record whose place has changed, and counts it once', () => {
    const state = applyEvent(applyAnswer(page([a, b, d]), [], byName), { seq: 901, record: changed(a, { name: 'Zeppelin' }, 901) }, byName)
    expect(names(state)).toEqual(['Bridge', 'Dock', 'Zeppelin'])
    expect(state.count).toBe(3)
  })

  test('lets go of a record that fits no more', () => {
    const state = applyEvent(applyAnswer(page([a, b, d]), [], byName), { seq: 902, gone: b.id }, byName)
    expect(names(state)).toEqual(['Anchor', 'Dock'])
    expect(state.count).toBe(2)
  })

  test('does not take an older word for a newer one', () => {
    const newer = changed(a, { name: 'Newer' }, 950)
    const state = applyEvent(applyAnswer(page([newer, b]), [], byName), { seq: 940, record: changed(a, { name: 'Older' }, 940) }, byName)
    expect(names(state)).toContain('Newer')
    expect(names(applyEvent(state, { seq: 940, gone: a.id }, byName))).toContain('Newer')
  })

  test('keeps what happened while the answer was on its way', () => {
    const events = [{ seq: 960, record: changed(a, { name: 'Renamed' }, 960) }, { seq: 961, gone: b.id }]
    expect(names(applyAnswer(page([a, b, d], { seq: 959 }), events, byName))).toEqual(['Dock', 'Renamed'])
    // An answer that has seen the events is the truth.
    expect(names(applyAnswer(page([a, b, d], { seq: 961 }), events, byName))).toEqual(['Anchor', 'Bridge', 'Dock'])
  })

  test('leaves what belongs behind the loaded part to the next page', () => {
    const state = applyAnswer(page([a, b], { next_cursor: 'more', count: 10 }), [], byName)
    const late = applyEvent(state, { seq: 970, record: record({ name: 'Zebra' }, { seq: 970 }) }, byName)
    expect(names(late)).toEqual(['Anchor', 'Bridge'])
    expect(late.count).toBe(11)
    const next = applyNext(late, page([d, b]), [], byName)
    expect(names(next)).toEqual(['Anchor', 'Bridge', 'Dock'])
    expect(next.cursor).toBeNull()
  })

  test('does not bring back with a page what has gone since', () => {
    const state = applyAnswer(page([a], { next_cursor: 'more' }), [], byName)
    expect(names(applyNext(state, page([b, d], { seq: 979 }), [{ seq: 980, gone: b.id }], byName))).toEqual(['Anchor', 'Dock'])
  })
})

test('amounts of several currencies are several sums', () => {
  const money = (minor: number, currency: string) => record({ value: { minor, currency } })
  expect(sumsOf([money(100, 'EUR'), money(50, 'USD'), money(25, 'EUR'), record({})], 'value')).toEqual([{ minor: 125, currency: 'EUR' }, { minor: 50, currency: 'USD' }])
})
