import { Problem } from '@/lib/api/problem'
import { queryClient } from '@/lib/api/query'
import { badges } from '@/lib/badges'
import { live } from '@/lib/live'
import type { LiveEvent } from '@/lib/live/protocol'
import { readOverview, readRoom } from '../api'
import type { Message, Overview } from '../api-types'
import { chat, countFor, countMessage, EMPTY, expireTyping, fromOverview, lookAgain, patchMembership, placeOf, wantsAttention } from './chat-state'
import { directory } from './directory'
import { applyToMe, applyToPeople, applyToRoom } from './events'
import { LocalDb } from './local-db'
import { Outbox } from './outbox'
import { RoomLog } from './room-log'

const MOST_LOGS = 12
const KEEP_FACTS_MS = 4_000

/** Everything that chat holds for the person who is signed in. */
export class ChatSession {
  readonly db: LocalDb
  readonly outbox: Outbox
  /** Rooms that somebody marked unread while looking at them: they stay so until they are left. */
  readonly heldUnread = new Set<string>()
  readonly #logs = new Map<string, RoomLog>()
  readonly #topics = new Map<string, () => void>()
  readonly #stops: (() => void)[] = []
  #keeping: ReturnType<typeof setTimeout> | undefined
  #started = false
  /** Times that events came. */
  #heard = 0
  #visited: string | null = null

  constructor(
    readonly userId: string,
    private readonly mayListPeople: boolean,
  ) {
    this.db = new LocalDb(userId)
    this.outbox = new Outbox(live, this.db, (message) => this.posted(message))
  }

  async start() {
    if (this.#started) return
    this.#started = true
    this.#stops.push(chat.subscribe(() => this.#changed()))
    this.#stops.push(live.subscribe('people', { signal: applyToPeople }))
    this.#stops.push(
      live.subscribe('me', {
        events: (events) => {
          this.#heard += 1
          applyToMe(events, this)
        },
        // The topic has no cursor: what happened before it was heard, at first or after a cut, is in the state only.
        subscribed: () => void this.load(),
      }),
    )
    await Promise.all([this.load(), this.outbox.restore(), this.#loadPeople()])
  }

  stop() {
    for (const stop of [...this.#stops, ...this.#topics.values()]) stop()
    this.#topics.clear()
    clearTimeout(this.#keeping)
    this.db.end()
    chat.set(EMPTY)
    badges.update((value) => ({ ...value, mentions: 0, unread: false }))
  }

  async #loadPeople() {
    try {
      await directory.load(this.mayListPeople)
    } catch {
      directory.add((await this.db.readFact('people')) ?? [])
    }
  }

  async load(tries = 3): Promise<void> {
    try {
      const heard = this.#heard
      const overview = await readOverview()
      chat.set(fromOverview(overview, this.userId, false))
      this.#keepFacts(overview)
      // What came while it was read may be newer than what was read.
      if (heard !== this.#heard && tries > 1) return await this.load(tries - 1)
    } catch (error) {
      if (chat.get().ready) return
      const kept = error instanceof Problem && error.unreachable ? await this.db.readFact('overview') : undefined
      if (kept) chat.set(fromOverview(kept, this.userId, true))
      // Nothing is known: the next connection of the socket tries again.
    }
  }

  #changed() {
    const rooms = Object.values(chat.get().rooms)
    for (const { id, last_seq: seq, membership } of rooms) if (membership && !this.#topics.has(id)) this.#listen(id, seq)
    for (const [id, stop] of this.#topics) {
      if (chat.get().rooms[id]?.membership || id === this.#visited) continue
      stop()
      this.#topics.delete(id)
    }
    const mentions = rooms.reduce((sum, room) => sum + countFor(room), 0)
    badges.update((value) => {
      const unread = rooms.some(wantsAttention)
      return value.mentions === mentions && value.unread === unread ? value : { ...value, mentions, unread }
    })
  }

  /** Also for a public channel that somebody looks into without being a member. */
  visit(room: string) {
    this.#visited = room
    if (!this.#topics.has(room)) this.#listen(room, undefined)
  }

  #listen(room: string, after: number | undefined) {
    let first = true
    const stop = live.subscribe(
      `room:${room}`,
      {
        events: (events) => {
          this.#heard += 1
          applyToRoom(room, events, this)
        },
        signal: (kind, data) => {
          if (kind === 'chat.typing') applyToRoom(room, [{ kind, data } as LiveEvent], this)
        },
        subscribed: (resumed) => {
          if (!resumed && (!first || after !== undefined)) void this.#reload(room)
          first = false
        },
        refused: () => {
          this.#topics.delete(room)
          lookAgain(room)
        },
      },
      after,
    )
    this.#topics.set(room, stop)
  }

  async #reload(room: string) {
    void queryClient.invalidateQueries({ queryKey: ['chat', 'bookmarks', room] })
    for (const log of this.logsOf(room)) void log.refresh()
    await this.reread(room)
  }

  /** What the room is to this person, as the server sees it now. */
  async reread(room: string) {
    const fresh = await readRoom(room).catch(() => null)
    if (fresh && chat.get().rooms[room]) chat.update((state) => ({ ...state, rooms: { ...state.rooms, [room]: fresh } }))
  }

  logsOf = (room: string) => [...this.#logs.values()].filter((log) => log.room === room)

  log(room: string, thread: number | null, topic: string | null): RoomLog {
    const key = `${placeOf(room, thread)}#${topic ?? ''}`
    const known = this.#logs.get(key)
    const log = known ?? new RoomLog({ room, thread, topic }, this.db)
    this.#logs.delete(key)
    this.#logs.set(key, log)
    const [oldest] = this.#logs.keys()
    if (this.#logs.size > MOST_LOGS && oldest) this.#logs.delete(oldest)
    return log
  }

  posted(message: Message, lastSeq = message.seq) {
    const { author, room, thread } = message
    if (author) void directory.need([author], room)
    for (const log of this.logsOf(room)) log.posted(message)
    if (message.command_id) this.outbox.settled(message.command_id)
    if (author) expireTyping(placeOf(room, thread), author)
    // The answer to a command and the event tell of the same message: it counts once.
    if (message.seq > (chat.get().rooms[room]?.last_message?.seq ?? 0) || thread !== null) countMessage(message, lastSeq)
  }

  forget(room: string) {
    for (const [key, log] of this.#logs) if (log.room === room) this.#logs.delete(key)
    void this.db.forgetRoom(room)
  }

  markRead(room: string, seq: number) {
    patchMembership(room, { read_seq: seq, unread: 0, mentions: 0 })
  }

  #keepFacts(overview: Overview) {
    clearTimeout(this.#keeping)
    this.#keeping = setTimeout(() => {
      void this.db.putFact('overview', overview)
      void this.db.putFact('people', [...directory.people.get().values()])
    }, KEEP_FACTS_MS)
  }
}

let current: ChatSession | null = null

/** One session per person; another one ends it. */
export function openChat(userId: string, mayListPeople: boolean): ChatSession {
  if (current?.userId !== userId) {
    current?.stop()
    current = new ChatSession(userId, mayListPeople)
  }
  return current
}

export function closeChat() {
  current?.stop()
  current = null
}
