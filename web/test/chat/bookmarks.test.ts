import { expect, test } from 'vitest'
import { addressOf, titleOf } from '@/office/chat/bookmarks/address'

const ORIGIN = 'https://office.example'

test.each([
  ['https://example.org/a', 'https://example.org/a'],
  ['example.org/a', 'https://example.org/a'],
  [' http://example.org ', 'http://example.org'],
  [`${ORIGIN}/documents/1`, '/documents/1'],
  [`${ORIGIN}/chat/1?at=4`, '/chat/1?at=4'],
  [`${ORIGIN}/admin/people`, `${ORIGIN}/admin/people`],
  ['/documents/1', '/documents/1'],
  ['', ''],
])('%s leads to %s', (typed, address) => {
  expect(addressOf(typed, ORIGIN)).toBe(address)
})

test('a link without a title has the name of its host', () => {
  expect(titleOf('https://www.example.org/a')).toBe('example.org')
  expect(titleOf('/documents/1')).toBe('')
  expect(titleOf('')).toBe('')
})
