import { createFileRoute } from '@tanstack/react-router'
import { CommandsPage } from '@/admin/commands-page'

export const Route = createFileRoute('/_app/admin/commands')({ component: CommandsPage })
