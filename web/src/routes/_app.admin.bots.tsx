import { createFileRoute } from '@tanstack/react-router'
import { BotsPage } from '@/admin/bots-page'

export const Route = createFileRoute('/_app/admin/bots')({ component: BotsPage })
