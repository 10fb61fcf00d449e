import { api, unwrap } from '@/lib/api/client'
import { sendBytes } from '@/lib/api/send-bytes'
import type { ChatRoomChange, ChatTopicOf, NewChatRoom } from '@/lib/api/types'
import type { Emoji, Me, MessageFile, Preferences } from './api-types'

const inRoom = (room: string) => ({ params: { path: { room } } })
const ofMessage = (room: string, seq: number) => ({ params: { path: { room, seq } } })
const page = (cursor: string) => (cursor ? { cursor } : {})

export const readOverview = () => unwrap(api.GET('/api/v1/chat/overview'))

export const readRooms = (q: string, archived: boolean, cursor: string) =>
  unwrap(api.GET('/api/v1/chat/rooms', { params: { query: { ...(q ? { q } : {}), archived, limit: 50, ...page(cursor) } } }))
export const createRoom = (body: Partial<NewChatRoom> & Pick<NewChatRoom, 'kind'>) => unwrap(api.POST('/api/v1/chat/rooms', { body }))
export const readRoom = (room: string) => unwrap(api.GET('/api/v1/chat/rooms/{room}', inRoom(room)))
export type RoomChange = Partial<ChatRoomChange>
export const changeRoom = (room: string, body: RoomChange) => unwrap(api.PATCH('/api/v1/chat/rooms/{room}', { ...inRoom(room), body }))
export const joinRoom = (room: string) => unwrap(api.POST('/api/v1/chat/rooms/{room}/join', inRoom(room)))
export const leaveRoom = (room: string) => unwrap(api.POST('/api/v1/chat/rooms/{room}/leave', inRoom(room)))
export const setPreferences = (room: string, body: Preferences) =>
  unwrap(api.PATCH('/api/v1/chat/rooms/{room}/preferences', { ...inRoom(room), body }))

export const readMembers = (room: string, cursor = '') =>
  unwrap(api.GET('/api/v1/chat/rooms/{room}/members', { params: { path: { room }, query: { limit: 200, ...page(cursor) } } }))
const memberPath = (room: string, user: string) => ({ params: { path: { room, user } } })
export const putMember = (room: string, user: string, role: 'member' | 'owner' = 'member') =>
  unwrap(api.PUT('/api/v1/chat/rooms/{room}/members/{user}', { ...memberPath(room, user), body: { role } }))
export const removeMember = (room: string, user: string) => unwrap(api.DELETE('/api/v1/chat/rooms/{room}/members/{user}', memberPath(room, user)))

export type MessageQuery = { before?: number; after?: number; around?: number; at?: string; limit?: number; thread?: number; topic?: string }
export const readMessages = (room: string, query: MessageQuery) =>
  unwrap(api.GET('/api/v1/chat/rooms/{room}/messages', { params: { path: { room }, query } }))
export const readMessage = (room: string, seq: number) => unwrap(api.GET('/api/v1/chat/rooms/{room}/messages/{seq}', ofMessage(room, seq)))
export type MessageChange = { text?: string; topic?: string | null; topic_of?: ChatTopicOf }
export const changeMessage = (room: string, seq: number, body: MessageChange) =>
  unwrap(api.PATCH('/api/v1/chat/rooms/{room}/messages/{seq}', { ...ofMessage(room, seq), body }))
export const deleteMessage = (room: string, seq: number) => // It goes out even while the page closes.
  unwrap(api.DELETE('/api/v1/chat/rooms/{room}/messages/{seq}', { ...ofMessage(room, seq), keepalive: true }))

export const removePreview = (room: string, seq: number, url: string) =>
  unwrap(api.DELETE('/api/v1/chat/rooms/{room}/messages/{seq}/previews', { params: { path: { room, seq }, query: { url } } }))

export function setReaction(room: string, seq: number, emoji: string, on: boolean) {
  const at = { params: { path: { room, seq, emoji } } }
  const path = '/api/v1/chat/rooms/{room}/messages/{seq}/reactions/{emoji}'
  return unwrap(on ? api.PUT(path, at) : api.DELETE(path, at))
}
export function setPin(room: string, seq: number, on: boolean) {
  const path = '/api/v1/chat/rooms/{room}/messages/{seq}/pin'
  return unwrap(on ? api.PUT(path, ofMessage(room, seq)) : api.DELETE(path, ofMessage(room, seq)))
}
export function setSaved(room: string, seq: number, on: boolean) {
  const path = '/api/v1/chat/rooms/{room}/messages/{seq}/saved'
  return unwrap(on ? api.PUT(path, ofMessage(room, seq)) : api.DELETE(path, ofMessage(room, seq)))
}
export const readPins = (room: string) => unwrap(api.GET('/api/v1/chat/rooms/{room}/pins', inRoom(room)))
export const readSaved = (cursor: string) => unwrap(api.GET('/api/v1/chat/saved', { params: { query: page(cursor) } }))

export const setRead = (room: string, seq: number, thread: number | null) =>
  unwrap(api.PUT('/api/v1/chat/rooms/{room}/read', { ...inRoom(room), body: { seq, thread } }))
export const setThread = (room: string, seq: number, body: { following: boolean; muted?: boolean }) =>
  unwrap(api.PUT('/api/v1/chat/rooms/{room}/threads/{seq}', { ...ofMessage(room, seq), body }))
export const readThreads = (unread: boolean, cursor: string) =>
  unwrap(api.GET('/api/v1/chat/threads', { params: { query: { unread, ...page(cursor) } } }))
export const search = (q: string, cursor: string) =>
  unwrap(api.GET('/api/v1/chat/search', { params: { query: { q, limit: 30, ...page(cursor) } } }))
export const readTopics = (room: string) => unwrap(api.GET('/api/v1/chat/rooms/{room}/topics', inRoom(room)))

export const putDraft = (room: string, thread: number | null, text: string) =>
  unwrap(api.PUT('/api/v1/chat/drafts/{room}', { ...inRoom(room), body: { thread, text } }))
export const readScheduled = () => unwrap(api.GET('/api/v1/chat/scheduled'))
export const schedule = (body: { room: string; thread?: number; text: string; at: string }) =>
  unwrap(api.POST('/api/v1/chat/scheduled', { body }))
export const unschedule = (plan: string) => unwrap(api.DELETE('/api/v1/chat/scheduled/{plan}', { params: { path: { plan } } }))
export const readReminders = () => unwrap(api.GET('/api/v1/chat/reminders'))
export const remind = (room: string, seq: number, at: string) => unwrap(api.POST('/api/v1/chat/reminders', { body: { room, seq, at } }))
export const forgetReminder = (plan: string) => unwrap(api.DELETE('/api/v1/chat/reminders/{plan}', { params: { path: { plan } } }))

export type MeChange = Partial<Omit<Me, 'keywords' | 'muted'>> & { keywords?: string[]; sections?: string[] }
export const changeMe = (body: MeChange) => unwrap(api.PUT('/api/v1/chat/me', { body }))
export const readGroups = () => unwrap(api.GET('/api/v1/groups', { params: { query: { limit: 200 } } }))
export const readCommands = () => unwrap(api.GET('/api/v1/chat/commands'))
export const deleteEmoji = (name: string) => unwrap(api.DELETE('/api/v1/chat/emoji/{name}', { params: { path: { name } } }))

export const fileUrl = (room: string, { hash, name }: Pick<MessageFile, 'hash' | 'name'>) =>
  `/api/v1/chat/rooms/${room}/files/${hash}?name=${encodeURIComponent(name)}`
export const emojiUrl = (name: string) => `/api/v1/chat/emoji/${encodeURIComponent(name)}/image`

export const uploadFile = (room: string, file: File, onProgress: (part: number) => void, signal?: AbortSignal) =>
  sendBytes<MessageFile>(`/api/v1/chat/rooms/${room}/files?name=${encodeURIComponent(file.name || 'file')}`, file, onProgress, { signal })

export const uploadEmoji = (name: string, file: File) =>
  sendBytes<Emoji>(`/api/v1/chat/emoji?name=${encodeURIComponent(name)}`, file, () => {})
