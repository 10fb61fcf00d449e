import { useProblemText } from '@/lib/i18n/hooks'
import { notify } from '@/ui/toast'
import { setPreferences } from '../api'
import type { Preferences } from '../api-types'
import { chat, patchMembership, putRoom } from '../model/chat-state'

/** Changes how the person has this room; it shows at once, a refusal brings the old back. */
export function usePreferences(room: string) {
  const problemText = useProblemText()
  return async (change: Preferences) => {
    const before = chat.get().rooms[room]
    patchMembership(room, change)
    try {
      putRoom(await setPreferences(room, change))
    } catch (error) {
      if (before) putRoom(before)
      notify(problemText(error), { tone: 'bad' })
    }
  }
}
