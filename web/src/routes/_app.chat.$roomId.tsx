import { createFileRoute } from '@tanstack/react-router'
import { PANELS, type PanelName } from '@/office/chat/room/panel-names'
import { RoomPage, type RoomSearch } from '@/office/chat/room/room-page'

const seqOf = (value: unknown) => {
  const seq = Number(value)
  return Number.isInteger(seq) && seq > 0 ? seq : undefined
}

const isPanel = (value: unknown): value is PanelName => PANELS.some((name) => name === value)

export const Route = createFileRoute('/_app/chat/$roomId')({
  validateSearch: ({ at, thread, topic, panel }: Record<string, unknown>): RoomSearch => ({
    ...(seqOf(at) ? { at: seqOf(at) } : {}),
    ...(seqOf(thread) ? { thread: seqOf(thread) } : {}),
    ...(typeof topic === 'string' && topic !== '' ? { topic } : {}),
    ...(isPanel(panel) ? { panel } : {}),
  }),
  component: Room,
})

function Room() {
  const { roomId } = Route.useParams()
  return <RoomPage key={roomId} roomId={roomId} search={Route.useSearch()} />
}
