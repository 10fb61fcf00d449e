import { useNavigate } from '@tanstack/react-router'
import { useProblemText } from '@/lib/i18n/hooks'
import { notify } from '@/ui/toast'
import { createRoom } from './api'
import { putRoom } from './model/chat-state'

/** Opens the conversation with these people; the server knows whether there is one already. */
export function useOpenDirect() {
  const navigate = useNavigate()
  const problemText = useProblemText()
  return async (members: string[]) => {
    try {
      const room = await createRoom({ kind: members.length === 1 ? 'direct' : 'group', members })
      putRoom(room)
      await navigate({ to: '/chat/$roomId', params: { roomId: room.id }, search: {} })
    } catch (error) {
      notify(problemText(error), { tone: 'bad' })
    }
  }
}
