import { Store } from '@/lib/store'
import { Problem } from '@/lib/api/problem'
import { readMessages, type MessageQuery } from '../api'
import type { Following, Message, MessagePage } from '../api-types'
import { markSavedOf } from './chat-state'
import { directory } from './directory'
import type { LocalDb } from './local-db'

const PAGE = 60
/** Beyond this the far end is let go, so that a long walk through history stays light. */
const MOST_HELD = 4_000

export type LogState = {
  messages: readonly Message[]
  status: 'idle' | 'loading' | 'ready' | 'failed'
  error: unknown
  hasBefore: boolean
  hasAfter: boolean
  loadingBefore: boolean
  loadingAfter: boolean
  /** What is shown comes from this device. */
  local: boolean
  /** Grows when the window is replaced: the list starts anew at its place. */
  generation: number
  /** Where a fresh window wants to be: at a message, or at the end. */
  target: number | null
  /** Of a thread: how this person follows it; null as long as they never said and never took part. */
  following: Following | null
}

const EMPTY: LogState = {
  messages: [], status: 'idle', error: null, hasBefore: false, hasAfter: false, loadingBefore: false, loadingAfter: false,
  local: false, generation: 0, target: null, following: null,
}

type Place = { room: string; thread?: number | null; topic?: string | null }

/** One contiguous stretch of a room's (or thread's, or topic's) history, kept current by events. */
export class RoomLog {
  readonly store = new Store<LogState>(EMPTY)
  readonly room: string
  readonly thread: number | null
  readonly topic: string | null
  /** Events that arrive while a page is on its way would else be lost. */
  #early: Message[] | null = null
  /** Which stretch is shown: a page that was asked for beside another one does not belong to it. */
  #window = 0

  constructor(
    { room, thread = null, topic = null }: Place,
    private readonly db: LocalDb | null,
  ) {
    this.room = room
    this.thread = thread
    this.topic = topic
  }

  get state() {
    return this.store.get()
  }

  #patch(change: Partial<LogState>) {
    this.store.update((state) => ({ ...state, ...change }))
  }

  #read(query: MessageQuery) {
    const place = { ...(this.thread ? { thread: this.thread } : {}), ...(this.topic ? { topic: this.topic } : {}) }
    return readMessages(this.room, { limit: PAGE, ...place, ...query })
  }

  openNewest = () => this.#open({}, null)
  openAround = (seq: number) => this.#open({ around: seq }, seq)
  openAt = async (time: string) => {
    if (!(await this.#open({ at: time }, null))) return
    const first = this.state.messages.find(({ created_at: at }) => at >= time) ?? this.state.messages.at(-1)
    if (first) this.#patch({ target: first.seq, generation: this.state.generation + 1 })
  }

  showEnd() {
    // Whatever is still on its way belongs to another place.
    this.#window += 1
    this.#patch({ target: null, generation: this.state.generation + 1, loadingBefore: false, loadingAfter: false })
  }

  async #open(query: MessageQuery, target: number | null) {
    this.#early = []
    this.#window += 1
    const window = this.#window
    this.#patch({ status: this.state.messages.length > 0 ? this.state.status : 'loading', error: null, loadingBefore: false, loadingAfter: false })
    try {
      const page = await this.#read(query)
      // Who asked for another place meanwhile wants to be there.
      if (window !== this.#window) return false
      this.#show(page, target)
    } catch (error) {
      if (window !== this.#window) return false
      await this.#showLocal(error)
    }
    this.#early = null
    return true
  }

  #show({ messages, has_before: hasBefore, has_after: hasAfter, saved, following }: MessagePage, target: number | null) {
    const early = hasAfter ? [] : (this.#early ?? []).filter(({ seq }) => !messages.some((known) => known.seq === seq))
    const all = [...messages, ...early.filter((message) => this.#belongs(message))]
    this.store.update((state) => ({
      ...state, messages: all, hasBefore, hasAfter, target, following, status: 'ready', error: null, local: false, loadingBefore: false,
      loadingAfter: false, generation: state.generation + 1,
    }))
    this.#keep(messages, saved)
  }

  async #showLocal(error: unknown) {
    const unreachable = error instanceof Problem && error.unreachable
    if (unreachable && this.state.messages.length > 0) return this.#patch({ local: true, status: 'ready' })
    const kept = unreachable && this.db ? (await this.db.readMessages(this.room)).filter((message) => this.#belongs(message)) : []
    if (kept.length === 0) return this.#patch({ status: 'failed', error })
    this.#patch({ messages: kept, status: 'ready', local: true, hasBefore: false, hasAfter: false, target: null, generation: this.state.generation + 1 })
  }

  async loadBefore() {
    const { messages, hasBefore, loadingBefore, local } = this.state
    const first = this.thread ? messages.find(({ thread }) => thread !== null) : messages[0]
    if (!hasBefore || loadingBefore || local || !first) return
    this.#patch({ loadingBefore: true })
    const window = this.#window
    const page = await this.#read({ before: first.seq, limit: PAGE * 2 }).catch(() => null)
    if (window !== this.#window) return
    if (!page) return this.#patch({ loadingBefore: false })
    this.store.update((state) => ({ ...state, messages: merge(state.messages, page.messages), hasBefore: page.has_before, loadingBefore: false }))
    this.#keep(page.messages, page.saved)
    // In a drawing of its own: the list cannot follow both ends at once.
    if (this.state.messages.length > MOST_HELD) setTimeout(() => this.#letGo())
  }

  #letGo() {
    const { messages } = this.state
    if (messages.length > MOST_HELD) this.#patch({ messages: messages.slice(0, MOST_HELD), hasAfter: true })
  }

  async loadAfter() {
    const { messages, hasAfter, loadingAfter, local } = this.state
    const last = messages.at(-1)
    if (!hasAfter || loadingAfter || local || !last) return
    this.#early = []
    this.#patch({ loadingAfter: true })
    const window = this.#window
    const page = await this.#read({ after: last.seq, limit: PAGE * 2 }).catch(() => null)
    if (window !== this.#window) return
    const early = page && !page.has_after ? (this.#early ?? []) : []
    this.#early = null
    if (!page) return this.#patch({ loadingAfter: false })
    this.store.update((state) => ({
      ...state, messages: merge(state.messages, [...page.messages, ...early]), hasAfter: page.has_after, loadingAfter: false,
    }))
    this.#keep(page.messages, page.saved)
  }

  /** After a cut that the server could not bridge: the end is read again, without moving who reads above it. */
  async refresh() {
    if (this.state.status === 'idle') return
    if (this.state.hasAfter) return
    await this.openNewest()
  }

  #keep(messages: readonly Message[], saved?: readonly number[]) {
    if (saved) markSavedOf(this.room, messages.map(({ seq }) => seq), saved)
    void directory.need([...new Set(messages.flatMap(({ author }) => author ?? []))], this.room)
    if (messages.length > 0) void this.db?.putMessages([...messages])
  }

  #belongs(message: Message) {
    if (this.thread) return message.thread === this.thread || message.seq === this.thread
    return message.thread === null && (!this.topic || message.topic === this.topic)
  }

  posted(message: Message) {
    if (!this.#belongs(message)) return
    if (this.#early) this.#early.push(message)
    const { status, hasAfter, messages } = this.state
    if (status !== 'ready' || hasAfter) return
    this.#patch({ messages: merge(messages, [message]) })
    this.#keep([message])
  }

  changed(message: Message) {
    this.patch(message.seq, () => message)
  }

  patch(seq: number, change: (message: Message) => Message) {
    const { messages } = this.state
    const index = messages.findIndex((known) => known.seq === seq)
    const known = messages[index]
    if (!known) return
    const next = change(known)
    if (!this.#belongs(next)) return this.#patch({ messages: messages.toSpliced(index, 1) })
    this.#patch({ messages: messages.with(index, next) })
    this.#keep([next])
  }

  /** Messages of one topic belong to another from now on. */
  retopic(from: string, to: string | null, since: number) {
    const { messages, status } = this.state
    const moved = messages.map((message) => (message.topic === from && message.seq >= since ? { ...message, topic: to } : message))
    const changed = moved.filter((message, index) => message !== messages[index])
    if (changed.length > 0) {
      this.#patch({ messages: moved.filter((message) => this.#belongs(message)) })
      this.#keep(changed)
    }
    // What came into this topic is not here.
    if (this.topic !== null && this.topic === to && status === 'ready') void this.refresh()
  }

  follow(following: boolean) {
    this.#patch({ following: { read_seq: 0, ...this.state.following, following, muted: !following } })
  }

  find = (seq: number) => this.state.messages.find((message) => message.seq === seq)
}

/** Both lists are in order and each message is in the result once; the newer copy wins. */
export function merge(known: readonly Message[], more: readonly Message[]): Message[] {
  const last = known.at(-1)
  const first = more[0]
  if (!last || (first && more.length === 1 && first.seq > last.seq)) return [...known, ...more]
  const bySeq = new Map(known.map((message) => [message.seq, message]))
  for (const message of more) bySeq.set(message.seq, message)
  return [...bySeq.values()].toSorted((a, b) => a.seq - b.seq)
}
