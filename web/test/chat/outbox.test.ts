import { expect, test, vi } from 'vitest'
import type { Message } from '@/office/chat/api-types'
import { CommandFault } from '@/lib/live/live-client'
import type { LocalDb } from '@/office/chat/model/local-db'
import { Outbox, type Queued } from '@/office/chat/model/outbox'

type Sent = { params: Record<string, unknown>; options: { id: string; resent: boolean }; resolve: (value: unknown) => void; reject: (fault: unknown) => void }

/** A device's storage that outlives the outbox, and a server that answers when told. */
function setting() {
  const kept = new Map<string, Queued>()
  const db = {
    name: 'test-chat',
    putQueued: async (entry: Queued) => void kept.set(entry.id, entry),
    removeQueued: async (id: string) => void kept.delete(id),
    readQueue: async () => [...kept.values()],
  } as unknown as LocalDb
  const sent: Sent[] = []
  const command = (_name: string, params: unknown, options: unknown) =>
    new Promise((resolve, reject) => sent.push({ params: params as Sent['params'], options: options as Sent['options'], resolve, reject }))
  const posted = vi.fn()
  const open = () => new Outbox({ command } as never, db, posted)
  return { kept, sent, posted, open }
}

const answer = (id: string) => ({ message: { seq: 1, command_id: id } as Message })
const settle = () => new Promise((done) => setTimeout(done))

test('messages of a room leave one after the other, in the order of writing', async () => {
  const { kept, sent, posted, open } = setting()
  const outbox = open()
  outbox.add({ room: 'r', text: 'one' })
  outbox.add({ room: 'r', text: 'two' })
  await settle()
  expect(sent.map(({ params }) => params.text)).toEqual(['one'])
  sent[0]?.resolve(answer('a'))
  await settle()
  expect(sent.map(({ params }) => params.text)).toEqual(['one', 'two'])
  sent[1]?.resolve(answer('b'))
  await settle()
  expect(posted).toHaveBeenCalledTimes(2)
  expect(outbox.entries.get()).toEqual([])
  expect(kept.size).toBe(0)
})

test('what was sent before the page closed goes out again as the same command', async () => {
  const { kept, sent, open } = setting()
  const before = open().add({ room: 'r', text: 'on the train' })
  await settle()
  expect(sent[0]?.options).toEqual({ id: before.id, resent: false })
  const later = open()
  await later.restore()
  await settle()
  expect(sent[1]?.options).toEqual({ id: before.id, resent: true })
  sent[1]?.resolve(answer(before.id))
  await settle()
  expect(kept.size).toBe(0)
})

test('a refusal stays with its reason until it is tried again or discarded; others go on', async () => {
  const { kept, sent, open } = setting()
  const outbox = open()
  const first = outbox.add({ room: 'r', text: 'no' })
  outbox.add({ room: 'r', text: 'yes' })
  await settle()
  sent[0]?.reject(new CommandFault('forbidden', 403, 'not here'))
  await settle()
  expect(outbox.entries.get()[0]).toMatchObject({ id: first.id, fault: 'not here' })
  expect(sent.map(({ params }) => params.text)).toEqual(['no', 'yes'])
  sent[1]?.resolve(answer('b'))
  await settle()
  outbox.retry(first.id)
  await settle()
  expect(sent[2]?.options).toEqual({ id: first.id, resent: true })
  sent[2]?.reject(new CommandFault('forbidden', 403, 'still not'))
  await settle()
  outbox.discard(first.id)
  expect(outbox.entries.get()).toEqual([])
  expect(kept.size).toBe(0)
})

test('a message that came back as an event is not sent again', async () => {
  const { kept, open } = setting()
  const outbox = open()
  const entry = outbox.add({ room: 'r', text: 'hi' })
  outbox.settled(entry.id)
  await settle()
  expect(outbox.entries.get()).toEqual([])
  expect(kept.has(entry.id)).toBe(false)
})
