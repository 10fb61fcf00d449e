import { expect, test, vi } from 'vitest'
import { readMessages } from '@/office/chat/api'
import type { Message, MessagePage } from '@/office/chat/api-types'
import { chat } from '@/office/chat/model/chat-state'
import { RoomLog } from '@/office/chat/model/room-log'

vi.mock('@/office/chat/api', () => ({ readMessages: vi.fn() }))

const message = (seq: number, topic: string | null, thread: number | null = null) => ({ room: 'r', seq, topic, thread, text: '' }) as Message

async function open(place: { thread?: number; topic?: string }, page: Partial<MessagePage>) {
  vi.mocked(readMessages).mockResolvedValue({ messages: [], has_before: false, has_after: false, cursor: 0, saved: [], following: null, ...page })
  const log = new RoomLog({ room: 'r', ...place }, null)
  await log.openNewest()
  return log
}

test('a topic that moves takes its messages along, from a number on', async () => {
  const log = await open({}, { messages: [message(1, 'Old'), message(2, 'Else'), message(3, 'Old')] })
  log.retopic('Old', 'New', 2)
  expect(log.state.messages.map(({ topic }) => topic)).toEqual(['Old', 'Else', 'New'])
  log.retopic('Old', null, 0)
  expect(log.state.messages.map(({ topic }) => topic)).toEqual([null, 'Else', 'New'])
})

test('what moves into another topic leaves the log of the first, and the other one is read anew', async () => {
  const from = await open({ topic: 'Old' }, { messages: [message(1, 'Old')] })
  const to = await open({ topic: 'New' }, {})
  vi.mocked(readMessages).mockClear()
  for (const log of [from, to]) log.retopic('Old', 'New', 0)
  expect(from.state.messages).toEqual([])
  expect(readMessages).toHaveBeenCalledTimes(1)
})

test('the server knows what is saved and what is followed', async () => {
  const log = await open({ thread: 1 }, { messages: [message(1, null), message(2, null, 1)], saved: [2], following: { following: false, muted: true, read_seq: 2 } })
  expect(chat.get().saved).toEqual({ 'r/2': true })
  expect(log.state.following?.following).toBe(false)
  await open({}, { messages: [message(2, null)], saved: [] })
  expect(chat.get().saved).toEqual({})
  log.follow(true)
  expect(log.state.following).toEqual({ following: true, muted: false, read_seq: 2 })
})
