import { queryClient } from '@/lib/api/query'
import type { LiveEvent } from '@/lib/live/protocol'
import type { ChatBookmarks, DoNotDisturb } from '@/lib/api/types'
import type { Message, PresenceState, Replies, Room, RoomState, Status } from '../api-types'
import { chat, dropRoom, markSaved, mergeRoom, noteTyping, patchMembership, patchRoom, placeOf, putRoom, setDraftLocally, takeLists } from './chat-state'
import type { ChatSession } from './session'
import { whisper, type Whisper } from './whispers'

// What the server tells is typed by the contract; each kind is read in one place, here.
type Told = {
  'chat.posted': { message: Message; root: { seq: number; replies: Replies } | null }
  'chat.changed': { message: Message }
  'chat.reacted': { seq: number; emoji: string; user: string; on: boolean }
  'chat.topic': { from: string; to: string | null; since: number }
  'chat.room': { room: Room }
  'chat.members': { joined: string[]; left: string[]; member_count: number }
  'chat.typing': { user: string; thread: number | null }
  'chat.read': { room: string; thread: number | null; read_seq: number; unread: number; mentions: number }
  'chat.joined': { room: RoomState }
  'chat.left': { room: string }
  'chat.preferences': { room: RoomState }
  'chat.draft': { room: string; thread: number | null; text: string }
  'chat.thread': { room: string; thread: number; following: boolean }
  'chat.sections': { sections: string[]; keywords: string[]; version: number }
  'chat.emoji': { name: string; hash: string | null }
  'chat.muted': { muted: boolean; until: string | null }
  'chat.bookmarks': ChatBookmarks
  'notify.quiet': DoNotDisturb
  'chat.mention': { room: string; seq: number; thread: number | null }
  'chat.saved': { room: string; seq: number; saved: boolean }
  'chat.ephemeral': Whisper
}

type Kind = keyof Told
type Handlers<Context> = { [K in Kind]?: (data: Told[K], context: Context) => void }

function run<Context>(handlers: Handlers<Context>, { kind, data }: LiveEvent, context: Context) {
  const handler = handlers[kind as Kind] as ((data: unknown, context: Context) => void) | undefined
  handler?.(data, context)
}

type RoomContext = { room: string; seq: number; session: ChatSession }

export function withReaction(message: Message, emoji: string, user: string, on: boolean): Message {
  const known = message.reactions.find((reaction) => reaction.emoji === emoji)
  const users = (known?.users ?? []).filter((id) => id !== user)
  const next = on ? [...users, user] : users
  const reactions = known
    ? message.reactions.map((reaction) => (reaction === known ? { ...reaction, users: next } : reaction))
    : [...message.reactions, { emoji, users: next }]
  return { ...message, reactions: reactions.filter((reaction) => reaction.users.length > 0) }
}

const reread = (...key: string[]) => void queryClient.invalidateQueries({ queryKey: ['chat', ...key] })

const GATHER_MS = 1_000
let threadsDue: ReturnType<typeof setTimeout> | undefined

/** A thread that is followed may have news; many replies at once are one question. */
function rereadThreadsSoon() {
  threadsDue ??= setTimeout(() => {
    threadsDue = undefined
    reread('threads')
  }, GATHER_MS)
}

const ofRoom: Handlers<RoomContext> = {
  'chat.posted'({ message, root }, { room, seq, session }) {
    session.posted(message, seq)
    if (message.topic !== null) reread('topics', room)
    if (!root) return
    if (message.author !== chat.get().userId) rereadThreadsSoon()
    for (const log of session.logsOf(room)) log.patch(root.seq, (known) => ({ ...known, replies: root.replies }))
  },
  'chat.changed'({ message }, { room, session }) {
    for (const log of session.logsOf(room)) log.changed(message)
    reread('pins', room)
    reread('topics', room)
  },
  'chat.reacted'({ seq, emoji, user, on }, { room, session }) {
    for (const log of session.logsOf(room)) log.patch(seq, (message) => withReaction(message, emoji, user, on))
  },
  'chat.topic'({ from, to, since }, { room, session }) {
    for (const log of session.logsOf(room)) log.retopic(from, to, since)
    reread('topics', room)
  },
  'chat.room'({ room }) {
    mergeRoom(room)
    // After a cut it may stand for changed bookmarks.
    reread('bookmarks', room.id)
  },
  'chat.bookmarks'(all, { room }) {
    const queryKey = ['chat', 'bookmarks', room]
    // What was being read when this came may be older.
    if (queryClient.isFetching({ queryKey }) > 0) reread('bookmarks', room)
    else queryClient.setQueryData(queryKey, all)
  },
  'chat.members'({ joined, member_count: count }, { room, session }) {
    patchRoom(room, (known) => ({ ...known, member_count: count }))
    // Nobody came: roles may be others now, this person's too.
    if (joined.length === 0 && session.logsOf(room).length > 0) void session.reread(room)
    reread('members', room)
    reread('bans', room)
  },
  'chat.typing': ({ user, thread }, { room }) => noteTyping(placeOf(room, thread), user),
}

export function applyToRoom(room: string, events: LiveEvent[], session: ChatSession) {
  for (const event of events) run(ofRoom, event, { room, seq: event.seq ?? 0, session })
}

const ofMe: Handlers<ChatSession> = {
  'chat.read'({ room, thread, read_seq: readSeq, unread, mentions }) {
    if (thread === null) patchMembership(room, { read_seq: readSeq, unread, mentions })
    else reread('threads')
  },
  'chat.joined': ({ room }) => putRoom(room),
  'chat.left'({ room }, session) {
    session.forget(room)
    dropRoom(room)
  },
  'chat.preferences': ({ room }) => putRoom(room),
  'chat.draft': ({ room, thread, text }) => setDraftLocally({ room, thread, text, updated_at: new Date().toISOString() }),
  'chat.thread'({ room, thread, following }, session) {
    for (const log of session.logsOf(room)) if (log.thread === thread) log.follow(following)
    reread('threads')
  },
  'chat.sections': (told) => takeLists(told),
  'chat.emoji'({ name, hash }) {
    chat.update((state) => {
      const others = state.emoji.filter((known) => known.name !== name)
      return { ...state, emoji: hash ? [...others, { name, hash }].toSorted((a, b) => a.name.localeCompare(b.name)) : others }
    })
  },
  'chat.muted': ({ muted, until }) => chat.update((state) => ({ ...state, me: { ...state.me, muted: muted ? { until } : null } })),
  'notify.quiet': ({ from, to, until }) =>
    chat.update((state) => ({ ...state, me: { ...state.me, dnd_from: from, dnd_to: to, dnd_until: until } })),
  'chat.mention'({ room, thread }) {
    const known = chat.get().rooms[room]?.membership
    if (known && thread === null) patchMembership(room, { mentions: known.mentions + 1 })
  },
  'chat.ephemeral': (told) => whisper(told),
  'chat.saved'({ room, seq, saved }) {
    markSaved(room, seq, saved)
    reread('saved')
  },
}

export function applyToMe(events: LiveEvent[], session: ChatSession) {
  for (const event of events) {
    if (event.kind === 'chat.scheduled') reread('scheduled')
    else if (event.kind === 'chat.reminder') reread('reminders')
    else if (event.kind === 'chat.reported') reread('moderation')
    else run(ofMe, event, session)
  }
}

export function applyToPeople(kind: string, data: unknown) {
  if (kind === 'presence') {
    const { user, state: presence } = data as { user: string; state: PresenceState }
    chat.update((state) => ({ ...state, presence: { ...state.presence, [user]: presence } }))
  }
  if (kind !== 'status') return
  const { user, status } = data as { user: string; status: Status | null }
  chat.update((state) => {
    const { [user]: _old, ...rest } = state.statuses
    return { ...state, statuses: status ? { ...rest, [user]: status } : rest }
  })
}
