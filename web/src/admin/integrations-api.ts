import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, unwrap } from '@/lib/api/client'
import type { Bot, NewRecordHook, RecordHookChange } from '@/lib/api/types'
import { useProblemText } from '@/lib/i18n/hooks'
import { notify } from '@/ui/toast'

export const botsQuery = queryOptions({ queryKey: ['bots'], queryFn: () => unwrap(api.GET('/api/v1/bots')) })
export const tokensQuery = (id: string) => queryOptions({ queryKey: ['bots', id], queryFn: () => unwrap(api.GET('/api/v1/bots/{id}/tokens', { params: { path: { id } } })) })
export const customCommandsQuery = queryOptions({ queryKey: ['chat', 'commands', 'own'], queryFn: () => unwrap(api.GET('/api/v1/chat/custom-commands')) })

export type BotChange = Partial<Pick<Bot, 'name' | 'picture' | 'description' | 'role' | 'status'>>
export const addBot = (body: BotChange) => unwrap(api.POST('/api/v1/bots', { body }))
export const changeBot = (id: string, body: BotChange) => unwrap(api.PATCH('/api/v1/bots/{id}', { params: { path: { id } }, body }))
export const addToken = (id: string, body: { name: string; expires_at?: string }) => unwrap(api.POST('/api/v1/bots/{id}/tokens', { params: { path: { id } }, body }))
export const revokeToken = (id: string, token: string) => unwrap(api.DELETE('/api/v1/bots/{id}/tokens/{token}', { params: { path: { id, token } } }))

export type CommandChange = { name?: string; url?: string; description?: string; hint?: string; icon?: string; active?: boolean }
const ofCommand = (command: string) => ({ params: { path: { command } } })
export const addCommand = (body: CommandChange) => unwrap(api.POST('/api/v1/chat/custom-commands', { body }))
export const changeCommand = (command: string, body: CommandChange) => unwrap(api.PATCH('/api/v1/chat/custom-commands/{command}', { ...ofCommand(command), body }))
export const removeCommand = (command: string) => unwrap(api.DELETE('/api/v1/chat/custom-commands/{command}', ofCommand(command)))

export const hooksQuery = queryOptions({ queryKey: ['webhooks', 'all'], queryFn: () => unwrap(api.GET('/api/v1/webhooks')), refetchInterval: 10_000 })
export const hookDeliveriesQuery = (hook: string) =>
  queryOptions({
    queryKey: ['webhooks', 'deliveries', hook],
    queryFn: () => unwrap(api.GET('/api/v1/webhooks/{hook}/deliveries', { params: { path: { hook }, query: { limit: 50 } } })),
    // What waits changes without this page doing anything.
    refetchInterval: 3_000,
  })
const ofHook = (hook: string) => ({ params: { path: { hook } } })
export const addHook = (body: NewRecordHook) => unwrap(api.POST('/api/v1/webhooks', { body }))
export const changeHook = (hook: string, body: RecordHookChange) => unwrap(api.PATCH('/api/v1/webhooks/{hook}', { ...ofHook(hook), body }))
export const removeHook = (hook: string) => unwrap(api.DELETE('/api/v1/webhooks/{hook}', ofHook(hook)))
export const replayHook = (hook: string, delivery: string) => unwrap(api.POST('/api/v1/webhooks/{hook}/deliveries/{delivery}/replay', { params: { path: { hook, delivery } } }))
export const replayDeadOfHook = (hook: string) => unwrap(api.POST('/api/v1/webhooks/{hook}/replay', ofHook(hook)))

/** Changes something and reads again what it is part of. */
export function useChange<Given, Got>(key: readonly string[], run: (given: Given) => Promise<Got>, onDone?: (got: Got) => void) {
  const client = useQueryClient()
  const problemText = useProblemText()
  return useMutation({
    mutationFn: run,
    onSuccess: onDone,
    onError: (error) => notify(problemText(error), { tone: 'bad' }),
    onSettled: () => client.invalidateQueries({ queryKey: key }),
  })
}
