// Written by hand from the contract of the server, in the shape of the generated client. Once the
// OpenAPI document has these routes, `lib/api/schema.d.ts` replaces this file.

export type RoomKind = 'channel' | 'direct' | 'group'
export type Level = 'all' | 'mentions' | 'none'
export type PresenceState = 'online' | 'away' | 'dnd' | 'offline'

export type Room = {
  id: string
  kind: RoomKind
  name: string | null
  description: string
  private: boolean
  archived: boolean
  created_by: string | null
  created_at: string
  members: string[]
  member_count: number
  retention_days: number | null
  last_seq: number
}

export type Membership = {
  role: 'member' | 'owner'
  read_seq: number
  level: Level
  muted: boolean
  starred: boolean
  section: string | null
  unread: number
  mentions: number
}

export type RoomState = Room & {
  membership: Membership | null
  last_message: { seq: number; author: string | null; text: string; created_at: string } | null
}

export type MessageFile = {
  hash: string
  name: string
  media_type: string
  size: number
  width: number | null
  height: number | null
}

export type Quote = { room: string; seq: number; author: string | null; author_name: string | null; text: string; created_at: string }
export type Reaction = { emoji: string; users: string[] }
export type Replies = { count: number; last_seq: number; last_at: string; authors: string[] }

export type Message = {
  room: string
  seq: number
  thread: number | null
  topic: string | null
  author: string | null
  author_name: string | null
  text: string
  files: MessageFile[]
  quote: Quote | null
  previews: { url: string; title: string; description: string; site: string }[]
  reactions: Reaction[]
  pinned: boolean
  replies: Replies | null
  created_at: string
  edited_at: string | null
  deleted: boolean
  command_id: string | null
}

export type Status = { emoji: string; text: string; expires_at: string | null }
export type Draft = { room: string; thread: number | null; text: string; updated_at: string }
export type Emoji = { name: string; hash: string }

export type Me = {
  status: Status | null
  dnd_until: string | null
  dnd_from: string | null
  dnd_to: string | null
  keywords: string[]
}

export type Overview = {
  rooms: RoomState[]
  sections: string[]
  drafts: Draft[]
  threads_unread: number
  presence: Record<string, PresenceState>
  statuses: Record<string, Status>
  me: Me
  emoji: Emoji[]
}

export type MessagePage = { messages: Message[]; has_before: boolean; has_after: boolean; cursor: number }
export type Member = { user: string; name: string; email: string; role: 'member' | 'owner'; joined_at: string }
export type ThreadEntry = { root: Message; unread: number; read_seq: number; following: boolean; last_reply: Message }
export type Hit = { message: Message; room: { id: string; kind: RoomKind; name: string | null }; highlight: string }
export type Topic = { topic: string; count: number; last_seq: number; resolved: boolean }
export type Scheduled = { id: string; room: string; thread: number | null; text: string; at: string }
export type Reminder = { id: string; room: string; seq: number; at: string; text?: string }
export type Group = { id: string; name: string; handle: string; members: { kind: 'user' | 'group'; id: string }[] }
export type Page<T> = { items: T[]; next_cursor?: string | null }

type Shape<Path, Query, Body, Out> = {
  parameters: { path: Path; query?: Query }
  requestBody: { content: { 'application/json': Body } }
  responses: { 200: { content: { 'application/json': Out } } }
}
type Read<Path, Query, Out> = Omit<Shape<Path, Query, never, Out>, 'requestBody'>
type R = { room: string }
type RM = { room: string; seq: number }
type Cursor = { cursor?: string; limit?: number }

export type MessageQuery = { before?: number; after?: number; around?: number; at?: string; limit?: number; thread?: number; topic?: string }
export type Preferences = { level?: Level; muted?: boolean; starred?: boolean; section?: string | null }

export type ChatPaths = {
  '/api/v1/chat/overview': { get: Read<undefined, undefined, Overview> }
  '/api/v1/chat/rooms': {
    get: Read<undefined, Cursor & { q?: string; archived?: boolean }, Page<RoomState>>
    post: Shape<undefined, undefined, { kind: RoomKind; name?: string; description?: string; private?: boolean; members?: string[] }, RoomState>
  }
  '/api/v1/chat/rooms/{room}': {
    get: Read<R, undefined, RoomState>
    patch: Shape<R, undefined, { name?: string; description?: string; private?: boolean; archived?: boolean; retention_days?: number | null }, RoomState>
  }
  '/api/v1/chat/rooms/{room}/join': { post: Read<R, undefined, RoomState> }
  '/api/v1/chat/rooms/{room}/leave': { post: Read<R, undefined, undefined> }
  '/api/v1/chat/rooms/{room}/members': { get: Read<R, Cursor, Page<Member>> }
  '/api/v1/chat/rooms/{room}/members/{user}': {
    put: Shape<{ room: string; user: string }, undefined, { role: 'member' | 'owner' }, undefined>
    delete: Read<{ room: string; user: string }, undefined, undefined>
  }
  '/api/v1/chat/rooms/{room}/messages': { get: Read<R, MessageQuery, MessagePage> }
  '/api/v1/chat/rooms/{room}/messages/{seq}': {
    get: Read<RM, undefined, Message>
    patch: Shape<RM, undefined, { text?: string; topic?: string | null; topic_of?: 'one' | 'later' | 'all' }, Message>
    delete: Read<RM, undefined, undefined>
  }
  '/api/v1/chat/rooms/{room}/messages/{seq}/reactions/{emoji}': {
    put: Read<RM & { emoji: string }, undefined, undefined>
    delete: Read<RM & { emoji: string }, undefined, undefined>
  }
  '/api/v1/chat/rooms/{room}/messages/{seq}/pin': { put: Read<RM, undefined, undefined>; delete: Read<RM, undefined, undefined> }
  '/api/v1/chat/rooms/{room}/messages/{seq}/saved': { put: Read<RM, undefined, undefined>; delete: Read<RM, undefined, undefined> }
  '/api/v1/chat/rooms/{room}/pins': { get: Read<R, undefined, { messages: Message[] }> }
  '/api/v1/chat/saved': { get: Read<undefined, Cursor, Page<Message>> }
  '/api/v1/chat/rooms/{room}/read': { put: Shape<R, undefined, { seq: number; thread: number | null }, undefined> }
  '/api/v1/chat/rooms/{room}/preferences': { patch: Shape<R, undefined, Preferences, RoomState> }
  '/api/v1/chat/rooms/{room}/threads/{seq}': { put: Shape<RM, undefined, { following: boolean; muted?: boolean }, undefined> }
  '/api/v1/chat/threads': { get: Read<undefined, Cursor & { unread?: boolean }, Page<ThreadEntry>> }
  '/api/v1/chat/search': { get: Read<undefined, Cursor & { q: string }, Page<Hit>> }
  '/api/v1/chat/topics': { get: Read<undefined, { room: string }, { topics: Topic[] }> }
  '/api/v1/chat/drafts/{room}': { put: Shape<R, undefined, { thread: number | null; text: string }, undefined> }
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
  '/api/v1/chat/me': {
    put: Shape<
      undefined,
      undefined,
      { status?: Status | null; dnd_until?: string | null; dnd_from?: string | null; dnd_to?: string | null; keywords?: string[]; sections?: string[] },
      undefined
    >
  }
  '/api/v1/chat/emoji': { get: Read<undefined, undefined, { emoji: Emoji[] }> }
  '/api/v1/chat/emoji/{name}': { delete: Read<{ name: string }, undefined, undefined> }
  '/api/v1/groups': { get: Read<undefined, Cursor, Page<Group>> }
}
