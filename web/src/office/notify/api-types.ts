import type { Notification, NotificationChannels } from '@/lib/api/types'

export type { Notification, NotificationPage, NotificationPreferences as NotifyPreferences } from '@/lib/api/types'

export type Kind = Notification['kind']
export type Ways = NotificationChannels

/** In the order in which people care. */
export const KINDS: Kind[] = ['mention', 'reply', 'direct', 'keyword', 'comment', 'share', 'reminder', 'report']
