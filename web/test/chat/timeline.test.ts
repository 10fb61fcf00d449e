import { describe, expect, test } from 'vitest'
import type { Message } from '@/office/chat/api-types'
import { withReaction } from '@/office/chat/model/events'
import { merge } from '@/office/chat/model/room-log'
import { buildItems } from '@/office/chat/room/timeline-items'

const message = (seq: number, minutes: number, change: Partial<Message> = {}): Message => ({
  room: 'r', seq, thread: null, topic: null, author: 'ana', author_name: null, text: `m${seq}`, files: [], quote: null, previews: [], hook: null, reactions: [], pinned: false,
  replies: null, created_at: new Date(Date.UTC(2026, 10, 20, 10, minutes)).toISOString(), edited_at: null, deleted: false, command_id: null, ...change,
})

const build = (messages: Message[], line: number | null = null) =>
  buildItems({ messages, queued: [], userId: 'me', hasBefore: false, hasAfter: false, line })

describe('rows', () => {
  test('messages of one author close to each other are one group', () => {
    const items = build([message(1, 0), message(2, 1), message(3, 20), message(4, 21, { author: 'ben' })])
    expect(items.flatMap((item) => (item.kind === 'message' ? [item.grouped] : []))).toEqual([false, true, false, false])
  })

  test('a topic and the line above what is new begin a group', () => {
    const items = build([message(1, 0), message(2, 1, { topic: 'x' }), message(3, 2, { topic: 'x' }), message(4, 3, { topic: 'x' })], 3)
    expect(items.map(({ kind }) => kind)).toEqual(['start', 'day', 'message', 'message', 'message', 'unread', 'message'])
    expect(items.flatMap((item) => (item.kind === 'message' ? [item.showTopic] : []))).toEqual([false, true, false, true])
  })

  test('the line does not stand above own messages', () => {
    expect(build([message(1, 0), message(2, 1, { author: 'me' })], 1).some(({ kind }) => kind === 'unread')).toBe(false)
  })

  test('what follows belongs to the history that is not loaded', () => {
    const items = buildItems({ messages: [message(5, 0)], queued: [], userId: 'me', hasBefore: true, hasAfter: true, line: null })
    expect(items.map(({ kind }) => kind)).toEqual(['before', 'day', 'message', 'after'])
  })
})

test('pages and events merge in order, each message once, the newer copy wins', () => {
  const old = [message(3, 0), message(5, 1)]
  expect(merge(old, [message(7, 2)]).map(({ seq }) => seq)).toEqual([3, 5, 7])
  const merged = merge(old, [message(1, 0), message(3, 0, { text: 'new' })])
  expect(merged.map(({ seq }) => seq)).toEqual([1, 3, 5])
  expect(merged[1]?.text).toBe('new')
  expect(merge([message(1, 0)], [message(1, 0, { text: 'again' })])).toHaveLength(1)
})

test('a reaction counts once per person and goes with its last one', () => {
  const once = withReaction(message(1, 0), '👍', 'ana', true)
  expect(withReaction(once, '👍', 'ana', true).reactions).toEqual([{ emoji: '👍', users: ['ana'] }])
  expect(withReaction(once, '👍', 'ana', false).reactions).toEqual([])
})
