import { createFileRoute } from '@tanstack/react-router'
import { UnreadPage } from '@/office/chat/pages/unread-page'

export const Route = createFileRoute('/_app/chat/unread')({ component: UnreadPage })
