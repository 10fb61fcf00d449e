import { badges } from '@/lib/badges'
import { queryClient } from '@/lib/api/query'
import { live } from '@/lib/live'
import type { LiveEvent } from '@/lib/live/protocol'
import type { DoNotDisturb } from '@/lib/api/types'
import { patchNotifications, preferencesQuery, prependNotification, quietQuery, readNotifications } from './api'
import type { Notification } from './api-types'

type Told = (notification: Notification) => void

const setCount = (notifications: number) => badges.update((value) => ({ ...value, notifications }))

function apply({ kind, data }: LiveEvent, onAdded: Told) {
  if (kind === 'notify.added') {
    const { notification, unread } = data as { notification: Notification; unread: number }
    setCount(unread)
    prependNotification(queryClient, notification)
    onAdded(notification)
  }
  if (kind === 'notify.quiet') {
    queryClient.setQueryData(quietQuery.queryKey, data as DoNotDisturb)
    void queryClient.invalidateQueries({ queryKey: preferencesQuery.queryKey })
  }
  if (kind !== 'notify.read') return
  const { ids, unread } = data as { ids: string[] | null; unread: number }
  const now = new Date().toISOString()
  setCount(unread)
  patchNotifications(queryClient, (items) => items.map((item) => (ids === null || ids.includes(item.id) ? { ...item, read_at: item.read_at ?? now } : item)))
}

async function load() {
  const { unread } = await readNotifications('', true)
  setCount(unread)
  await queryClient.invalidateQueries({ queryKey: ['notifications', 'list'] })
}

/** Keeps the count of the bell and the inbox current while somebody is signed in. */
export function startNotifications(onAdded: Told): () => void {
  // Without a connection the count stays what it was; the next one asks again.
  void load().catch(() => {})
  const stop = live.subscribe('me', {
    events: (events) => {
      for (const event of events) apply(event, onAdded)
      // A list that was being read when this came is read again.
      if (queryClient.isFetching({ queryKey: ['notifications', 'list'] }) > 0) void load().catch(() => {})
    },
    subscribed: () => void load().catch(() => {}),
  })
  return () => {
    stop()
    setCount(0)
  }
}
