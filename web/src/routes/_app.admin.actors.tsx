import { createFileRoute } from '@tanstack/react-router'
import { ActorsPage } from '@/admin/actors-page'

export const Route = createFileRoute('/_app/admin/actors')({ component: ActorsPage })
