import { createFileRoute } from '@tanstack/react-router'
import { BrowsePage } from '@/office/chat/pages/browse-page'

export const Route = createFileRoute('/_app/chat/browse')({ component: BrowsePage })
