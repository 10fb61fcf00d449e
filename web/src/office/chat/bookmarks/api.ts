import { api, unwrap } from '@/lib/api/client'
import type { ChatBookmarkChange, NewChatBookmark } from '@/lib/api/types'

const inRoom = (room: string) => ({ params: { path: { room } } })
const ofBookmark = (room: string, bookmark: string) => ({ params: { path: { room, bookmark } } })
const LIST = '/api/v1/chat/rooms/{room}/bookmarks'
const ONE = '/api/v1/chat/rooms/{room}/bookmarks/{bookmark}'

export const readBookmarks = (room: string) => unwrap(api.GET(LIST, inRoom(room)))
export const addBookmark = (room: string, body: NewChatBookmark) => unwrap(api.POST(LIST, { ...inRoom(room), body }))
export const changeBookmark = (room: string, bookmark: string, body: ChatBookmarkChange) =>
  unwrap(api.PATCH(ONE, { ...ofBookmark(room, bookmark), body }))
export const removeBookmark = (room: string, bookmark: string) => unwrap(api.DELETE(ONE, ofBookmark(room, bookmark)))
export const setBookmarkRule = (room: string, managersOnly: boolean) =>
  unwrap(api.PUT('/api/v1/chat/rooms/{room}/bookmarks/rule', { ...inRoom(room), body: { managers_only: managersOnly } }))
