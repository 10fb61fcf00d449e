import { createFileRoute } from '@tanstack/react-router'
import { ChatLayout } from '@/office/chat/chat-layout'

export const Route = createFileRoute('/_app/chat')({ component: ChatLayout })
