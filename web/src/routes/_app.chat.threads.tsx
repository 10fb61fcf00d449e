import { createFileRoute } from '@tanstack/react-router'
import { ThreadsPage } from '@/office/chat/pages/threads-page'

export const Route = createFileRoute('/_app/chat/threads')({ component: ThreadsPage })
