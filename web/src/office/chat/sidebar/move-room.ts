import { setPreferences } from '../api'
import type { Preferences } from '../api-types'
import { chat, patchMembership, putRoom } from '../model/chat-state'

/** As `usePreferences`, for a drop, which says nothing when it fails but goes back. */
export async function setPreferencesOf(room: string, change: Preferences) {
  const before = chat.get().rooms[room]
  patchMembership(room, change)
  try {
    putRoom(await setPreferences(room, change))
  } catch {
    if (before) putRoom(before)
  }
}
