import { useSession } from '@/lib/session'
import { openChat, type ChatSession } from './model/session'

export function useChatSession(): ChatSession {
  const { user, permissions } = useSession()
  return openChat(user.id, permissions.includes('people.list'))
}
