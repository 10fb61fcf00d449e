import { Store, useStore } from '@/lib/store'
import type { Draft, Emoji, Me, Membership, Message, Overview, PresenceState, Room, RoomState, Status } from '../api-types'

export type ChatState = {
  ready: boolean
  /** The server could not be reached: this is what the device remembers. */
  stale: boolean
  userId: string
  rooms: Readonly<Record<string, RoomState>>
  sections: readonly string[]
  drafts: Readonly<Record<string, Draft>>
  threadsUnread: number
  presence: Readonly<Record<string, PresenceState>>
  statuses: Readonly<Record<string, Status>>
  me: Me
  emoji: readonly Emoji[]
  /** Per place (room, thread) who types, and until when that is believed. */
  typing: Readonly<Record<string, Readonly<Record<string, number>>>>
  saved: Readonly<Record<string, true>>
}

const NOBODY: Me = { status: null, dnd_until: null, dnd_from: null, dnd_to: null, keywords: [], version: 0, muted: null }

export const EMPTY: ChatState = {
  ready: false, stale: false, userId: '', rooms: {}, sections: [], drafts: {}, threadsUnread: 0, presence: {}, statuses: {},
  me: NOBODY, emoji: [], typing: {}, saved: {},
}

export const chat = new Store<ChatState>(EMPTY)

export const useChat = <R>(select: (state: ChatState) => R) => useStore(chat, select)
export const useRoom = (room: string): RoomState | undefined => useChat((state) => state.rooms[room])

/** A room, or one thread of it: drafts, typing and the queue belong to a place. */
export const placeOf = (room: string, thread: number | null | undefined) => (thread ? `${room}/${thread}` : room)

export const MOST_UNREAD = 100

export function fromOverview(overview: Overview, userId: string, stale: boolean): ChatState {
  return {
    ...chat.get(),
    ready: true,
    stale,
    userId,
    rooms: Object.fromEntries(overview.rooms.map((room) => [room.id, room])),
    sections: overview.sections,
    drafts: Object.fromEntries(overview.drafts.map((draft) => [placeOf(draft.room, draft.thread), draft])),
    threadsUnread: overview.threads_unread,
    presence: overview.presence as Record<string, PresenceState>,
    statuses: overview.statuses,
    me: overview.me,
    emoji: overview.emoji,
  }
}

/** Sections and keywords as another device, or the server, has them; what is older than what is known says nothing. */
export function takeLists({ sections, keywords, version }: { sections: string[]; keywords: string[]; version: number }) {
  chat.update((state) => (version < state.me.version ? state : { ...state, sections, me: { ...state.me, keywords, version } }))
}

export function patchRoom(id: string, change: (room: RoomState) => RoomState) {
  chat.update((state) => {
    const room = state.rooms[id]
    return room ? { ...state, rooms: { ...state.rooms, [id]: change(room) } } : state
  })
}

export const patchMembership = (id: string, change: Partial<Membership>) =>
  patchRoom(id, (room) => (room.membership ? { ...room, membership: { ...room.membership, ...change } } : room))

export const putRoom = (room: RoomState) => chat.update((state) => ({ ...state, rooms: { ...state.rooms, [room.id]: room } }))

/** Rooms that somebody looks into without being a member: each change counts one up. */
const visits = new Store<Readonly<Record<string, number>>>({})
export const useVisit = (room: string) => useStore(visits, (counts) => counts[room] ?? 0)
export const lookAgain = (room: string) => visits.update((counts) => ({ ...counts, [room]: (counts[room] ?? 0) + 1 }))

/** What everybody knows of the room changed; what is this person's own stays. */
export function mergeRoom(room: Room) {
  if (chat.get().rooms[room.id]) patchRoom(room.id, (known) => ({ ...known, ...room, last_seq: Math.max(known.last_seq, room.last_seq) }))
  else lookAgain(room.id)
}

export function dropRoom(id: string) {
  chat.update((state) => {
    const { [id]: gone, ...rooms } = state.rooms
    return gone ? { ...state, rooms } : state
  })
}

/** A message arrived in a room of this person. */
export function countMessage(message: Message, lastSeq: number) {
  patchRoom(message.room, (room) => {
    const { membership } = room
    const seen = { ...room, last_seq: Math.max(room.last_seq, lastSeq) }
    if (message.thread !== null) return seen
    const own = message.author === chat.get().userId
    const last = { seq: message.seq, author: message.author, text: message.text.slice(0, 200), created_at: message.created_at }
    const news = membership && !own && message.seq > membership.read_seq
    const counted = news ? { ...membership, unread: Math.min(MOST_UNREAD, membership.unread + 1) } : membership
    const read = own && counted && counted.unread === 0 ? { ...counted, read_seq: Math.max(counted.read_seq, message.seq) } : counted
    return { ...seen, last_message: last, membership: read }
  })
}

export const setDraftLocally = (draft: Draft) =>
  chat.update((state) => {
    const place = placeOf(draft.room, draft.thread)
    const { [place]: _old, ...rest } = state.drafts
    return { ...state, drafts: draft.text === '' ? rest : { ...rest, [place]: draft } }
  })

const TYPING_MS = 6_000

export function noteTyping(place: string, user: string) {
  if (user === chat.get().userId) return
  chat.update((state) => ({ ...state, typing: { ...state.typing, [place]: { ...state.typing[place], [user]: Date.now() + TYPING_MS } } }))
  setTimeout(() => expireTyping(place), TYPING_MS + 50)
}

export function expireTyping(place: string, user?: string) {
  chat.update((state) => {
    const typing = state.typing[place]
    if (!typing) return state
    const now = Date.now()
    const left = Object.entries(typing).filter(([id, until]) => until > now && id !== user)
    if (left.length === Object.keys(typing).length) return state
    return { ...state, typing: { ...state.typing, [place]: Object.fromEntries(left) } }
  })
}

export const savedKey = (room: string, seq: number) => `${room}/${seq}`

export function markSaved(room: string, seq: number, on: boolean) {
  chat.update((state) => {
    const { [savedKey(room, seq)]: _old, ...rest } = state.saved
    return { ...state, saved: on ? { ...rest, [savedKey(room, seq)]: true as const } : rest }
  })
}

/** What the server tells of a stretch of messages: those that it does not name are not saved. */
export function markSavedOf(room: string, seqs: readonly number[], saved: readonly number[]) {
  chat.update((state) => {
    const on = new Set(saved)
    const changed = seqs.filter((seq) => on.has(seq) !== savedKey(room, seq) in state.saved)
    if (changed.length === 0) return state
    const next: Record<string, true> = { ...state.saved }
    for (const seq of changed) {
      if (on.has(seq)) next[savedKey(room, seq)] = true
      else delete next[savedKey(room, seq)]
    }
    return { ...state, saved: next }
  })
}

export const isMuted = ({ membership }: RoomState) => membership?.muted ?? false

/** Whether the room asks for attention in bold: never when muted, unless somebody is meant; never when it should tell nothing. */
export function wantsAttention({ membership }: RoomState) {
  if (!membership || membership.level === 'none') return false
  return membership.mentions > 0 || (membership.unread > 0 && !membership.muted)
}

/** The number beside a room: messages meant for this person. */
export function countFor(room: RoomState) {
  const { membership } = room
  if (!membership || membership.level === 'none') return 0
  if (room.kind !== 'channel' && !membership.muted) return Math.max(membership.unread, membership.mentions)
  return membership.mentions
}
