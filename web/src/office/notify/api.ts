import { infiniteQueryOptions, queryOptions, type InfiniteData, type QueryClient } from '@tanstack/react-query'
import { api, unwrap } from '@/lib/api/client'
import type { Notification, NotificationPage, NotifyPreferences } from './api-types'

export const readNotifications = (cursor: string, unread: boolean) =>
  unwrap(api.GET('/api/v1/notifications', { params: { query: { ...(cursor ? { cursor } : {}), ...(unread ? { unread } : {}) } } }))

export const notificationsQuery = (unread: boolean) =>
  infiniteQueryOptions({
    queryKey: ['notifications', 'list', unread],
    queryFn: ({ pageParam }) => readNotifications(pageParam, unread),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor || null,
  })

export const markRead = (body: { ids?: string[]; all?: boolean }) => unwrap(api.PUT('/api/v1/notifications/read', { body }))
export const markUnread = (ids: string[]) => unwrap(api.PUT('/api/v1/notifications/unread', { body: { ids } }))

export const preferencesQuery = queryOptions({
  queryKey: ['notifications', 'preferences'],
  queryFn: () => unwrap(api.GET('/api/v1/notifications/preferences')),
})
export const putPreferences = (body: NotifyPreferences) => unwrap(api.PUT('/api/v1/notifications/preferences', { body }))

export const quietQuery = queryOptions({
  queryKey: ['notifications', 'quiet'],
  queryFn: () => unwrap(api.GET('/api/v1/notifications/quiet')),
})
export const pauseUntil = (until: string | null) => unwrap(api.PUT('/api/v1/notifications/pause', { body: { until } }))

export const readPushKey = () => unwrap(api.GET('/api/v1/notifications/push-key'))
type Subscription = { endpoint: string; keys: { p256dh: string; auth: string } }
export const addPush = (body: Subscription) => unwrap(api.POST('/api/v1/notifications/push-subscriptions', { body }))
export const removePush = (id: string) => unwrap(api.DELETE('/api/v1/notifications/push-subscriptions/{id}', { params: { path: { id } } }))

export function patchNotifications(client: QueryClient, change: (items: Notification[]) => Notification[]) {
  client.setQueriesData<InfiniteData<NotificationPage>>({ queryKey: ['notifications', 'list'] }, (data) =>
    data && { ...data, pages: data.pages.map((page) => ({ ...page, items: change(page.items) })) },
  )
}

export function prependNotification(client: QueryClient, notification: Notification) {
  client.setQueriesData<InfiniteData<NotificationPage>>({ queryKey: ['notifications', 'list'] }, (data) => {
    const [first, ...rest] = data?.pages ?? []
    if (!data || !first || first.items.some(({ id }) => id === notification.id)) return data
    return { ...data, pages: [{ ...first, items: [notification, ...first.items] }, ...rest] }
  })
}
