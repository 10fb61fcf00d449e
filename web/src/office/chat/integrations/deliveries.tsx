import { useQuery } from '@tanstack/react-query'
import type { ChatOutgoingHook } from '@/lib/api/types'
import { DeliveriesDialog } from '@/lib/webhooks/deliveries-dialog'
import { deliveriesQuery, replay, replayDead, useHookChange } from './api'

/** What an outgoing webhook of a room was told. */
export function Deliveries({ room, hook, onClose }: { room: string; hook: ChatOutgoingHook; onClose: () => void }) {
  const query = useQuery(deliveriesQuery(room, hook.id))
  const again = useHookChange(room, (delivery: string) => replay(room, hook.id, delivery))
  const all = useHookChange(room, () => replayDead(room, hook.id))
  return <DeliveriesDialog name={hook.name} url={hook.url} query={query} busy={all.isPending} onReplay={(id) => again.mutate(id)} onReplayAll={() => all.mutate(undefined)} onClose={onClose} />
}
