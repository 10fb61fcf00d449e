// Written by hand from the contract of the server; see office/chat/api-types.ts.

export const KINDS = ['mention', 'reply', 'direct', 'keyword', 'comment', 'share', 'reminder'] as const
export type Kind = (typeof KINDS)[number]
export type PlaceName = 'chat' | 'documents'
export type Ways = { app: boolean; push: boolean; mail: boolean }

export type Notification = {
  id: string
  kind: Kind
  actor: string | null
  actor_name: string | null
  title: string
  body: string
  place: PlaceName
  link: string
  created_at: string
  read_at: string | null
}

export type NotificationPage = { items: Notification[]; next_cursor?: string | null; unread: number }

export type NotifyPreferences = {
  kinds: Record<string, Ways>
  places: Record<string, Ways>
  quiet_from: string | null
  quiet_to: string | null
  digest: 'off' | 'daily' | 'weekly'
}

type Read<Query, Out> = { parameters: { query?: Query }; responses: { 200: { content: { 'application/json': Out } } } }
type Write<Body, Out> = { parameters: object; requestBody: { content: { 'application/json': Body } }; responses: { 200: { content: { 'application/json': Out } } } }

export type NotifyPaths = {
  '/api/v1/notifications': { get: Read<{ cursor?: string; unread?: boolean; limit?: number }, NotificationPage> }
  '/api/v1/notifications/read': { put: Write<{ ids?: string[]; all?: boolean }, undefined> }
  '/api/v1/notifications/unread': { put: Write<{ ids: string[] }, undefined> }
  '/api/v1/notifications/preferences': { get: Read<undefined, NotifyPreferences>; put: Write<NotifyPreferences, undefined> }
  '/api/v1/notifications/push-key': { get: Read<undefined, { key: string }> }
  '/api/v1/notifications/push-subscriptions': { post: Write<PushSubscriptionJSON, { id: string }> }
  '/api/v1/notifications/push-subscriptions/{id}': {
    delete: { parameters: { path: { id: string } }; responses: { 200: { content: { 'application/json': undefined } } } }
  }
}
