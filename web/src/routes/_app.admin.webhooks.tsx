import { createFileRoute } from '@tanstack/react-router'
import { WebhooksPage } from '@/admin/webhooks/webhooks-page'

export const Route = createFileRoute('/_app/admin/webhooks')({ component: WebhooksPage })
