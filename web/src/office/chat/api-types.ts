import type { ChatMembership } from '@/lib/api/types'

export type {
  ChatCommandAnswer as CommandAnswer, ChatDraft as Draft, ChatEmoji as Emoji, ChatFile as MessageFile, ChatHistory as MessagePage, ChatLevel as Level, ChatMe as Me,
  ChatMember as Member, ChatMembership as Membership, ChatMessage as Message, ChatOverview as Overview, ChatPreview as Preview,
  ChatFollowing as Following, ChatFound as Hit, ChatPlan as Plan,
  ChatQuote as Quote, ChatReaction as Reaction, ChatReplies as Replies, ChatRoom as Room, ChatRoomKind as RoomKind,
  ChatRoomState as RoomState, ChatStatus as Status, ChatThread as ThreadEntry, ChatTopic as Topic, Group,
} from '@/lib/api/types'

/** What a person may set of a room for themselves. */
export type Preferences = Partial<Pick<ChatMembership, 'level' | 'muted' | 'starred' | 'section'>>
export type PresenceState = 'online' | 'away' | 'dnd' | 'offline'
