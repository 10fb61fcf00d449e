import { describe, expect, test } from 'vitest'
import { Problem, problemOf } from '@/lib/api/problem'
import { formatAgo, formatBytes } from '@/lib/i18n/format'
import { countUnsynced, isUnsynced, localCopyName, markUnsynced } from '@/lib/realtime/local-copies'
import { allows } from '@/lib/rights'
import { toneOf } from '@/admin/actors-page'
import { curlOf, operationsOf, sampleOf, typeName, type OpenApi } from '@/admin/api-docs/openapi'
import { generatePassword } from '@/admin/people-api'
import { initials } from '@/ui/avatar'

const NOW = new Date(2026, 10, 21, 12, 0, 0)
const before = (milliseconds: number) => new Date(NOW.getTime() - milliseconds)
const MINUTE = 60_000

test.each([
  [0, 'now'],
  [5 * MINUTE, '5 min ago'],
  [3 * 60 * MINUTE, '3 hr ago'],
  [24 * 60 * MINUTE, 'yesterday'],
  [10 * 24 * 60 * MINUTE, '11 Nov'],
])('%d ms ago reads as %s', (milliseconds, expected) => {
  expect(formatAgo(before(milliseconds), 'en-GB', NOW)).toBe(expected)
})

test('a time in the future (a clock that is wrong) is now', () => {
  expect(formatAgo(before(-MINUTE), 'en', NOW)).toBe('now')
})

test('sizes', () => {
  expect(formatBytes(0, 'en')).toBe('0 byte')
  expect(formatBytes(2900, 'en')).toBe('2.9 kB')
  expect(formatBytes(25_000_000, 'en')).toBe('25 MB')
})

test('problems keep what the server said', () => {
  const body = { title: 'No', detail: 'Because', code: 'choose_tenant', tenants: [{ slug: 'a', name: 'A' }], errors: [{ path: '$.x', message: 'm' }] }
  const problem = problemOf(body, new Response(null, { status: 409, headers: { 'Retry-After': '7' } }))
  expect(problem).toMatchObject({ status: 409, code: 'choose_tenant', message: 'Because', retryAfter: 7 })
  expect(problem.tenants).toEqual([{ slug: 'a', name: 'A' }])
  expect(problem.faults).toEqual([{ path: '$.x', message: 'm' }])
  expect(problemOf('not a problem', new Response(null, { status: 502 })).message).toBe('HTTP 502')
  expect(new Problem(0, 'unreachable', '').unreachable).toBe(true)
})

test('rights are cumulative', () => {
  expect(allows('manage', 'edit')).toBe(true)
  expect(allows('comment', 'edit')).toBe(false)
})

describe('unsynced copies', () => {
  test('are remembered per person', () => {
    const name = localCopyName('ana', 'doc')
    markUnsynced(name, true)
    expect([isUnsynced(name), countUnsynced('ana'), countUnsynced('ben')]).toEqual([true, 1, 0])
    markUnsynced(name, false)
    expect(countUnsynced('ana')).toBe(0)
  })
})

test('initials', () => {
  expect(['Ana Ribeiro', 'yuki', '  ', 'Ana Maria de Souza'].map(initials)).toEqual(['AR', 'Y', '?', 'AS'])
})

test('generated passwords are long, readable and different', () => {
  const passwords = new Set(Array.from({ length: 50 }, generatePassword))
  expect(passwords.size).toBe(50)
  for (const password of passwords) expect(password).toMatch(/^[a-zA-Z2-9]{16}$/)
})

test('actor states have a colour', () => {
  expect(['running', 'restarting', 'failed', 'unknown'].map(toneOf)).toEqual(['ok', 'warn', 'bad', 'neutral'])
})

describe('the API page', () => {
  const api: OpenApi = {
    info: { title: 'x', version: '1' },
    paths: {
      '/a/{id}': {
        parameters: [{ name: 'id', in: 'path', required: true }],
        post: { tags: ['T'], summary: 'Do', requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/A' } } } }, responses: { 200: {} } },
      },
    },
    components: {
      schemas: { A: { type: 'object', properties: { name: { type: 'string' }, tags: { type: 'array', items: { type: 'string' } }, self: { $ref: '#/components/schemas/A' } } } },
    },
  }

  test('reads operations with the parameters of their path', () => {
    const [operation] = operationsOf(api)
    expect(operation).toMatchObject({ method: 'post', path: '/a/{id}', tag: 'T', summary: 'Do' })
    expect(operation?.parameters).toHaveLength(1)
    expect(operation && curlOf(api, operation, 'https://k.example')).toContain(`curl -X POST 'https://k.example/a/{id}'`)
  })

  test('names types, and samples of a type that holds itself end', () => {
    expect(typeName({ type: ['string', 'null'], format: 'uuid' })).toBe('string(uuid) | null')
    expect(typeName({ type: 'array', items: { $ref: '#/components/schemas/A' } })).toBe('A[]')
    expect(sampleOf(api, { $ref: '#/components/schemas/A' })).toMatchObject({ name: 'string', tags: ['string'] })
  })
})
