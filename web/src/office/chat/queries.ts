import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { readCommands, readMembers, readPins, readReminders, readRooms, readSaved, readScheduled, readThreads, readTopics, search } from './api'
import { readBookmarks } from './bookmarks/api'

const paged = { initialPageParam: '', getNextPageParam: (page: { next_cursor?: string | null }) => page.next_cursor || null }

export const roomsQuery = (q: string, archived: boolean) =>
  infiniteQueryOptions({ queryKey: ['chat', 'rooms', q, archived], queryFn: ({ pageParam }) => readRooms(q, archived, pageParam), ...paged })
export const membersQuery = (room: string) =>
  infiniteQueryOptions({ queryKey: ['chat', 'members', room], queryFn: ({ pageParam }) => readMembers(room, pageParam), ...paged })
export const threadsQuery = (unread: boolean) =>
  infiniteQueryOptions({ queryKey: ['chat', 'threads', unread], queryFn: ({ pageParam }) => readThreads(unread, pageParam), ...paged })
export const savedQuery = infiniteQueryOptions({ queryKey: ['chat', 'saved'], queryFn: ({ pageParam }) => readSaved(pageParam), ...paged })
export const searchQuery = (q: string) =>
  infiniteQueryOptions({ queryKey: ['chat', 'search', q], queryFn: ({ pageParam }) => search(q, pageParam), ...paged, enabled: q !== '' })
export const bookmarksQuery = (room: string) => queryOptions({ queryKey: ['chat', 'bookmarks', room], queryFn: () => readBookmarks(room) })
export const pinsQuery = (room: string) => queryOptions({ queryKey: ['chat', 'pins', room], queryFn: () => readPins(room) })
export const topicsQuery = (room: string) => queryOptions({ queryKey: ['chat', 'topics', room], queryFn: () => readTopics(room) })
export const scheduledQuery = queryOptions({ queryKey: ['chat', 'scheduled'], queryFn: readScheduled })
export const remindersQuery = queryOptions({ queryKey: ['chat', 'reminders'], queryFn: readReminders })

export const commandsQuery = queryOptions({ queryKey: ['chat', 'commands'], queryFn: readCommands, staleTime: 60_000 })
