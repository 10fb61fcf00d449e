import { createFileRoute } from '@tanstack/react-router'
import { PreferencesPage } from '@/office/notify/preferences-page'

export const Route = createFileRoute('/_app/notifications/preferences')({ component: PreferencesPage })
