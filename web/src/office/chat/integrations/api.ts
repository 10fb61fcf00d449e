import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, unwrap } from '@/lib/api/client'
import { useProblemText } from '@/lib/i18n/hooks'
import { notify } from '@/ui/toast'

const inRoom = (room: string) => ({ params: { path: { room } } })
const ofHook = (room: string, hook: string) => ({ params: { path: { room, hook } } })

export const incomingQuery = (room: string) =>
  queryOptions({ queryKey: ['chat', 'hooks', room, 'incoming'], queryFn: () => unwrap(api.GET('/api/v1/chat/rooms/{room}/hooks/incoming', inRoom(room))) })
export const outgoingQuery = (room: string) =>
  queryOptions({ queryKey: ['chat', 'hooks', room, 'outgoing'], queryFn: () => unwrap(api.GET('/api/v1/chat/rooms/{room}/hooks/outgoing', inRoom(room))) })
export const deliveriesQuery = (room: string, hook: string) =>
  queryOptions({
    queryKey: ['chat', 'hooks', room, 'deliveries', hook],
    queryFn: () => unwrap(api.GET('/api/v1/chat/rooms/{room}/hooks/outgoing/{hook}/deliveries', { params: { path: { room, hook }, query: { limit: 50 } } })),
    // What waits changes without this page doing anything.
    refetchInterval: 3_000,
  })

export type IncomingChange = { name?: string; icon?: string; signed?: boolean }
export const addIncoming = (room: string, body: IncomingChange) => unwrap(api.POST('/api/v1/chat/rooms/{room}/hooks/incoming', { ...inRoom(room), body }))
export const regenerate = (room: string, hook: string) => unwrap(api.POST('/api/v1/chat/rooms/{room}/hooks/incoming/{hook}/regenerate', ofHook(room, hook)))
export const removeIncoming = (room: string, hook: string) => unwrap(api.DELETE('/api/v1/chat/rooms/{room}/hooks/incoming/{hook}', ofHook(room, hook)))

export type NewOutgoing = { name: string; url: string; format: 'form' | 'json'; triggers: string[]; icon: string }
export const addOutgoing = (room: string, body: NewOutgoing) => unwrap(api.POST('/api/v1/chat/rooms/{room}/hooks/outgoing', { ...inRoom(room), body }))
export const changeOutgoing = (room: string, hook: string, body: { active: boolean }) =>
  unwrap(api.PATCH('/api/v1/chat/rooms/{room}/hooks/outgoing/{hook}', { ...ofHook(room, hook), body }))
export const removeOutgoing = (room: string, hook: string) => unwrap(api.DELETE('/api/v1/chat/rooms/{room}/hooks/outgoing/{hook}', ofHook(room, hook)))
export const replay = (room: string, hook: string, delivery: string) =>
  unwrap(api.POST('/api/v1/chat/rooms/{room}/hooks/outgoing/{hook}/deliveries/{delivery}/replay', { params: { path: { room, hook, delivery } } }))
export const replayDead = (room: string, hook: string) => unwrap(api.POST('/api/v1/chat/rooms/{room}/hooks/outgoing/{hook}/replay', ofHook(room, hook)))

/** Does something to the webhooks of a room, and reads them again. */
export function useHookChange<Given, Got>(room: string, run: (given: Given) => Promise<Got>, onDone?: (got: Got) => void) {
  const client = useQueryClient()
  const problemText = useProblemText()
  return useMutation({
    mutationFn: run,
    onSuccess: onDone,
    onError: (error) => notify(problemText(error), { tone: 'bad' }),
    onSettled: () => client.invalidateQueries({ queryKey: ['chat', 'hooks', room] }),
  })
}
