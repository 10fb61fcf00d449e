import { createFileRoute } from '@tanstack/react-router'
import { SavedPage } from '@/office/chat/pages/saved-page'

export const Route = createFileRoute('/_app/chat/saved')({ component: SavedPage })
