import { badges } from '@/lib/badges'
import { followBrowser, live } from '@/lib/live'
import { setTitleCount } from '@/lib/page-title'
import { openChat, closeChat } from '@/office/chat/model/session'
import { tellPresence } from '@/office/chat/model/presence'
import type { Notification } from '@/office/notify/api-types'
import { startNotifications } from '@/office/notify/notify-session'

type Options = { userId: string; mayListPeople: boolean; onAdded: (notification: Notification) => void }

/** All that goes on while somebody is signed in, whatever page they look at. The shell loads it after itself. */
export function startLive({ userId, mayListPeople, onAdded }: Options): () => void {
  const session = openChat(userId, mayListPeople)
  const stops = [
    followBrowser(live),
    tellPresence(),
    startNotifications(onAdded),
    badges.subscribe(() => setTitleCount(badges.get().mentions)),
  ]
  live.start()
  void session.start()
  return () => {
    for (const stop of stops) stop()
    closeChat()
    live.stop()
    setTitleCount(0)
  }
}
