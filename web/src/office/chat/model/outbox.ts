import { markUnsynced } from '@/lib/realtime/local-copies'
import { CommandFault, type LiveClient } from '@/lib/live/live-client'
import { Store, useStore } from '@/lib/store'
import type { Message, MessageFile, Quote } from '../api-types'
import type { LocalDb } from './local-db'

/** A message on its way: kept on this device until the server has stored it. */
export type Queued = {
  id: string
  room: string
  thread: number | null
  topic: string | null
  text: string
  files: MessageFile[]
  quote: Quote | null
  at: string
  /** Sent at least once, perhaps by an earlier life of the page: the server is told, and posts it once. */
  tried: boolean
  fault: string | null
}

export type Outgoing = Pick<Queued, 'room' | 'text'> & Partial<Pick<Queued, 'thread' | 'topic' | 'files' | 'quote'>>

/** Sends the messages of each place one after the other, in the order of writing, each exactly once. */
export class Outbox {
  readonly entries = new Store<readonly Queued[]>([])
  readonly #busy = new Set<string>()

  constructor(
    private readonly live: Pick<LiveClient, 'command'>,
    private readonly db: LocalDb,
    private readonly onPosted: (message: Message) => void,
  ) {}

  async restore() {
    const kept = await this.db.readQueue()
    const known = new Set(this.entries.get().map(({ id }) => id))
    this.#set([...kept.filter(({ id }) => !known.has(id)), ...this.entries.get()].toSorted((a, b) => a.at.localeCompare(b.at)))
    this.#flush()
  }

  add({ room, text, thread = null, topic = null, files = [], quote = null }: Outgoing) {
    const entry: Queued = {
      id: crypto.randomUUID(), room, thread, topic, text, files, quote, at: new Date().toISOString(), tried: false, fault: null,
    }
    this.#set([...this.entries.get(), entry])
    // Only what is on the device goes out: a tab that closes in between loses nothing.
    void this.db.putQueued(entry).then(() => this.#flush())
    return entry
  }

  retry(id: string) {
    this.#change(id, { fault: null })
    this.#flush()
  }

  discard(id: string) {
    this.#set(this.entries.get().filter((entry) => entry.id !== id))
    void this.db.removeQueued(id)
  }

  /** The message has come back as an event; the answer to the command may still be on its way. */
  settled(id: string) {
    if (this.entries.get().some((entry) => entry.id === id)) this.discard(id)
  }

  #set(entries: readonly Queued[]) {
    this.entries.set(entries)
    markUnsynced(this.db.name, entries.length > 0)
  }

  #change(id: string, change: Partial<Queued>) {
    const entries = this.entries.get().map((entry) => (entry.id === id ? { ...entry, ...change } : entry))
    this.#set(entries)
    const entry = entries.find((known) => known.id === id)
    if (entry) void this.db.putQueued(entry)
  }

  #flush() {
    const places = new Set(this.entries.get().map(({ room }) => room))
    for (const room of places) if (!this.#busy.has(room)) void this.#sendAll(room)
  }

  async #sendAll(room: string) {
    this.#busy.add(room)
    try {
      for (;;) {
        const next = this.entries.get().find((entry) => entry.room === room && entry.fault === null)
        if (!next) return
        await this.#send(next)
      }
    } finally {
      this.#busy.delete(room)
    }
  }

  async #send(entry: Queued) {
    const { id, room, thread, topic, text, files, quote, tried } = entry
    const params = {
      room, text, ...(thread ? { thread } : {}), ...(topic ? { topic } : {}),
      ...(files.length > 0 ? { files: files.map(({ hash }) => hash) } : {}), ...(quote ? { quote: { room: quote.room, seq: quote.seq } } : {}),
    }
    this.#change(id, { tried: true })
    try {
      const { message } = await this.live.command<{ message: Message }>('chat.post', params, { id, resent: tried })
      this.onPosted(message)
      this.discard(id)
    } catch (error) {
      this.#change(id, { fault: error instanceof CommandFault ? error.message || error.code : String(error) })
    }
  }
}

const NONE: readonly Queued[] = []

export const useQueued = (outbox: Outbox | null) => useStore(outbox?.entries ?? EMPTY, (entries) => entries)
const EMPTY = new Store(NONE)
