import { createFileRoute } from '@tanstack/react-router'
import { HoldsPage } from '@/office/chat/holds/holds-page'

export const Route = createFileRoute('/_app/admin/holds')({ component: HoldsPage })
