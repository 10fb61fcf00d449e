import { createFileRoute } from '@tanstack/react-router'
import { DraftsPage } from '@/office/chat/pages/drafts-page'

export const Route = createFileRoute('/_app/chat/drafts')({ component: DraftsPage })
