import type { ChatMembership, ChatMessage, ChatRoomKind } from '@/lib/api/types'

export type {
  ChatDraft as Draft, ChatEmoji as Emoji, ChatFile as MessageFile, ChatHistory as MessagePage, ChatLevel as Level, ChatMe as Me,
  ChatMember as Member, ChatMembership as Membership, ChatMessage as Message, ChatOverview as Overview,
  ChatQuote as Quote, ChatReaction as Reaction, ChatReplies as Replies, ChatRoom as Room, ChatRoomKind as RoomKind,
  ChatRoomState as RoomState, ChatStatus as Status, ChatThread as ThreadEntry, Group,
} from '@/lib/api/types'

/** What a person may set of a room for themselves. */
export type Preferences = Partial<Pick<ChatMembership, 'level' | 'muted' | 'starred' | 'section'>>
export type PresenceState = 'online' | 'away' | 'dnd' | 'offline'

// What follows the server does not describe yet: written by hand from its contract, in the shape of the
// generated client, which replaces it.
export type Hit = { message: ChatMessage; room: { id: string; kind: ChatRoomKind; name: string | null }; highlight: string }
export type Topic = { topic: string; count: number; last_seq: number; resolved: boolean }
/** `seq`: the thread that the message answers. */
export type Scheduled = { id: string; room: string; seq: number | null; text: string; at: string }
export type Reminder = { id: string; room: string; seq: number; text: string; at: string }
type Page<T> = { items: T[]; next_cursor?: string | null }

type Shape<Path, Query, Body, Out> = {
  parameters: { path: Path; query?: Query }
  requestBody: { content: { 'application/json': Body } }
  responses: { 200: { content: { 'application/json': Out } } }
}
type Read<Path, Query, Out> = Omit<Shape<Path, Query, never, Out>, 'requestBody'>
type Cursor = { cursor?: string; limit?: number }

export type LaterPaths = {
  '/api/v1/chat/search': { get: Read<undefined, Cursor & { q: string }, Page<Hit>> }
  '/api/v1/chat/topics': { get: Read<undefined, { room: string }, { topics: Topic[] }> }
  '/api/v1/chat/scheduled': {
    get: Read<undefined, undefined, { items: Scheduled[] }>
    post: Shape<undefined, undefined, { room: string; thread?: number; text: string; at: string }, Scheduled>
  }
  '/api/v1/chat/scheduled/{id}': { delete: Read<{ id: string }, undefined, undefined> }
  '/api/v1/chat/reminders': {
    get: Read<undefined, undefined, { items: Reminder[] }>
    post: Shape<undefined, undefined, { room: string; seq: number; at: string }, Reminder>
  }
  '/api/v1/chat/reminders/{id}': { delete: Read<{ id: string }, undefined, undefined> }
}
