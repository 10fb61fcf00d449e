import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { backOff } from '@/lib/live/back-off'
import { CommandFault, LiveClient } from '@/lib/live/live-client'

/** The server's end of a socket. */
class FakeSocket extends EventTarget {
  static all: FakeSocket[] = []
  readyState = 1
  sent: Record<string, unknown>[] = []
  constructor() {
    super()
    FakeSocket.all.push(this)
  }
  send(text: string) {
    this.sent.push(JSON.parse(text) as Record<string, unknown>)
  }
  close() {
    this.readyState = 3
  }
  tell(...messages: object[]) {
    const data = JSON.stringify(messages.length === 1 ? messages[0] : messages)
    this.dispatchEvent(new MessageEvent('message', { data }))
  }
  welcome() {
    this.tell({ op: 'welcome', version: 1, user: 'ana', heartbeat: 25 })
  }
  cut(code = 1006) {
    this.readyState = 3
    this.dispatchEvent(Object.assign(new Event('close'), { code }))
  }
  ops(op: string) {
    return this.sent.filter((message) => message.op === op)
  }
}

const socket = (index: number) => {
  const found = FakeSocket.all.at(index)
  if (!found) throw new Error('no socket')
  return found
}

const start = () => {
  const client = new LiveClient({ url: () => 'ws://x', open: () => new FakeSocket() as unknown as WebSocket, random: () => 1 })
  client.start()
  return client
}

beforeEach(() => {
  vi.useFakeTimers()
  FakeSocket.all = []
})
afterEach(() => vi.useRealTimers())

test('waits longer each time, up to twenty seconds, and never in step with others', () => {
  expect([0, 1, 2, 3, 9].map((attempt) => backOff(attempt, () => 1))).toEqual([0, 500, 1000, 2000, 20_000])
  expect(backOff(3, () => 0)).toBe(1000)
})

describe('topics', () => {
  test('leave together, and come back with their cursors after a cut', () => {
    const client = start()
    const events = vi.fn()
    client.subscribe('room:1', { events }, 7)
    client.subscribe('me', {})
    socket(0).welcome()
    expect(socket(0).ops('subscribe')).toEqual([{ op: 'subscribe', topics: [{ topic: 'room:1', after: 7 }, { topic: 'me' }] }])
    socket(0).tell({ op: 'events', topic: 'room:1', events: [{ seq: 8, kind: 'a', data: 1 }, { seq: 9, kind: 'b', data: 2 }] })
    expect(events).toHaveBeenCalledTimes(1)
    socket(0).cut()
    vi.advanceTimersByTime(0)
    socket(1).welcome()
    expect(socket(1).ops('subscribe')[0]).toMatchObject({ topics: [{ topic: 'room:1', after: 9 }, { topic: 'me' }] })
  })

  test('an event that is told twice arrives once', () => {
    const client = start()
    const seen: number[] = []
    client.subscribe('room:1', { events: (events) => seen.push(...events.map(({ seq }) => seq ?? 0)) }, 1)
    socket(0).welcome()
    socket(0).tell({ op: 'events', topic: 'room:1', events: [{ seq: 2, kind: 'a', data: 0 }] })
    socket(0).tell({ op: 'events', topic: 'room:1', events: [{ seq: 2, kind: 'a', data: 0 }, { seq: 3, kind: 'a', data: 0 }] })
    expect(seen).toEqual([2, 3])
  })

  test('what cannot be bridged begins anew at the cursor of the server', () => {
    const client = start()
    const subscribed = vi.fn()
    client.subscribe('room:1', { subscribed }, 5)
    socket(0).welcome()
    socket(0).tell({ op: 'subscribed', topic: 'room:1', cursor: 90, resumed: false })
    expect(subscribed).toHaveBeenCalledWith(false, 90)
    socket(0).cut()
    vi.advanceTimersByTime(0)
    socket(1).welcome()
    expect(socket(1).ops('subscribe')[0]).toMatchObject({ topics: [{ topic: 'room:1', after: 90 }] })
  })

  test('a right that is gone ends the topic, a restart of its actor does not', () => {
    const client = start()
    const refused = vi.fn()
    const events = vi.fn()
    client.subscribe('room:1', { refused, events }, 1)
    socket(0).welcome()
    socket(0).tell({ op: 'ended', topic: 'room:1', code: 'restart' })
    expect(refused).not.toHaveBeenCalled()
    socket(0).tell({ op: 'ended', topic: 'room:1', code: 'revoked' })
    expect(refused).toHaveBeenCalledWith('revoked')
    socket(0).tell({ op: 'events', topic: 'room:1', events: [{ seq: 2, kind: 'a', data: 0 }] })
    expect(events).not.toHaveBeenCalled()
  })
})

test('a topic that has begun anew is asked for again, from where it was', () => {
  const client = start()
  client.subscribe('list:1', {}, 7)
  socket(0).welcome()
  socket(0).tell({ op: 'ended', topic: 'list:1', code: 'restart' })
  vi.advanceTimersByTime(1_000)
  expect(socket(0).ops('subscribe').at(-1)).toMatchObject({ topics: [{ topic: 'list:1', after: 7 }] })
  expect(socket(0).ops('subscribe')).toHaveLength(2)
})

describe('commands', () => {
  test('are answered', async () => {
    const client = start()
    socket(0).welcome()
    const answer = client.command('chat.post', { text: 'hi' }, { id: 'c1' })
    expect(socket(0).ops('command')).toEqual([{ op: 'command', id: 'c1', name: 'chat.post', params: { text: 'hi' }, resent: false }])
    socket(0).tell({ op: 'done', id: 'c1', result: 42 })
    await expect(answer).resolves.toBe(42)
  })

  test('that are not answered go out again after a cut, marked as such', async () => {
    const client = start()
    const early = client.command('chat.post', {}, { id: 'c1' })
    socket(0).welcome()
    socket(0).cut()
    vi.advanceTimersByTime(0)
    const late = client.command('chat.post', {}, { id: 'c2' })
    socket(1).welcome()
    expect(socket(1).ops('command')).toMatchObject([{ id: 'c1', resent: true }, { id: 'c2', resent: false }])
    socket(1).tell({ op: 'done', id: 'c1', result: 1 }, { op: 'done', id: 'c2', result: 2 })
    await expect(Promise.all([early, late])).resolves.toEqual([1, 2])
  })

  test('that are refused say why; a busy server is asked again', async () => {
    const client = start()
    socket(0).welcome()
    const refused = client.command('chat.post', {}, { id: 'c1' })
    socket(0).tell({ op: 'failed', id: 'c1', error: { code: 'forbidden', status: 403, detail: 'no' } })
    await expect(refused).rejects.toEqual(new CommandFault('forbidden', 403, 'no'))
    const busy = client.command('chat.post', {}, { id: 'c2' })
    socket(0).tell({ op: 'failed', id: 'c2', error: { code: 'busy', status: 503, detail: '' } })
    vi.advanceTimersByTime(1_000)
    expect(socket(0).ops('command').at(-1)).toMatchObject({ id: 'c2', resent: true })
    socket(0).tell({ op: 'done', id: 'c2', result: 'ok' })
    await expect(busy).resolves.toBe('ok')
  })

  test('stay within what the server allows', () => {
    const client = start()
    socket(0).welcome()
    for (let index = 0; index < 100; index += 1) client.hint('chat.typing', {})
    expect(socket(0).ops('command').length).toBeLessThanOrEqual(40)
    vi.advanceTimersByTime(3_000)
    expect(socket(0).ops('command')).toHaveLength(100)
  })
})

describe('the connection', () => {
  test('is given up when the server is silent, and tried again', () => {
    const client = start()
    socket(0).welcome()
    expect(client.state).toBe('live')
    vi.advanceTimersByTime(74_000)
    expect(client.state).toBe('live')
    vi.advanceTimersByTime(1_500)
    expect(FakeSocket.all).toHaveLength(2)
    expect(client.state).toBe('connecting')
  })

  test('is tested at once when the browser says that it is offline', () => {
    const client = start()
    socket(0).welcome()
    client.probe()
    expect(socket(0).ops('ping')).toHaveLength(1)
    vi.advanceTimersByTime(5_100)
    expect(client.state).not.toBe('live')
  })

  test('is not tried again when the sign-in has ended', () => {
    const client = start()
    socket(0).welcome()
    socket(0).cut(4401)
    vi.advanceTimersByTime(60_000)
    expect(client.state).toBe('signed_out')
    expect(FakeSocket.all).toHaveLength(1)
  })

  test('comes back without waiting when the network does', () => {
    const client = start()
    for (let index = 0; index < 4; index += 1) {
      socket(-1).cut()
      if (index < 3) vi.advanceTimersByTime(20_000)
    }
    expect(client.state).toBe('waiting')
    const before = FakeSocket.all.length
    client.hurry()
    expect(FakeSocket.all).toHaveLength(before + 1)
  })

  test('survives frames that mean nothing', () => {
    const client = start()
    socket(0).dispatchEvent(new MessageEvent('message', { data: 'not json' }))
    socket(0).dispatchEvent(new MessageEvent('message', { data: '[1, null, {"op":"future"}]' }))
    socket(0).welcome()
    expect(client.state).toBe('live')
  })
})
